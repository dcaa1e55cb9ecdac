using Fanwise.Cli.Tests.Workers;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise verify as a process: 0 where all is right, 1 for a difference or something missing, 2 for what is
/// malformed.</summary>
public sealed class VerifyTests : IDisposable
{
    private const string Model = "--model model.json --seed 42";
    private readonly WorkerFolder _folder = new();

    public VerifyTests()
    {
        _folder.Run("init model.json --seed 42 -o one.safetensors --no-sync").ExitCode.ShouldBe(0);
        _folder.Run($"{WorkerFolder.Init} -o out --no-sync").ExitCode.ShouldBe(0);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatTheToolWroteHolds()
    {
        foreach (string target in (string[])["one.safetensors", "out", "out/model.safetensors.index.json"])
        {
            Said(0, $"verify {target}").ShouldContain("complete and well-formed");
            Said(0, $"verify {target} {Model}").ShouldContain("are what the model and seed give");
        }
    }

    [Fact]
    public void AnotherSeedIsADifferenceAndCounted()
    {
        string said = Said(1, "verify out --model model.json --seed 43");
        said.ShouldContain("expected");
        said.ShouldContain("found");
        said.ShouldMatch(@"[\d,]+ elements of 40 of 80 tensors in \d+ files differ in all\.");
    }

    [Fact]
    public void OneAlteredElementIsNamed()
    {
        using (FileStream file = File.Open(Path.Combine(_folder.Scratch, "one.safetensors"), FileMode.Open))
        {
            file.Position = file.Length - 1;
            file.WriteByte(0x42);
        }

        Said(0, "verify one.safetensors");
        Said(1, $"verify one.safetensors {Model}")
            .ShouldMatch(
                @"'dense_9/kernel' differs at \[39, 40\]: expected \S+ \(0x[0-9a-f]{8}\), "
                    + @"found \S+ \(0x42[0-9a-f]{6}\); 1 element of 1 of 80 tensors in 1 file differs in all\."
            );
    }

    [Fact]
    public void WhatIsMissingIsNamed()
    {
        string shard = Directory.EnumerateFiles(_folder.Output, "model-00002-*").Single();
        File.Delete(shard);
        Said(1, $"verify out {Model}").ShouldContain(Path.GetFileName(shard));
        File.Delete(Path.Combine(_folder.Output, "model.safetensors.index.json"));
        Said(1, "verify out").ShouldContain("no index");
        Said(1, "verify nothing.safetensors").ShouldContain("nothing.safetensors");
    }

    /// <summary>Many schedulers allow 1,024 open files, and a checkpoint may have more shards.</summary>
    [Fact]
    public void MoreShardsThanFilesMayBeOpenAreVerified()
    {
        using ScratchFolder folder = new();
        string model = Path.Combine(Golden.Root, "samples", "models", "MobileNetV2.json");
        Tool.Run(folder.Path, "init", model, "--seed", "42", "--max-shard-size", "1KB", "--no-sync", "-o", "many")
            .ExitCode.ShouldBe(0);
        Directory.GetFiles(folder.File("many"), "*.safetensors").Length.ShouldBeGreaterThan(200);
        (int code, _, string errors) = Clients.Start(
            "bash",
            "-c",
            $"ulimit -n 150 && exec dotnet '{Tool.Assembly}' verify '{folder.File("many")}' --model '{model}' --seed 42"
        );
        code.ShouldBe(0, errors);
    }

    [Fact]
    public void WhatIsMalformedIsSaidWithItsPlace()
    {
        string shard = Directory.EnumerateFiles(_folder.Output, "model-00002-*").Single();
        using (FileStream file = File.OpenWrite(shard))
            file.SetLength(file.Length - 1);
        Said(2, "verify out").ShouldContain("cut short");
        File.WriteAllText(shard, "no header");
        Said(2, "verify out").ShouldContain(Path.GetFileName(shard));
    }

    [Theory]
    [InlineData("verify one.safetensors --model model.json")]
    [InlineData("verify one.safetensors --seed 42")]
    public void AModelNeedsASeed(string arguments) =>
        Said(2, arguments).ShouldContain("--model and --seed go together");

    [Fact]
    public void AFileThatHoldsItsModelNeedsNoOther()
    {
        foreach (
            string path in Golden
                .Files("h5", "keras3_mlp.*")
                .Where(static path => !path.EndsWith(".json", StringComparison.Ordinal))
        )
        {
            Said(0, $"verify {path}").ShouldContain("8 tensors in 1 file, complete and well-formed");
            if (path.Contains(".weights.", StringComparison.Ordinal))
                continue;
            Said(0, $"verify {path} --seed 42").ShouldContain("are what the model and seed give");
            Said(1, $"verify {path} --seed 43").ShouldContain("differs at [0, 0]");
            Tool.Result found = _folder.Run($"find-seed {path}");
            found.ExitCode.ShouldBe(0, found.Error);
            found.Output.ShouldContain("keras.utils.set_random_seed(42) draws 2 of the 2 random tensors.");
            _folder.Run($"init {path} --seed 42 -o start.npz --overwrite").ExitCode.ShouldBe(0);
            Said(0, $"verify start.npz --model {path} --seed 42").ShouldContain("are what the model and seed give");
            _folder.Run($"report {path} -o page.html --overwrite").ExitCode.ShouldBe(0);
            Tool.Result explained = _folder.Run($"explain {path} --seed 42 --json");
            explained.ExitCode.ShouldBe(0, explained.Error);
        }
    }

    private string Said(int exitCode, string arguments)
    {
        Tool.Result result = _folder.Run(arguments);
        result.ExitCode.ShouldBe(exitCode, result.Error);
        result.Output.ShouldBeEmpty();
        string[] lines = result.Error.TrimEnd('\n').Split('\n');
        lines[..^1].ShouldAllBe(static line => line.StartsWith("warning: ", StringComparison.Ordinal));
        lines.Length.ShouldBeLessThanOrEqualTo(5);
        return lines[^1];
    }
}
