using System.Diagnostics;
using Fanwise.Cli.Tests.Workers;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>Outputs that are no files, and runs that a signal ends, as a shell sees them.</summary>
public sealed class OutputsTests : IDisposable
{
    private const string Init = "init model.json --seed 42 --format";
    private readonly WorkerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void StdoutIsWrittenToAndNeverReplaced()
    {
        if (OperatingSystem.IsWindows())
            return;
        (int code, string output, string errors) = _folder.Shell(
            $"""
            set -e
            fanwise {Init} safetensors -o plain
            before=$(readlink /dev/stdout; stat -c %i /dev/stdout)
            fanwise {Init} safetensors -o /dev/stdout > redirected
            (echo -n before; fanwise {Init} safetensors -o /dev/stdout --overwrite; echo -n after) >> appended
            fanwise {Init} safetensors -o /dev/stdout | cat > piped
            fanwise {Init} safetensors -o /proc/self/fd/1 > proc
            fanwise {Init} safetensors -o >(cat > substituted)
            ln -s /dev/stdout link; fanwise {Init} safetensors -o link > linked
            fanwise report model.json --seed 42 -o /dev/stdout > page.html
            sleep 0.2
            for file in redirected piped proc substituted linked; do cmp plain $file; done
            cmp <(echo -n before; cat plain; echo -n after) appended
            grep -q '</html>' page.html
            test -h link
            test "$before" = "$(readlink /dev/stdout; stat -c %i /dev/stdout)"
            echo done
            """
        );
        code.ShouldBe(0, errors);
        output.ShouldBe("done\n");
    }

    [Theory]
    [InlineData("npz -o /dev/stdout", "front to back")]
    [InlineData("safetensors -o /dev/fd/7", "cannot be replaced")]
    [InlineData("safetensors -o /dev/none", "cannot be replaced")]
    public void WhatCannotBeStreamedIsRefused(string output, string sentence)
    {
        if (OperatingSystem.IsWindows())
            return;
        (int code, _, string errors) = _folder.Shell(
            $"echo -n precious > other; exec 7<> other; fanwise {Init} {output} "
                + "--overwrite | cat; "
                + $"code=${{PIPESTATUS[0]}}; "
                + "test \"$(cat other)\" = precious || exit 99; exit $code"
        );
        code.ShouldBe(2, errors);
        errors.ShouldContain(sentence);
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    [InlineData("USR1")]
    [InlineData("USR2")]
    [InlineData("ALRM")]
    [InlineData("XCPU")]
    public void EverySignalThatCanBeCaughtLeavesNoTemporaryFile(string signal)
    {
        if (!OperatingSystem.IsLinux())
            return;
        WorkerFolder.WriteModel(_folder.Scratch, layers: 40, units: 3000);
        int begun = 0;
        foreach (string format in (string[])["safetensors", "weights.h5"])
        {
            string folder = Path.Combine(_folder.Scratch, format);
            Directory.CreateDirectory(folder);
            using Process process = _folder.Start($"{Init} {format} -o {format}/m --threads 1");
            Stopwatch watch = Stopwatch.StartNew();
            while (Directory.GetFileSystemEntries(folder).Length == 0 && watch.Elapsed < TimeSpan.FromSeconds(30))
                Thread.Sleep(1);
            begun += WorkerFolder.Temporaries(folder).Length;
            Clients.Start("kill", [$"-{signal}", $"{process.Id}"]);
            process.WaitForExit(30_000).ShouldBeTrue();
            WorkerFolder.Temporaries(folder).ShouldBeEmpty();
            bool isThere = File.Exists(Path.Combine(folder, "m"));
            process.ExitCode.ShouldBe(isThere ? 0 : 1, process.StandardError.ReadToEnd());
        }

        begun.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void ASignalThatTheShellIgnoresEndsNothing()
    {
        if (!OperatingSystem.IsLinux())
            return;
        (int code, string output, string errors) = _folder.Shell(
            $$"""
            trap '' HUP
            fanwise {{Init}} safetensors -o m & process=$!
            for i in 1 2 3 4 5 6 7 8; do kill -HUP $process; sleep 0.02; done
            wait $process; echo $?
            """
        );
        code.ShouldBe(0, errors);
        output.ShouldBe("0\n", errors);
    }

    [Fact]
    public void ANextRunRemovesWhatAKilledOneLeft()
    {
        if (!OperatingSystem.IsLinux())
            return;
        WorkerFolder.WriteModel(_folder.Scratch, layers: 40, units: 3000);
        string folder = Path.Combine(_folder.Scratch, "out");
        Directory.CreateDirectory(folder);
        using (Process process = _folder.Start($"{Init} safetensors -o out/m --threads 1"))
        {
            while (Directory.GetFileSystemEntries(folder).Length == 0)
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
        }

        WorkerFolder.Temporaries(folder).Length.ShouldBe(1);
        _folder.Run($"{Init} safetensors -o out/m").ExitCode.ShouldBe(0);
        Directory.GetFileSystemEntries(folder).ShouldBe([Path.Combine(folder, "m")]);
    }

    [Fact]
    public void ANameOutOfAFileDoesNothingToATerminal()
    {
        // Line and paragraph separators, an override of direction, a bell, a control sequence, a tag, a mark.
        string[] names = ["\u2028", "\u2029", "\u202E", "\u0007", "\u009B", "\U000E0041", "\uFEFF"];
        string model = File.ReadAllText(Path.Combine(_folder.Scratch, "model.json"));
        foreach ((int i, string name) in names.Index())
            model = model.Replace(
                $"dense_{i}\"",
                $"a{string.Concat(name.Select(static c => $"\\u{(int)c:x4}"))}b{i}\"",
                StringComparison.Ordinal
            );
        File.WriteAllText(Path.Combine(_folder.Scratch, "model.json"), model);
        _folder.Run("init model.json --seed 1 -o x.safetensors").ExitCode.ShouldBe(0);
        Tool.Result found = _folder.Run("find-seed x.safetensors --initializers-only --up-to 1");
        found.ExitCode.ShouldBe(0, found.Error);
        foreach ((int i, string name) in names.Index())
        {
            found.Output.ShouldContain($"a\uFFFDb{i}");
            found.Output.ShouldNotContain(name);
        }
    }
}
