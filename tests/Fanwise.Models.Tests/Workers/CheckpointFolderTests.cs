using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Workers;

/// <summary>A folder that workers fill: the same files from any number of them, and nothing of another plan between
/// them.</summary>
public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly WriteOptions Options = new() { Sync = false, Threads = 2 };
    private static readonly ShardPlan Plan = SmallPlans.Shards();
    private static readonly SortedDictionary<string, string> Expected = SmallPlans.Expected(Plan);
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    public void AnyNumberOfWorkersInAnyOrderWritesTheSameFiles(int workers)
    {
        int[] order = [.. Enumerable.Range(0, workers)];
        new Random(workers).Shuffle(order);
        foreach ((int i, int index) in order.Index())
        {
            FolderReport report = Write(Plan, new(index, workers));
            report.Kept.ShouldBeEmpty();
            if (i == workers - 1)
                report.Complete.ShouldBeTrue();
        }

        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);
        Expected.Count.ShouldBe(Plan.Shards.Count + 1);
        Plan.Shards.Count.ShouldBeGreaterThan(7);
    }

    [Fact]
    public void TheIndexAppearsWithTheLastShardOnly()
    {
        FolderReport first = Write(Plan, new(1, 2));
        first.Complete.ShouldBeFalse();
        first.Missing.ShouldBe(Assignment.Of(Plan, new(0, 2)).Select(static shard => shard.FileName));
        File.Exists(_folder.File(Plan.IndexName!)).ShouldBeFalse();
        Write(Plan, new(0, 2)).Missing.ShouldBeEmpty();
        File.Exists(_folder.File(Plan.IndexName!)).ShouldBeTrue();
    }

    [Fact]
    public void WorkersOfOneNumberAtOnceDoNoHarm()
    {
        Parallel.For(0, 8, _ => new CheckpointFolder(Plan, _folder.Path).Write(Worker.Alone, Resume.ByHeader, Options));
        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);
    }

    [Fact]
    public void AllWorkersAtOnceWriteTheSameFiles()
    {
        Parallel.For(0, 5, index => new CheckpointFolder(Plan, _folder.Path).Write(new(index, 5), Resume.No, Options));
        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);
    }

    [Fact]
    public void WhatFitsOneFileNeedsNoIndex()
    {
        ShardPlan plan = SmallPlans.Shards(shardSize: 1 << 30);
        Write(plan, Worker.Alone).Complete.ShouldBeTrue();
        SmallPlans.Contents(_folder.Path).Keys.ShouldBe(["model.safetensors"]);
    }

    [Fact]
    public void ResumingKeepsWhatIsWholeAndWritesTheRest()
    {
        Write(Plan, Worker.Alone);
        string missing = Plan.Shards[2].FileName,
            cut = Plan.Shards[4].FileName,
            empty = Plan.Shards[5].FileName;
        File.Delete(_folder.File(missing));
        Cut(cut, new FileInfo(_folder.File(cut)).Length - 1);
        Cut(empty, 0);
        FolderReport report = Write(Plan, Worker.Alone, Resume.ByHeader);
        report.Written.ShouldBe([missing, cut, empty]);
        report.Kept.Count.ShouldBe(Plan.Shards.Count - 3);
        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);
    }

    [Fact]
    public void ResumingByBytesFindsOneAlteredByte()
    {
        Write(Plan, Worker.Alone);
        string altered = Plan.Shards[^1].FileName;
        Alter(altered, new FileInfo(_folder.File(altered)).Length - 1);
        Write(Plan, Worker.Alone, Resume.ByHeader).Written.ShouldBeEmpty(); // which is what it trusts
        Write(Plan, Worker.Alone, Resume.ByBytes).Written.ShouldBe([altered]);
        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);
    }

    [Fact]
    public void WithoutLeaveToResumeWholeShardsAreAnError()
    {
        Write(Plan, Worker.Alone);
        Refused(Plan, Worker.Alone).ShouldContain("resum");
        Cut(Plan.Shards[0].FileName, 100_000);
        Refused(Plan, Worker.Alone).ShouldContain(Plan.Shards[0].FileName);
    }

    [Theory]
    [InlineData(Resume.No)]
    [InlineData(Resume.ByHeader)]
    [InlineData(Resume.ByBytes)]
    public void AnotherSeedsShardsAreRefusedAndLeftAlone(Resume resume)
    {
        ShardPlan other = SmallPlans.Shards(seed: 2);
        Write(other, new(0, 3));
        SortedDictionary<string, string> before = SmallPlans.Contents(_folder.Path);
        Refused(Plan, Worker.Alone, resume).ShouldContain("model-");
        SmallPlans.Contents(_folder.Path).ShouldBe(before);
    }

    [Theory]
    [InlineData(Resume.No)]
    [InlineData(Resume.ByHeader)]
    public void AnotherShardSizesFilesAreRefusedAndLeftAlone(Resume resume)
    {
        Write(SmallPlans.Shards(shardSize: 50_000), Worker.Alone);
        SortedDictionary<string, string> before = SmallPlans.Contents(_folder.Path);
        Refused(Plan, new(1, 2), resume).ShouldContain("another checkpoint");
        SmallPlans.Contents(_folder.Path).ShouldBe(before);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("model_ema.safetensors")]
    [InlineData("model-00001-of-00002.safetensors.bak")]
    public void AForeignFileOfTheLayoutIsRefused(string name)
    {
        File.WriteAllText(_folder.File(name), "{}");
        Refused(Plan, Worker.Alone, Resume.ByHeader).ShouldContain(name);
        File.ReadAllText(_folder.File(name)).ShouldBe("{}");
        Directory.EnumerateFiles(_folder.Path).Count().ShouldBe(1);
    }

    [Fact]
    public void OverwritingLeavesNothingOfTheOldCheckpoint()
    {
        Write(SmallPlans.Shards(seed: 2, shardSize: 50_000), Worker.Alone);
        Write(SmallPlans.Shards(seed: 2, shardSize: 1 << 30), Worker.Alone, options: Options with { Overwrite = true });
        File.WriteAllText(_folder.File("config.json"), "{}");
        Write(Plan, Worker.Alone, options: Options with { Overwrite = true }).Written.Count.ShouldBe(Plan.Shards.Count);
        File.Delete(_folder.File("config.json"));
        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);

        Write(Plan, Worker.Alone, options: Options with { Overwrite = true }).Written.Count.ShouldBe(Plan.Shards.Count);
        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);
    }

    [Fact]
    public void OverwritingDoesNotTouchFilesThatTheLayoutDoesNotName()
    {
        File.WriteAllText(_folder.File("model_ema.safetensors"), "mine");
        Refused(Plan, Worker.Alone, options: Options with { Overwrite = true }).ShouldContain("model_ema.safetensors");
        File.ReadAllText(_folder.File("model_ema.safetensors")).ShouldBe("mine");
    }

    [Fact]
    public void AFolderUnderAShardsNameIsRefused()
    {
        Directory.CreateDirectory(_folder.File(Plan.Shards[3].FileName));
        Refused(Plan, Worker.Alone, options: Options with { Overwrite = true }).ShouldContain("is a folder");
    }

    [Fact]
    public void AnAlteredHeaderIsRefused()
    {
        Write(Plan, Worker.Alone);
        Alter(Plan.Shards[1].FileName, 30);
        Refused(Plan, Worker.Alone, Resume.ByHeader).ShouldContain(Plan.Shards[1].FileName);
    }

    [Fact]
    public void TheFolderIsMadeButNotTheOneAroundIt()
    {
        new CheckpointFolder(Plan, _folder.File("new")).Write(Worker.Alone, Resume.No, Options).Complete.ShouldBeTrue();
        CheckpointException error = Should.Throw<CheckpointException>(() =>
            new CheckpointFolder(Plan, _folder.File("a/b")).Write(Worker.Alone, Resume.No, Options)
        );
        error.Code.ShouldBe(FanwiseError.InputOutput);
        File.WriteAllText(_folder.File("file"), "");
        Should
            .Throw<CheckpointException>(() =>
                new CheckpointFolder(Plan, _folder.File("file")).Write(Worker.Alone, Resume.No, Options)
            )
            .Code.ShouldBe(FanwiseError.Request);
    }

    [Fact]
    public void CancellingKeepsWholeShardsOnly()
    {
        using CancellationTokenSource source = new();
        int reports = 0;
        Should.Throw<OperationCanceledException>(() =>
            Write(
                Plan,
                Worker.Alone,
                options: Options with
                {
                    Progress = new Receiver(_ =>
                    {
                        if (++reports == 20)
                            source.Cancel();
                    }),
                },
                cancellation: source.Token
            )
        );
        SortedDictionary<string, string> left = SmallPlans.Contents(_folder.Path);
        left.Count.ShouldBeInRange(1, Plan.Shards.Count - 1);
        foreach ((string name, string hash) in left)
            hash.ShouldBe(Expected[name]);
        Write(Plan, Worker.Alone, Resume.ByHeader).Complete.ShouldBeTrue();
        SmallPlans.Contents(_folder.Path).ShouldBe(Expected);
    }

    [Fact]
    public void ProgressCountsEveryByteOnce()
    {
        List<long> reports = [];
        Write(
            Plan,
            Worker.Alone,
            options: Options with
            {
                Progress = new Receiver(value =>
                {
                    lock (reports)
                        reports.Add(value);
                }),
            }
        );
        reports.ShouldBe(reports.Order());
        reports[^1].ShouldBe(SmallPlans.Mixed(1).Bytes);
    }

    private FolderReport Write(
        ShardPlan plan,
        Worker worker,
        Resume resume = Resume.No,
        WriteOptions? options = null,
        CancellationToken cancellation = default
    ) => new CheckpointFolder(plan, _folder.Path).Write(worker, resume, options ?? Options, cancellation);

    private string Refused(ShardPlan plan, Worker worker, Resume resume = Resume.No, WriteOptions? options = null)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => Write(plan, worker, resume, options));
        error.Code.ShouldBe(
            error.Message.Contains("only on request", StringComparison.Ordinal)
                ? FanwiseError.TargetExists
                : FanwiseError.Request
        );
        return error.Message;
    }

    private void Cut(string name, long length)
    {
        using FileStream file = File.OpenWrite(_folder.File(name));
        file.SetLength(length);
    }

    private void Alter(string name, long offset)
    {
        using FileStream file = File.Open(_folder.File(name), FileMode.Open);
        file.Position = offset;
        int value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }

    private sealed class Receiver(Action<long> action) : IProgress<long>
    {
        public void Report(long value) => action(value);
    }
}
