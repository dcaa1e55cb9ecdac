using System.Globalization;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;
using Fanwise.Models.Tests.Workers;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>What is under an output's name already, and what becomes of it.</summary>
public sealed class OutputsTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly WeightPlan Plan = new([TestPlans.Weight("a", [1000])]),
        OnlyLayer =
            new([TestPlans.Weight("a/kernel", [2])])
            {
                Topology = TestPlans.Json(
                    """{"class_name":"Sequential","config":{"name":"s","layers":[]}"""
                        + ""","keras_version":"2.15.0","backend":"tensorflow"}"""
                ),
            };
    private static readonly WriteOptions Overwriting = new() { Overwrite = true, Sync = false };
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AReplacedFileKeepsItsModeAndOwner()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string path = Old("a.safetensors");
        Own(path);
        SafetensorsWriter.Write(Plan, path, Overwriting);
        ShouldBeOwned(path);
        new FileInfo(path).Length.ShouldBeGreaterThan(4000);
    }

    [Fact]
    public void TheFilesOfAReplacedFolderKeepTheirModesAndOwners()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string folder = _folder.File("m");
        CheckpointFormat format = CheckpointFormat.Parse("tfjs");
        format.Write(OnlyLayer, folder);
        foreach (string file in Directory.GetFiles(folder))
            Own(file);
        format.Write(OnlyLayer, folder, Overwriting);
        Directory.GetFiles(folder).Length.ShouldBe(2);
        foreach (string file in Directory.GetFiles(folder))
            ShouldBeOwned(file);
    }

    [Fact]
    public void TheIndexOfReplacedShardsHasTheirModeAndOwner()
    {
        if (!OperatingSystem.IsLinux())
            return;
        CheckpointFolder folder = new(SmallPlans.Shards(seed: 1, shardSize: 50_000), _folder.Path);
        folder.Write(Worker.Alone, Resume.No, Overwriting);
        foreach (string file in Directory.GetFiles(_folder.Path))
            Own(file);
        folder.Write(Worker.Alone, Resume.No, Overwriting).Complete.ShouldBeTrue();
        foreach (string file in Directory.GetFiles(_folder.Path))
            ShouldBeOwned(file);
    }

    [Fact]
    public void ALinkIsReplacedAndWhatItLeadsToStays()
    {
        if (OperatingSystem.IsWindows())
            return;
        string target = Old("target"),
            link = _folder.File("a.safetensors");
        File.CreateSymbolicLink(link, target);
        SafetensorsWriter.Write(Plan, link, Overwriting);
        File.ReadAllText(target).ShouldBe("old");
        new FileInfo(link).LinkTarget.ShouldBeNull();
    }

    [Theory]
    [InlineData("safetensors")]
    [InlineData("npy")]
    [InlineData("weights.h5")]
    public async Task APipeGetsTheBytesOfTheFile(string format)
    {
        if (!OperatingSystem.IsLinux())
            return;
        WeightPlan plan = new([TestPlans.Weight("a", [700_000]) with { StorePaths = ["layers/a/vars/0"] }]);
        string pipe = _folder.File("pipe"),
            link = _folder.File("link");
        Clients.Run("mkfifo", pipe);
        File.CreateSymbolicLink(link, pipe);
        CheckpointFormat.Parse(format).Write(plan, _folder.File("file"));
        foreach (string path in (string[])[pipe, link])
        {
            Task<byte[]> read = Task.Run(() => File.ReadAllBytes(pipe));
            CheckpointFormat.Parse(format).Write(plan, path);
            (await read).ShouldBe(File.ReadAllBytes(_folder.File("file")));
        }

        _folder.Names().ShouldBe(["file", "link", "pipe"], ignoreOrder: true);
        new FileInfo(link).LinkTarget.ShouldBe(pipe);
    }

    [Fact]
    public void APipeIsRefusedByAFormatThatNeedsItsEndFirst()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string pipe = _folder.File("pipe");
        Clients.Run("mkfifo", pipe);
        Should
            .Throw<CheckpointException>(() => CheckpointFormat.Parse("npz").Write(Plan, pipe, Overwriting))
            .Message.ShouldContain("front to back");
        _folder.Names().ShouldBe(["pipe"]);
    }

    [Fact]
    public void ADeviceIsWrittenToAndStays()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string link = _folder.File("null");
        File.CreateSymbolicLink(link, "/dev/null");
        foreach (string path in (string[])["/dev/null", link])
            CheckpointFormat.Parse("safetensors").Write(Plan, path, Overwriting);
        new FileInfo(link).LinkTarget.ShouldBe("/dev/null");
        File.GetAttributes("/dev/null").HasFlag(FileAttributes.Directory).ShouldBeFalse();
        new FileInfo("/dev/null").Length.ShouldBe(0);
        Should
            .Throw<CheckpointException>(() => CheckpointFormat.Parse("safetensors").Write(Plan, "/dev/full"))
            .Message.ShouldContain("the disk is full");
    }

    [Theory]
    [InlineData("/dev/fanwise-has-no-such-device")]
    [InlineData("/proc/sys/kernel/hostname")]
    public void WhatIsTheKernelsIsRefused(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Should
            .Throw<CheckpointException>(() => SafetensorsWriter.Write(Plan, path, Overwriting))
            .Code.ShouldBe(FanwiseError.Request);
        File.Exists("/dev/fanwise-has-no-such-device").ShouldBeFalse();
    }

    [RequiresFact("mount")]
    public void AMountedFileIsRefusedAndAMountedFolderIsFilled()
    {
        string assembly = typeof(OutputsTests).Assembly.Location;
        Old("behind");
        Old("file");
        Directory.CreateDirectory(_folder.File("folder"));
        string write = $"dotnet \"{assembly}\" {WriterProcess.Command}";
        (int code, string names, string errors) = Clients.Start(
            "unshare",
            "--mount",
            "bash",
            "-c",
            $"""
            cd "$0"; mount --bind behind file; mount -t tmpfs none folder
            {write} safetensors file 1 && exit 3
            cat behind
            {write} tfjs folder 5 > /dev/null || exit 4
            {write} tfjs folder 1 > /dev/null || exit 5
            ls -A folder | tr '\n' ' '
            mkdir folder/x; {write} tfjs folder 1 2> /dev/null && exit 6
            ls -A folder | wc -l
            """,
            _folder.Path
        );
        code.ShouldBe(0, errors);
        names.ShouldBe("oldgroup1-shard1of1.bin model.json 3\n");
        errors.ShouldContain("mounted there");
    }

    [Fact]
    public void AFolderUnderTheNameOfAFileOfTheFormatStays()
    {
        string folder = _folder.File("m"),
            precious = Path.Combine(folder, "group1-shard9of9.bin", "precious");
        CheckpointFormat format = CheckpointFormat.Parse("tfjs");
        format.Write(OnlyLayer, folder);
        Directory.CreateDirectory(Path.GetDirectoryName(precious)!);
        File.WriteAllText(precious, "mine");
        Should
            .Throw<CheckpointException>(() => format.Write(OnlyLayer, folder, Overwriting))
            .Message.ShouldContain("group1-shard9of9.bin");
        File.ReadAllText(precious).ShouldBe("mine");

        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(folder, "model.json", "precious"));
        Should.Throw<CheckpointException>(() => format.Write(OnlyLayer, folder, Overwriting));
        Directory.Exists(Path.Combine(folder, "model.json", "precious")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"generatedBy": "TensorFlow.js tfjs-layers v4.22.0", "weightsManifest": []}""")]
    [InlineData("""{"generatedBy": ["Fanwise"]}""")]
    [InlineData("""{"generatedBy": "Fanwise", "weightsManifest": 1}""")]
    [InlineData("[]")]
    [InlineData("mine")]
    public void AnotherProgramsModelOfTheSameNamesStays(string model)
    {
        string folder = _folder.File("m");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "model.json"), model);
        Should
            .Throw<CheckpointException>(() => CheckpointFormat.Parse("tfjs").Write(OnlyLayer, folder, Overwriting))
            .Message.ShouldContain("does not say that it was written here");
        File.ReadAllText(Path.Combine(folder, "model.json")).ShouldBe(model);
    }

    [Fact]
    public void AnotherProgramsShardsOfTheSameNamesStay()
    {
        ShardPlan plan = SmallPlans.Shards(seed: 1, shardSize: 50_000);
        SafetensorsWriter.Write(Plan, _folder.File(plan.Shards[0].FileName), Overwriting);
        string[] before = _folder.Names();
        byte[] bytes = File.ReadAllBytes(_folder.File(before[0]));
        Should
            .Throw<CheckpointException>(() =>
                new CheckpointFolder(plan, _folder.Path).Write(Worker.Alone, Resume.No, Overwriting)
            )
            .Message.ShouldContain("does not say that it was written here");
        _folder.Names().ShouldBe(before);
        File.ReadAllBytes(_folder.File(before[0])).ShouldBe(bytes);
    }

    [Fact]
    public void OfTwoWritersOfOneNewNameOneSucceeds()
    {
        string path = _folder.File("a.safetensors");
        for (int trial = 0; trial < 300; trial++)
        {
            File.Delete(path);
            using Barrier barrier = new(2);
            int written = 0;
            Thread[] writers =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(number => new Thread(() =>
                    {
                        WeightPlan plan = new([TestPlans.Weight($"w{number}", [3])]);
                        barrier.SignalAndWait();
                        try
                        {
                            SafetensorsWriter.Write(plan, path, new() { Sync = false, Threads = 1 });
                            Interlocked.Increment(ref written);
                        }
                        catch (CheckpointException exception) when (exception.Code == FanwiseError.TargetExists)
                        {
                            // The other was faster.
                        }
                    })),
            ];
            foreach (Thread writer in writers)
                writer.Start();
            foreach (Thread writer in writers)
                writer.Join();
            written.ShouldBe(1);
            _folder.Names().ShouldBe(["a.safetensors"]);
        }
    }

    /// <summary>Cancelled at each step that a writer takes: it throws and nothing is there, or it returns and the file
    /// is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ACancelledWriteIsAbsentAndAWriteThatSucceedsIsThere(int threads)
    {
        WeightPlan plan = new([TestPlans.Weight("a", [600_000]), TestPlans.Weight("b", [700_000])]);
        int steps = 0,
            succeeded = 0;
        for (int cancelled = 0; cancelled <= steps; cancelled++)
        {
            using CancellationTokenSource source = new();
            int step = 0;
            bool there = true;
            try
            {
                SafetensorsWriter.Write(
                    plan,
                    _folder.File("a.safetensors"),
                    new()
                    {
                        Threads = threads,
                        Sync = false,
                        BeforeStep = (_, _) =>
                        {
                            if (Interlocked.Increment(ref step) == cancelled)
                                source.Cancel();
                        },
                    },
                    source.Token
                );
                succeeded++;
            }
            catch (OperationCanceledException)
            {
                there = false;
            }

            steps = Math.Max(steps, step); // the first is not cancelled
            _folder.Names().ShouldBe(there ? ["a.safetensors"] : []);
            File.Delete(_folder.File("a.safetensors"));
        }

        steps.ShouldBeGreaterThan(6);
        succeeded.ShouldBeInRange(2, steps); // the first, and that of the last step, which gives the name
    }

    [Fact]
    public void ALaterRunRemovesWhatDeadProcessesLeftAndNothingElse()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("true");
        process.WaitForExit();
        string own = Path.GetFileName(Temporaries.NameFor(_folder.File("a.safetensors"))),
            alive = string.Create(CultureInfo.InvariantCulture, $"-{Environment.ProcessId}-"),
            dead = own.Replace(alive, $"-{process.Id}-", StringComparison.Ordinal);
        string[] kept =
        [
            own, // this process's, at work
            own.Replace(alive, "-1-", StringComparison.Ordinal), // another's, which lives
            dead.Replace(Environment.MachineName, "elsewhere", StringComparison.Ordinal), // another machine's
            dead.Replace("a.safetensors", "b.safetensors", StringComparison.Ordinal), // of another name
            ".a.safetensors.tmp",
            "notes.tmp",
        ];
        foreach (string name in kept.Append(dead))
            File.WriteAllText(_folder.File(name), name);
        SafetensorsWriter.Write(Plan, _folder.File("a.safetensors"), Overwriting);
        _folder.Names().ShouldBe([.. kept, "a.safetensors"], ignoreOrder: true);
        Temporaries.Forget(_folder.File(own));
    }

    [Fact]
    public void ALaterRunRemovesADeadProcesssFolderButForWhatIsNotOurs()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("true");
        process.WaitForExit();
        string own = Temporaries.NameFor(_folder.File("m"));
        Temporaries.Forget(own);
        string dead = own.Replace($"-{Environment.ProcessId}-", $"-{process.Id}-", StringComparison.Ordinal);
        Directory.CreateDirectory(dead);
        File.WriteAllText(Path.Combine(dead, "model.json"), "");
        File.WriteAllText(Path.Combine(dead, "precious"), "");
        CheckpointFormat.Parse("tfjs").Write(OnlyLayer, _folder.File("m"));
        Directory.GetFileSystemEntries(dead).ShouldBe([Path.Combine(dead, "precious")]);
        File.Delete(Path.Combine(dead, "precious"));
        CheckpointFormat.Parse("tfjs").Write(OnlyLayer, _folder.File("m"), Overwriting);
        _folder.Names().ShouldBe(["m"]);
    }

    private string Old(string name)
    {
        File.WriteAllText(_folder.File(name), "old");
        return _folder.File(name);
    }

    private static void Own(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(path, Private);
        if (Environment.IsPrivilegedProcess)
            Clients.Run("chown", "12345:23456", path);
    }

    private static void ShouldBeOwned(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        File.GetUnixFileMode(path).ShouldBe(Private, path);
        if (Environment.IsPrivilegedProcess)
            Clients.Run("stat", "-c", "%u:%g", path).Trim().ShouldBe("12345:23456", path);
    }
}
