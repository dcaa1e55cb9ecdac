using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>Help and completion: what a stranger asks first.</summary>
public sealed class HelpTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public HelpTests() => Directory.CreateSymbolicLink(_folder.File("samples"), Path.Combine(Golden.Root, "samples"));

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands =>
        ["", "init", "draw", "convert", "verify", "finish", "explain", "report", "bench", "find-seed", "completion"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommandsHelpHasExamplesThatWork(string command)
    {
        Tool.Result help = Tool.Run(_folder.Path, $"{command} --help");
        (help.ExitCode, help.Error).ShouldBe((0, ""));
        help.Output.ShouldNotContain("Fanwise.", Case.Sensitive, "a type's name is no default");
        string[] examples =
        [
            .. help.Output[help.Output.IndexOf("Examples:", StringComparison.Ordinal)..]
                .Split('\n')
                .Skip(1)
                .Select(static line => line.Trim())
                .Where(static line => line.Length > 0),
        ];
        examples.ShouldNotBeEmpty();
        foreach (string example in examples)
        {
            example.ShouldStartWith("fanwise ");
            Tool.Run(_folder.Path, example["fanwise ".Length..]).ExitCode.ShouldBe(0, example);
        }

        if (command.Length > 0)
            examples[^1].ShouldStartWith($"fanwise {command} ");
    }

    [Fact]
    public void HelpListsEveryCommand()
    {
        string help = Tool.Run(_folder.Path, "--help").Output;
        foreach (string command in Commands)
            help.ShouldContain($"  {command}");
    }

    [Fact]
    public void NoCommandHasTwoOptionsOfOneName()
    {
        foreach (string command in Commands)
            Tool.Run(_folder.Path, $"{command} --help")
                .Output.Split('\n')
                .Where(static line => line.StartsWith("  --", StringComparison.Ordinal))
                .Select(static line => line.Trim().Split(' ')[0])
                .ShouldBeUnique(command);
    }

    [Theory]
    [InlineData("fanwise ver", "verify")]
    [InlineData("fanwise init --se", "--seed")]
    [InlineData("fanwise find-seed model.keras --as keras-3.3", "keras-3.3 keras-3.3.2")]
    [InlineData("fanwise find-seed model.keras --as f", "file")]
    [InlineData("fanwise init model.json --as tf", "tf-keras-2.15")]
    [InlineData("fanwise init config.json --as transformers-5.18", "transformers-5.18.0")]
    [InlineData("fanwise init model.json --format np", "npy npz")]
    [InlineData("fanwise draw he_normal --dtype fl", "float16 float32 float64")]
    [InlineData("fanwise explain he_normal --layer de", "dense depthwise")]
    [InlineData("fanwise completion ", "--help -h bash fish pwsh zsh")]
    public void CompletionOffersTheWordsThatMayStandThere(string line, string offers) =>
        Tool.Run(_folder.Path, ["complete", $"{line.Length}", line])
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal)
            .ShouldBe(offers.Split(' '));

    [Fact]
    public void BashCompletesWithTheScript()
    {
        if (!OperatingSystem.IsLinux())
            return;
        File.WriteAllText(_folder.File("fanwise"), $"#!/bin/sh\nexec dotnet '{Tool.Assembly}' \"$@\"\n");
        File.SetUnixFileMode(_folder.File("fanwise"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string script =
            "PATH=$1:$PATH; eval \"$(fanwise completion bash)\"; COMP_LINE='fanwise find'; COMP_POINT=12; "
            + "COMP_WORDS=(fanwise find); COMP_CWORD=1; _fanwise; echo \"${COMPREPLY[@]}\"";
        Clients.Run("bash", "-c", script, "bash", _folder.Path).Trim().ShouldBe("find-seed");
    }
}
