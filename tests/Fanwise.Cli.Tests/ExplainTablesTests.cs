using System.Diagnostics;
using System.Text;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>Tables and blocks of any number of weights.</summary>
public sealed class ExplainTablesTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A letter whose width is a terminal's matter has the table laid out by Spectre.Console; without one its
    /// lines are written as they come. Both look alike.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("400")]
    [InlineData("260")]
    [InlineData("120")]
    [InlineData("60")]
    [InlineData("30")]
    public void WhatIsWrittenLineByLineLooksAsTheConsoleLaysItOut(string columns)
    {
        const char Laid = 'Ω';
        string written = Explain(Model("o", 3), columns),
            laid = Explain(Model($"{Laid}", 3), columns);
        laid.ShouldContain(Laid);
        written.ShouldBe(laid.Replace(Laid, 'o'));
        written.ShouldContain("HeNormal");
    }

    [Fact]
    public void AModelOfTensOfThousandsOfWeightsIsToldWhole()
    {
        string model = Model("dense", 20_000);
        string[] table = Explain(model, "").Split('\n');
        string[] blocks = Explain(model, "80").Split('\n');
        table.Count(static line => line.StartsWith("  dense", StringComparison.Ordinal)).ShouldBe(40_000);
        table.Skip(1).Take(40_004).Select(static line => line.Length).Distinct().ShouldHaveSingleItem();
        blocks.Count(static line => line.StartsWith("dense", StringComparison.Ordinal)).ShouldBe(40_000);
    }

    private string Model(string name, int layers)
    {
        StringBuilder text = new(
            """
            {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 8], "name": "i"}}
            """
        );
        for (int i = 0; i < layers; i++)
        {
            string kernel = i == 0 ? "zeros" : "he_normal";
            text.Append(
                $$"""
                ,
                {"module": "keras.layers", "class_name": "Dense", "config": {"units": 8, "name": "{{name}}{{i}}",
                 "kernel_initializer": "{{kernel}}" } }
                """
            );
        }

        text.Append("]}}");
        File.WriteAllText(_folder.File("model.json"), text.ToString());
        return _folder.File("model.json");
    }

    /// <summary>Explains with half a minute of processor, which a layout of every cell of tens of thousands of weights
    /// took; time in which the machine does other things does not count.</summary>
    private static string Explain(string model, string columns)
    {
        string command = $"ulimit -t 30 && exec dotnet '{Tool.Assembly}' explain '{model}' --seed 42";
        ProcessStartInfo start = new("bash", ["-c", command])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["COLUMNS"] = columns;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return output;
    }
}
