using Fanwise.Draws;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Workers;

/// <summary>The index that is made of the shards alone is the one that workers write.</summary>
public sealed class FolderIndexTests : IDisposable
{
    private static readonly ShardPlan Plan = SmallPlans.Shards();
    private readonly ScratchFolder _folder = new();

    public FolderIndexTests() =>
        new CheckpointFolder(Plan, _folder.Path).Write(Worker.Alone, Resume.No, new() { Sync = false });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FinishingWritesTheWorkersIndex()
    {
        SortedDictionary<string, string> expected = SmallPlans.Contents(_folder.Path);
        File.Delete(_folder.File(Plan.IndexName!));
        FinishReport report = FolderIndex.Finish(_folder.Path);
        report.ShouldBe(
            new FinishReport(
                Plan.Shards.Count,
                SmallPlans.Mixed(1).Count,
                SmallPlans.Mixed(1).Bytes,
                AlreadyThere: false
            )
        );
        SmallPlans.Contents(_folder.Path).ShouldBe(expected);
        FolderIndex.Finish(_folder.Path).AlreadyThere.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public void AMissingShardIsNamed(int shard)
    {
        string name = Plan.Shards[shard < 0 ? Plan.Shards.Count - 1 : shard].FileName;
        File.Delete(_folder.File(name));
        Refused(FanwiseError.InputOutput).ShouldContain(name);
    }

    [Fact]
    public void AShardThatIsCutShortIsNamed()
    {
        using (FileStream file = File.OpenWrite(_folder.File(Plan.Shards[2].FileName)))
            file.SetLength(file.Length - 1);
        Refused(FanwiseError.Malformed).ShouldContain(Plan.Shards[2].FileName);
    }

    [Fact]
    public void AShardOfAnotherSeedIsNamed()
    {
        using ScratchFolder other = new();
        new CheckpointFolder(SmallPlans.Shards(seed: 2), other.Path).Write(
            Worker.Alone,
            Resume.No,
            new() { Sync = false }
        );
        File.Copy(other.File(Plan.Shards[2].FileName), _folder.File(Plan.Shards[2].FileName), overwrite: true);
        Refused(FanwiseError.Malformed).ShouldContain(Plan.Shards[2].FileName);
    }

    [Fact]
    public void ATensorInTwoShardsIsNamed()
    {
        File.Copy(_folder.File(Plan.Shards[0].FileName), _folder.File(Plan.Shards[1].FileName), overwrite: true);
        Refused(FanwiseError.Malformed).ShouldContain("layers.0.");
    }

    [Fact]
    public void AnIndexThatSaysSomethingElseStays()
    {
        File.WriteAllText(_folder.File(Plan.IndexName!), "{}");
        Refused(FanwiseError.Malformed).ShouldContain(Plan.IndexName!);
        File.ReadAllText(_folder.File(Plan.IndexName!)).ShouldBe("{}");
    }

    [Theory]
    [InlineData("model-00001-of-00099.safetensors")]
    [InlineData("model-00000-of-00001.safetensors")]
    [InlineData("model-000001-of-00001.safetensors")]
    [InlineData("model.safetensors")]
    [InlineData("model-ema.safetensors")]
    public void AFileThatDoesNotBelongIsRefused(string name)
    {
        File.WriteAllText(_folder.File(name), "");
        Refused(FanwiseError.Request);
    }

    [Fact]
    public void OneFileIsFinishedAlready()
    {
        using ScratchFolder one = new();
        SafetensorsWriter.Write(
            new WeightPlan([new("w", new ConstantValues([3], ElementType.Float32, 1))]),
            one.File("model.safetensors")
        );
        FolderIndex.Finish(one.Path).ShouldBe(new FinishReport(1, 1, 12, AlreadyThere: true));
    }

    [Fact]
    public void AnEmptyOrMissingFolderIsAnError()
    {
        using ScratchFolder empty = new();
        Should.Throw<CheckpointException>(() => FolderIndex.Finish(empty.Path)).Code.ShouldBe(FanwiseError.Request);
        Should
            .Throw<CheckpointException>(() => FolderIndex.Finish(empty.File("none")))
            .Code.ShouldBe(FanwiseError.InputOutput);
    }

    [Fact]
    public void OnlyOurOwnTemporaryFilesAreRemoved()
    {
        string ours = ".model-00001-of-00002.safetensors.host-1-7-0123456789abcdef0123456789abcdef.tmp";
        string[] others =
        [
            ".model.tmp",
            ".model-00001-of-00002.safetensors.tmp",
            "model-00001-of-00002.safetensors.host-17-0123456789abcdef0123456789abcdef.tmp",
        ];
        foreach (string name in others.Append(ours))
            File.WriteAllText(_folder.File(name), "");
        FolderIndex.RemoveTemporaries(_folder.Path).ShouldBe(1);
        File.Exists(_folder.File(ours)).ShouldBeFalse();
        others.ShouldAllBe(name => File.Exists(_folder.File(name)));
    }

    private string Refused(FanwiseError kind)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => FolderIndex.Finish(_folder.Path));
        error.Code.ShouldBe(kind, error.Message);
        return error.Message;
    }
}
