using System.Diagnostics;
using System.Globalization;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests.Workers;

/// <summary>Whatever happens to a worker, a file under its final name is whole, and the next run completes the folder
/// or says why not; docs/reliability.md has the counts.</summary>
public sealed class FaultsTests(ITestOutputHelper output) : IDisposable
{
    private readonly WorkerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Everything]
    public void KillingARunAt200RandomMomentsLosesNothing()
    {
        const int kills = 200;
        TimeSpan writing = WritingTime();
        int killed = 0,
            left = 0,
            completed = 0,
            shards = 0;
        Lock counts = new();
        Random moments = new(8);
        // Two chains side by side: each kills run after run of one folder's two workers, resumes until both are done,
        // and begins anew.
        Parallel.For(
            0,
            2,
            chain =>
            {
                using WorkerFolder folder = new();
                int worker = 0;
                while (true)
                {
                    TimeSpan moment;
                    lock (counts)
                    {
                        if (killed >= kills)
                            break;
                        moment = moments.NextDouble() * writing * 0.9;
                    }

                    using Process process = folder.Start(
                        $"{WorkerFolder.Init} -o out --worker {worker} --workers 2 --resume"
                    );
                    // what comes next is the writing
                    process.StandardError.ReadLine().ShouldNotBeNull().ShouldStartWith($"worker {worker} of 2");
                    process.WaitForExit(moment);
                    process.Kill();
                    process.WaitForExit();
                    AllWhole(folder, ref shards);
                    lock (counts)
                    {
                        killed += process.ExitCode == 128 + 9 ? 1 : 0;
                        left += WorkerFolder.Temporaries(folder.Output).Length > 0 ? 1 : 0;
                    }

                    if (process.ExitCode == 128 + 9)
                        continue;
                    process.ExitCode.ShouldBe(0, process.StandardError.ReadToEnd());
                    if (++worker < 2)
                        continue;
                    CompleteAlready(folder);
                    worker = 0;
                    lock (counts)
                        completed++;
                }

                Complete(folder);
            }
        );
        output.WriteLine(
            $"{killed} runs killed within the {writing.TotalMilliseconds:0} ms that a run writes, {left} of them "
                + $"beside temporary files, {shards} files under their names compared, {completed} folders completed "
                + "in between; losses: 0"
        );
        killed.ShouldBeGreaterThanOrEqualTo(kills);
        left.ShouldBeGreaterThan(0);
    }

    /// <summary>One to four workers at once, of one seed or two, resuming or overwriting, all killed at a random
    /// moment:
    /// <c>verify</c> calls the folder complete only where every file is of one seed.</summary>
    [Fact]
    [Everything]
    public void KillingRunsThatOverwriteAndResumeMixesNothing()
    {
        const int rounds = 60;
        SortedDictionary<string, string>[] expected = [.. new[] { 42, 43 }.Select(Whole)];
        TimeSpan writing = WritingTime();
        Random random = new(16);
        int killed = 0,
            complete = 0;
        for (int round = 0; round < rounds; round++)
        {
            int workers = 1 + random.Next(4);
            Process[] runs =
            [
                .. Enumerable
                    .Range(0, workers)
                    .Select(worker =>
                        _folder.Start(
                            $"init model.json --seed {42 + random.Next(2)} --max-shard-size "
                                + $"{WorkerFolder.ShardSize} -o out "
                                + $"--worker {worker} --workers {workers} "
                                + $"{(random.Next(3) > 0 ? "--overwrite" : "--resume")}"
                        )
                    ),
            ];
            runs[0].StandardError.ReadLine();
            Thread.Sleep(random.NextDouble() * 1.2 * writing);
            foreach (Process run in runs)
            {
                run.Kill();
                run.WaitForExit();
                killed += run.ExitCode == 128 + 9 ? 1 : 0;
                run.Dispose();
            }

            complete += IsOneOf(expected) ? 1 : 0;
            if (random.Next(4) == 0)
            {
                Tool.Result result = _folder.Run(
                    $"init model.json --seed {42 + random.Next(2)} --max-shard-size "
                        + $"{WorkerFolder.ShardSize} "
                        + "-o out --overwrite"
                );
                result.ExitCode.ShouldBe(0, result.Error);
                IsOneOf(expected).ShouldBeTrue();
            }
        }

        output.WriteLine(
            $"{killed} runs killed in {rounds} rounds; {complete} rounds left a complete folder, none a mixture"
        );
        killed.ShouldBeGreaterThan(rounds / 2);
    }

    /// <summary>Whether <c>verify</c> calls the folder complete; then it is one of these.</summary>
    private bool IsOneOf(SortedDictionary<string, string>[] expected)
    {
        if (!Directory.Exists(_folder.Output) || _folder.Run("verify out").ExitCode != 0)
            return false;
        SortedDictionary<string, string> found = WorkerFolder.Contents(_folder.Output, temporaries: false);
        expected.ShouldContain(files => files.SequenceEqual(found));
        return true;
    }

    private static SortedDictionary<string, string> Whole(int seed)
    {
        using WorkerFolder folder = new();
        folder
            .Run($"init model.json --seed {seed} --max-shard-size {WorkerFolder.ShardSize} -o out")
            .ExitCode.ShouldBe(0);
        return WorkerFolder.Contents(folder.Output);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void ASignalEndsARunInOrder(string signal)
    {
        const int trials = 15;
        TimeSpan writing = WritingTime();
        Random moments = new(signal.Length);
        int interrupted = 0,
            shards = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            using Process process = _folder.Start(
                $"{WorkerFolder.Init} -o out --worker {trial % 2} --workers 2 --resume"
            );
            process.StandardError.ReadLine();
            process.WaitForExit(moments.NextDouble() * writing);
            Clients.Start("kill", [$"-{signal}", $"{process.Id}"]);
            process.WaitForExit(30_000).ShouldBeTrue();
            WorkerFolder.Temporaries(_folder.Output).ShouldBeEmpty();
            AllWhole(_folder, ref shards);
            if (process.ExitCode == 0)
            {
                Complete(_folder);
                continue;
            }

            string said = process.StandardError.ReadToEnd();
            if (said.Contains(" written, ", StringComparison.Ordinal))
                continue; // done: the signal met the process on its way out
            interrupted++;
            said.ShouldContain("Cancelled");
        }

        output.WriteLine($"{interrupted} of {trials} runs ended by SIG{signal} before they were done");
        // What whoever started the tests ignores, such as a shell for its background jobs, the tool ignores, too.
        (interrupted > 0).ShouldBe(!(signal == "INT" && InterruptIsIgnored()));
        Complete(_folder);
    }

    private static bool InterruptIsIgnored()
    {
        const string Ignored = "SigIgn:";
        const ulong Interrupt = 1 << 1;
        string? line = File.ReadLines("/proc/self/status")
            .FirstOrDefault(static line => line.StartsWith(Ignored, StringComparison.Ordinal));
        return line is not null
            && (
                ulong.Parse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                & Interrupt
            ) != 0;
    }

    [Theory]
    [InlineData("--seed 43 --max-shard-size 20KB")]
    [InlineData("--seed 42 --max-shard-size 30KB")]
    [InlineData("--seed 42")]
    [InlineData("--seed 42 --max-shard-size 20KB --as keras-3.14")]
    public void AnotherSeedOrShardSizeIsRefusedAndChangesNothing(string options)
    {
        _folder.Run($"{WorkerFolder.Init} -o out").ExitCode.ShouldBe(0);
        foreach (string resume in (string[])["", " --resume", " --resume=verify"])
        {
            Tool.Result result = _folder.Run($"init model.json {options} -o out/{resume}");
            result.ExitCode.ShouldBe(2, result.Error);
            result.Error.ShouldContain("model");
            _folder.ShouldBeComplete();
        }

        _folder.Run($"init model.json {options} -o out/ --overwrite").ExitCode.ShouldBe(0);
        _folder.Run($"{WorkerFolder.Init} -o out --overwrite").ExitCode.ShouldBe(0);
        _folder.ShouldBeComplete();
    }

    [Fact]
    public void AShardThatIsCutShortOrAlteredIsWrittenAgain()
    {
        _folder.Run($"{WorkerFolder.Init} -o out").ExitCode.ShouldBe(0);
        Random random = new(8);
        string[] names =
        [
            .. WorkerFolder.Expected.Keys.Where(static name => name.EndsWith(".safetensors", StringComparison.Ordinal)),
        ];
        for (int trial = 0; trial < 10; trial++)
        {
            using (
                FileStream file = File.Open(
                    Path.Combine(_folder.Output, names[random.Next(names.Length)]),
                    FileMode.Open
                )
            )
                file.SetLength(random.NextInt64(file.Length));
            using (
                FileStream file = File.Open(
                    Path.Combine(_folder.Output, names[random.Next(names.Length)]),
                    FileMode.Open
                )
            )
            {
                long place = file.Length - 1 - random.Next(4_000); // in the tensors
                if (place > 4_000)
                {
                    file.Position = place;
                    int value = file.ReadByte();
                    file.Position = place;
                    file.WriteByte((byte)(value ^ 0x40));
                }
            }

            Tool.Result result = _folder.Run($"{WorkerFolder.Init} -o out --resume=verify");
            result.ExitCode.ShouldBe(0, result.Error);
            _folder.ShouldBeComplete();
        }
    }

    [RequiresFact("mount")]
    public void AFullDiskIsSaidSoAndTheNextRunCompletesTheFolder()
    {
        const int trials = 10;
        Directory.CreateDirectory(_folder.Output);
        for (int trial = 0; trial < trials; trial++)
        {
            // Room for some shards; the folder is copied out of the mount namespace before this ends with its tmpfs.
            (int code, string left, string errors) = _folder.Shell(
                $"""
                unshare --mount bash -c '
                mount -t tmpfs -o size={64 + trial * 32}k tmpfs out
                dotnet "{Tool.Assembly}" {WorkerFolder.Init} -o out; code=$?
                ls -A out; mkdir -p kept; cp -a out/. kept; exit $code'
                """
            );
            code.ShouldBe(1, errors);
            errors.ShouldContain("the disk is full");
            left.ShouldNotContain(".tmp");
            foreach ((string name, string hash) in WorkerFolder.Contents(Path.Combine(_folder.Scratch, "kept")))
                hash.ShouldBe(WorkerFolder.Expected[name], name);
        }

        Directory.Delete(_folder.Output);
        Directory.Move(Path.Combine(_folder.Scratch, "kept"), _folder.Output);
        Complete(_folder);
    }

    [RequiresFact("mount")]
    public void AReadOnlyFolderIsSaidSo()
    {
        Directory.CreateDirectory(_folder.Output);
        (int code, string left, string errors) = _folder.Shell(
            $"""
            unshare --mount bash -c '
            mount -t tmpfs -o ro tmpfs out
            dotnet "{Tool.Assembly}" {WorkerFolder.Init} -o out; code=$?
            ls -A out; exit $code'
            """
        );
        code.ShouldBe(1, errors);
        errors.ShouldContain("the file system is read-only");
        left.ShouldBeEmpty();
    }

    /// <summary>How long an undisturbed run of one of two workers takes from its first line to its end.</summary>
    private static TimeSpan WritingTime()
    {
        using WorkerFolder folder = new();
        using Process process = folder.Start($"{WorkerFolder.Init} -o out --worker 0 --workers 2");
        process.StandardError.ReadLine();
        long start = Stopwatch.GetTimestamp();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, process.StandardError.ReadToEnd());
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Every file under a final name is that of an undisturbed run.</summary>
    private static void AllWhole(WorkerFolder folder, ref int shards)
    {
        if (!Directory.Exists(folder.Output))
            return;
        foreach ((string name, string hash) in WorkerFolder.Contents(folder.Output, temporaries: false))
        {
            hash.ShouldBe(WorkerFolder.Expected[name], name);
            Interlocked.Increment(ref shards);
        }
    }

    /// <summary>One more run completes the folder: without temporary files, it holds the files of an undisturbed run
    /// and nothing else.</summary>
    private static void Complete(WorkerFolder folder)
    {
        Tool.Result result = folder.Run($"{WorkerFolder.Init} -o out --resume");
        result.ExitCode.ShouldBe(0, result.Error);
        CompleteAlready(folder);
    }

    private static void CompleteAlready(WorkerFolder folder)
    {
        FolderIndex.RemoveTemporaries(folder.Output);
        folder.ShouldBeComplete();
        Directory.Delete(folder.Output, recursive: true);
    }
}
