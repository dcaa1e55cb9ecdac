using System.Text.RegularExpressions;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>What the tool prints where it is read by a person: on a terminal, wide or narrow, and without
/// one.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private const int Narrow = 80,
        Wide = 200;

    private readonly ScratchFolder _folder = new();

    private static string Models => Path.Combine(Golden.Root, "samples", "models");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Narrow)]
    [InlineData(Wide)]
    public void AnExplanationFitsTheWidthAndSumsUpFirst(int width)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string[] lines = Shell($"COLUMNS={width} {Program} explain {Models}/MobileNetV2.json --seed 42").Split('\n');
        lines[0].ShouldBe("262 weights, 3.5 M parameters, 17 warnings");
        lines.Max(static line => line.Length).ShouldBeLessThanOrEqualTo(width);
        lines.ShouldContain("expanded_conv_depthwise/kernel", "a name is on a line of its own and whole");
        lines.ShouldContain(static line =>
            line.Contains("seed 119540832 (draw 2): deviation 0.082061, within ±0.14213")
        );
        lines.Count(static line => line.StartsWith("    depthwise-fans: ", StringComparison.Ordinal)).ShouldBe(17);
    }

    [Fact]
    public void WithoutATerminalATableHasALineForEveryWeightAndTheSumIsFirst()
    {
        string[] lines = Tool.Run(Models, "explain MobileNetV2.json --seed 42").Output.Split('\n');
        lines[0].ShouldBe("262 weights, 3.5 M parameters, 17 warnings");
        lines.Count(static line => line.StartsWith("  block_", StringComparison.Ordinal)).ShouldBe(240);
        lines.ShouldContain(
            "262 weights, 3,538,984 parameters, 14.2 MB; backend tensorflow, generation keras, seed 42"
        );
    }

    [RequiresFact("script")]
    public void OnATerminalTheSumIsAllUntilDetailsAreAskedFor()
    {
        string[] sum = OnTerminal(Narrow, $"explain {Models}/MobileNetV2.json --seed 42");
        sum[0].ShouldBe("262 weights, 3.5 M parameters, 17 warnings");
        sum.Length.ShouldBeLessThan(12);
        sum.Max(static line => line.Length).ShouldBeLessThanOrEqualTo(Narrow);
        sum.ShouldContain(static line => line.StartsWith("depthwise-fans 17 weights", StringComparison.Ordinal));
        sum.ShouldContain("--details shows every weight, --json is for programs.");

        string[] details = OnTerminal(Narrow, $"explain {Models}/MobileNetV2.json --seed 42 --details");
        details[0].ShouldBe(sum[0]);
        details.ShouldContain("predictions/bias");
        details.Max(static line => line.Length).ShouldBeLessThanOrEqualTo(Narrow);
    }

    [RequiresFact("script")]
    public void LongWorkShowsABarWithItsRateOnATerminalOnly()
    {
        File.WriteAllText(
            _folder.File("large.json"),
            """
            {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 60000],
             "name": "i"}},
            {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": 60000}}]}}
            """
        );
        const string Init = "init large.json --seed 1 --threads 1 --format safetensors -o /dev/null --overwrite";
        string shown = string.Join('\n', OnTerminal(Wide, Init));
        shown.ShouldMatch(@"/dev/null .* \d+% +[\d.]+ [kMG]B/s +\d\d:\d\d:\d\d left");
        Tool.Result quiet = Tool.Run(_folder.Path, Init);
        quiet.Output.ShouldBeEmpty();
        quiet.Error.ShouldMatch(@"^/dev/null: 2 tensors, 3,600,060,000 parameters, 14\.4 GB, seed 1, [\d.]+ s\n$");
    }

    [Fact]
    public void TheLongVersionSaysWhatAReportOfAnErrorNeeds()
    {
        string version = Tool.Run(_folder.Path, "--version").Output.Trim();
        version.ShouldMatch(@"^\d+\.\d+\.\d+\S*$");
        string facts = Tool.Run(_folder.Path, "--version --verbose").Output;
        facts.ShouldStartWith($"fanwise    {version}, ");
        foreach (string fact in (string[])["runtime ", "system ", "processor ", "draws use ", "memory ", "program "])
            facts.Split('\n').ShouldContain(line => line.StartsWith(fact, StringComparison.Ordinal));
        facts.ShouldContain($"{Environment.ProcessorCount} core");
        facts.ShouldContain($"draws use  {Fanwise.Measuring.Throughput.Width}");
    }

    private static string Program => $"dotnet '{Tool.Assembly}'";

    private static string Shell(string command) => Clients.Run("sh", "-c", command);

    /// <summary>The lines that a terminal of this width shows, without colours.</summary>
    private string[] OnTerminal(int width, string arguments)
    {
        string command = $"cd '{_folder.Path}' && stty cols {width} && {Program} {arguments}";
        string shown = Clients.Run("script", "--quiet", "--return", "--command", command, "/dev/null");
        return ControlSequence()
            .Replace(shown, "")
            .TrimEnd()
            .Split('\n', '\r')
            .Where(static l => l.Length > 0)
            .ToArray();
    }

    [GeneratedRegex(@"\u001b(\[[0-?]*[ -/]*[@-~]|[=>])")]
    private static partial Regex ControlSequence();
}
