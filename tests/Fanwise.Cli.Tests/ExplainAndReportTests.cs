using System.Text.Json;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise explain and fanwise report as processes.</summary>
public sealed class ExplainAndReportTests : IDisposable
{
    private const string Name = "[red]a\\u202eb\\u001b[31m\\u2028";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Write(string layer = "depth") =>
        File.WriteAllText(
            _folder.File("model.json"),
            $$"""
            {"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 8, 8, 16],
             "dtype": "float32", "name": "input"}, "registered_name": null},
            {"module": "keras.layers", "class_name": "DepthwiseConv2D", "config": {"name": "{{layer}}",
             "kernel_size": [3, 3]}, "registered_name": null}]}, "registered_name": null}
            """
        );

    private Tool.Result Run(string arguments)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result;
    }

    [Fact]
    public void AModelsTableSaysWhatIsDrawnAndWarns()
    {
        Write();
        string table = Run("explain model.json --seed 42").Output;
        foreach (
            string text in (string[])
                [
                    "depth/kernel",
                    "DepthwiseConv2D",
                    "GlorotUniform",
                    "(3, 3, 16, 1) float32",
                    "144, 9 fan_avg by heuristic",
                    "686579304 (draw 1)",
                    "160 parameters",
                    "depthwise-fans",
                    "8.5 times too small",
                ]
        )
            table.ShouldContain(text);
        Run("explain model.json --seed 42 --layer-fans").Output.ShouldContain("No warnings.");
    }

    [Fact]
    public void JsonIsForPrograms()
    {
        Write();
        JsonElement weight = JsonDocument
            .Parse(Run("explain model.json --seed 42 --json").Output)
            .RootElement.GetProperty("weights")[0];
        weight.GetProperty("warnings")[0].GetProperty("factor").GetDouble().ShouldBe(8.5);
        JsonElement initializer = JsonDocument
            .Parse(Run("explain he_normal --shape 3,3,32,1 --layer depthwise --json").Output)
            .RootElement;
        initializer.GetProperty("layer_fans").GetProperty("in").GetDouble().ShouldBe(9);
    }

    [Fact]
    public void ATruncatedNormalOfPyTorchSaysThatItsBoundsAreNotKept()
    {
        File.WriteAllText(
            _folder.File("normal.json"),
            """
            {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 8], "name": "i"}},
            {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": 2,
             "kernel_initializer": {"module": "keras.initializers", "class_name": "TruncatedNormal",
              "config": {"stddev": 0.5}}}}]}}
            """
        );
        Run("explain normal.json --seed 1 --backend torch")
            .Output.ShouldContain("within ±1 but for 4.286 in a million");
        Run("explain normal.json --seed 1 --backend jax").Output.ShouldContain("within ±1 ");
    }

    [Fact]
    public void AnInitializerIsANameAConfigurationOrAFile()
    {
        File.WriteAllText(
            _folder.File("initializer.json"),
            """{"class_name": "VarianceScaling", "config": {"scale": 2.0}}"""
        );
        Run("explain glorot_uniform --shape 784,256").Output.ShouldContain("in 784, out 256");
        Run("explain initializer.json --shape 784,256").Output.ShouldContain("in 784, out 256");
        Run(
            "explain '{\"class_name\": \"VarianceScaling\", \"config\": {\"distribution\": \"normal\"}}' --as "
                + "contrib --shape 784,256"
        )
            .Output.ShouldContain("narrowed-variance");
    }

    [Theory]
    [InlineData(
        "explain he_normal",
        "An initializer is explained for a shape, such as --shape 3,3,64,128; none was given."
    )]
    [InlineData("explain no_such --shape 3", "no_such")]
    [InlineData("explain he_normal --shape 3,4 --layer dense", null)]
    [InlineData("explain he_normal --shape 3,4 --seed 42", "--seed is for a model; 'he_normal' is an initializer.")]
    [InlineData(
        "explain he_normal --shape 3,4 --layer-fans",
        "--layer-fans is for a model; 'he_normal' is an initializer."
    )]
    [InlineData("explain model.json --seed 42 --shape 3,4", "--shape is for an initializer; 'model.json' is a model.")]
    [InlineData(
        "explain model.json --seed 42 --dtype float16",
        "--dtype is for an initializer; 'model.json' is a model."
    )]
    [InlineData("explain he_normal --shape 3,4 --layer dens", "received 'dens'")]
    [InlineData("explain he_normal --shape 3,4 --layer depthwise", "A depthwise kernel has the rank 3 or more")]
    public void AWrongRequestIsOneSentence(string arguments, string? sentence)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(sentence is null ? 0 : 2, result.Error);
        if (sentence is null)
            return;
        result.Error.ShouldStartWith("fanwise: ");
        result.Error.Trim().ShouldNotContain('\n');
        result.Error.ShouldContain(sentence);
    }

    [Fact]
    public void HostileNamesDoNothingToATerminal()
    {
        Write(Name + new string('x', 10_000));
        Tool.Result result = Run("explain model.json --seed 42");
        (result.Output + result.Error).ShouldNotContain("\u001b");
        (result.Output + result.Error).ShouldNotContain("\u202e");
        result.Output.ShouldNotContain("\u2028");
        result.Output.ShouldContain("[red]a\\u202Eb");
        result.Output.Length.ShouldBeLessThan(20_000);
        Run("explain model.json --seed 42 --json").Output.ShouldNotContain("\u202e");
        Run("report model.json --seed 42").Error.ShouldContain("1 warning");
    }

    [Fact]
    public void AReportIsOneFileThatIsNotWrittenOver()
    {
        Write();
        Run("report model.json --seed 42 -o page.html")
            .Error.ShouldMatch(@"^page\.html: [\d.]+ kB, 1 warning, \d+\.\d\d s\n$");
        File.ReadAllText(_folder.File("page.html")).ShouldStartWith("<!DOCTYPE html>");
        Tool.Result again = Tool.Run(_folder.Path, "report model.json --seed 42 -o page.html");
        again.ExitCode.ShouldBe(2);
        again.Error.ShouldContain("page.html");
        Run("init model.json --seed 42 -o weights.safetensors");
        Run("report weights.safetensors --against model.json --seed 43 -o page.html --overwrite");
        File.ReadAllText(_folder.File("page.html")).ShouldContain("Compared with model.json");
        Directory.GetFiles(_folder.Path).Length.ShouldBe(3);
    }

    [Fact]
    public void WhatCannotBeReadIsOneSentence()
    {
        Tool.Run(_folder.Path, "report nothing.safetensors").ExitCode.ShouldBe(1);
        Tool.Run(_folder.Path, "report nothing.json --seed 1").ExitCode.ShouldBe(1);
        File.WriteAllText(_folder.File("bad.safetensors"), "bad");
        Tool.Result bad = Tool.Run(_folder.Path, "report bad.safetensors");
        (bad.ExitCode, bad.Error.Trim().Split('\n').Length).ShouldBe((2, 1));
        File.Exists(_folder.File("report.html")).ShouldBeFalse();
    }
}
