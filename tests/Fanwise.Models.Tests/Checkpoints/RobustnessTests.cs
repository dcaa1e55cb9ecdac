using System.Diagnostics;
using System.Globalization;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>What is left when a writer is killed or its disk is full, and how much memory it takes. Each writer is a
/// process of its own (see <see cref="WriterProcess"/>).</summary>
/// <remarks>$FANWISE_LARGE=1 writes 3 GiB in each format instead of 256 MiB.</remarks>
public sealed class RobustnessTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string Assembly = typeof(RobustnessTests).Assembly.Location;
    private readonly ScratchFolder _folder = new();

    public static TheoryData<string> Formats => [.. CheckpointFormat.All.Select(static format => format.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void MemoryIsFarBelowThePlansSize(string format)
    {
        if (!OperatingSystem.IsLinux())
            return;
        long mebibytes = Environment.GetEnvironmentVariable("FANWISE_LARGE") == "1" ? 3072 : 256;
        long small = Peak(format, 64),
            peak = Peak(format, mebibytes);
        output.WriteLine($"{format}: {small} MiB of memory for 64 MiB of weights, {peak} MiB for {mebibytes} MiB");
        peak.ShouldBeLessThan(190); // 200 MB
        (peak - small).ShouldBeLessThan(40);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void AKilledWriterLeavesNothingUnderTheFinalName(string format)
    {
        Random random = new(7);
        int killed = 0;
        for (int trial = 0; trial < 5; trial++)
        {
            using Process process = Process.Start(
                new ProcessStartInfo("dotnet", [Assembly, WriterProcess.Command, format, _folder.File("m"), "1024"])
                {
                    UseShellExecute = false,
                }
            )!;
            // Kill it at some moment after its first byte.
            while (!process.HasExited && _folder.Names().Length == 0)
                Thread.Sleep(1);
            Thread.Sleep(random.Next(100));
            process.Kill();
            process.WaitForExit();
            if (process.ExitCode != 0)
                killed++;
            foreach (string name in _folder.Names())
            {
                if (name == "m")
                {
                    process.ExitCode.ShouldBe(0);
                }
                else
                {
                    name.ShouldMatch(@"^\.m\..*\.tmp$");
                }

                if (Directory.Exists(_folder.File(name)))
                    Directory.Delete(_folder.File(name), recursive: true);
                else
                    File.Delete(_folder.File(name));
            }
        }

        output.WriteLine($"{killed} of 5 were killed before they were done");
        killed.ShouldBeGreaterThan(0);
        Peak(format, 3);
        CheckpointVerifier
            .Verify(
                _folder.File("m"),
                WriterProcess.Plan(CheckpointFormat.Parse(format), 3),
                CheckpointFormat.Parse(format)
            )
            .Holds.ShouldBeTrue();
    }

    [RequiresTheory("mount")]
    [MemberData(nameof(Formats))]
    public void AFullDiskIsSaidAndNothingIsLeft(string format) =>
        InSmallDisk("mount -t tmpfs -o size=10m none \"$0\"", format, 1, "the disk is full", left: "");

    [RequiresTheory("mount")]
    [MemberData(nameof(Formats))]
    public void AReadOnlyDiskIsSaid(string format) =>
        InSmallDisk("mount -t tmpfs -o ro,size=10m none \"$0\"", format, 1, "the file system is read-only", left: "");

    [RequiresFact("mount")]
    public void ADiskThatReservesNothingIsFullLaterAndNothingIsLeft() =>
        // ext2 cannot reserve room: the disk is full only when bytes are written.
        InSmallDisk(
            "dd if=/dev/zero of=\"$0.img\" bs=1M count=10 status=none && mkfs.ext2 -q \"$0.img\" && mount -o "
                + "loop \"$0.img\" \"$0\"",
            "safetensors",
            1,
            "the disk is full",
            left: "lost+found"
        );

    /// <summary>Writes 32 MiB to a file system that a mount command makes in a namespace of its own; 77 from the
    /// command means that this machine cannot mount it.</summary>
    private void InSmallDisk(string mount, string format, int code, string words, string left)
    {
        string folder = _folder.File("disk");
        Directory.CreateDirectory(folder);
        string script =
            $"({mount}) >&2 || exit 77; "
            + """dotnet "$1" "$2" "$3" "$0/m" 32; code=$?; ls -A "$0"; umount "$0"; exit $code""";
        (int exit, string names, string errors) = Clients.Start(
            "unshare",
            "--mount",
            "bash",
            "-c",
            script,
            folder,
            Assembly,
            WriterProcess.Command,
            format
        );
        if (exit == 77)
        {
            output.WriteLine($"not mounted here: {errors}");
            return;
        }

        exit.ShouldBe(code, errors);
        errors.ShouldContain(words);
        errors.TrimEnd().Split('\n').Length.ShouldBe(1);
        names.Trim().ShouldBe(left);
    }

    private long Peak(string format, long mebibytes)
    {
        string peak = Clients.Run(
            "dotnet",
            Assembly,
            WriterProcess.Command,
            format,
            _folder.File("m"),
            mebibytes.ToString(CultureInfo.InvariantCulture)
        );
        return long.Parse(peak, CultureInfo.InvariantCulture);
    }
}
