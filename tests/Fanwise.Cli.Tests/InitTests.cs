using System.Text;
using Fanwise.Models;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise init as a process: what it writes, prints and returns.</summary>
public sealed class InitTests : IDisposable
{
    private const string Dense = """
        {"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "layers": [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4], "dtype": "float32",
         "name": "input"}, "registered_name": null},
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense", "trainable": true,
         "dtype": "float32", "units": UNITS, "activation": "linear", "use_bias": true,
        "kernel_initializer": KERNEL, "bias_initializer": "zeros"}, "registered_name": null,
         "build_config": {"input_shape": [null, 4]}}]}, "registered_name": null}
        """;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WritesThePlansWeightsAndSaysWhatItWrote()
    {
        string model = Write("model.json", Text());
        Tool.Result result = Tool.Run(_folder.Path, "init model.json --seed 42 -o weights.safetensors");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldMatch(@"^weights\.safetensors: 2 tensors, 15 parameters, 60 B, seed 42, \d+\.\d\d s\n$");

        WeightPlan plan = Model.Read(model).Plan(42);
        SafetensorsWriter.Write(plan, _folder.File("expected.safetensors"));
        File.ReadAllBytes(_folder.File("weights.safetensors"))
            .ShouldBe(File.ReadAllBytes(_folder.File("expected.safetensors")));
        Directory.GetFiles(_folder.Path).Length.ShouldBe(3);
    }

    [Fact]
    public void WithoutASeedOneIsDrawnPrintedAndRecorded()
    {
        Write("model.json", Text());
        Tool.Result result = Tool.Run(_folder.Path, "init model.json");
        result.ExitCode.ShouldBe(0, result.Error);
        string seed = result.Error.Split(' ')[1];
        uint.TryParse(seed, out _).ShouldBeTrue(result.Error);
        Encoding
            .UTF8.GetString(File.ReadAllBytes(_folder.File("model.safetensors")))
            .ShouldContain($"\"seed\":\"{seed}\"");
        Tool.Run(_folder.Path, $"init model.json --seed {seed} -o again.safetensors").ExitCode.ShouldBe(0);
        File.ReadAllBytes(_folder.File("again.safetensors"))
            .ShouldBe(File.ReadAllBytes(_folder.File("model.safetensors")));
    }

    [Fact]
    public void TheNumberOfThreadsDoesNotChangeTheBytes()
    {
        Write("model.json", Text(units: "300000"));
        Tool.Run(_folder.Path, "init model.json --seed 1 --threads 1 -o one.safetensors").ExitCode.ShouldBe(0);
        Tool.Run(_folder.Path, "init model.json --seed 1 --threads 7 --no-sync -o seven.safetensors")
            .ExitCode.ShouldBe(0);
        File.ReadAllBytes(_folder.File("seven.safetensors"))
            .ShouldBe(File.ReadAllBytes(_folder.File("one.safetensors")));
    }

    [Fact]
    public void AnExistingFileIsReplacedOnRequestOnly()
    {
        Write("model.json", Text());
        Write("weights.safetensors", "precious");
        Fails("init model.json --seed 1 -o weights.safetensors", 2, "exists");
        File.ReadAllText(_folder.File("weights.safetensors")).ShouldBe("precious");
        Tool.Run(_folder.Path, "init model.json --seed 1 -o weights.safetensors --overwrite").ExitCode.ShouldBe(0);
        new FileInfo(_folder.File("weights.safetensors")).Length.ShouldBeGreaterThan(60);
    }

    [Fact]
    public void LayerFansAreWrittenSaidAndVerified()
    {
        Write(
            "model.json",
            """
            {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 8, 8, 16],
             "dtype": "float32", "name": "i"}, "registered_name": null},
            {"module": "keras.layers", "class_name": "DepthwiseConv2D", "config": {"name": "depth",
             "kernel_size": [3, 3]}, "registered_name": null}]}, "registered_name": null}
            """
        );
        Tool.Run(_folder.Path, "init model.json --seed 42 --layer-fans -o weights.safetensors").ExitCode.ShouldBe(0);
        SafetensorsWriter.Write(
            Model.Read(_folder.File("model.json")).Plan(42).WithLayerFans(),
            _folder.File("expected.safetensors")
        );
        File.ReadAllBytes(_folder.File("weights.safetensors"))
            .ShouldBe(File.ReadAllBytes(_folder.File("expected.safetensors")));
        Encoding
            .UTF8.GetString(File.ReadAllBytes(_folder.File("weights.safetensors")))
            .ShouldContain("\"fans\":\"layer\"");
        Tool.Run(_folder.Path, "verify weights.safetensors --model model.json --seed 42 --layer-fans")
            .ExitCode.ShouldBe(0);
        // The file says whose fans it has.
        Tool.Run(_folder.Path, "verify weights.safetensors --model model.json --seed 42").ExitCode.ShouldBe(0);
        Tool.Run(_folder.Path, "init model.json --seed 42 -o keras.safetensors").ExitCode.ShouldBe(0);
        Tool.Run(_folder.Path, "verify keras.safetensors --model model.json --seed 42 --layer-fans")
            .ExitCode.ShouldBe(1);
    }

    [Fact]
    public void WeightsAndFoldersAreNoModels()
    {
        Write("model.json", Text());
        foreach (string format in (string[])["safetensors", "weights.h5", "npz"])
            Tool.Run(_folder.Path, $"init model.json --seed 1 --no-sync -o x.{format}").ExitCode.ShouldBe(0);
        Fails(
            "init x.safetensors --seed 1",
            2,
            "The file is safetensors, which holds weights and not a model (verify, find-seed and report take it "
                + "as such); a model is "
        );
        Fails("init x.weights.h5 --seed 1", 2, "'x.weights.h5' holds weights alone: it is HDF5 with 2 arrays and no");
        Fails("init x.npz --seed 1", 2, "The file is NumPy's, which holds weights and not a model");
        Directory.CreateDirectory(_folder.File("empty"));
        Fails("init empty --seed 1", 2, "'empty' is a folder that holds no model");
        foreach (string command in (string[])["verify", "find-seed"])
            Fails(
                $"{command} model.json",
                2,
                "'model.json' is no safetensors file: it is JSON, which may describe a model but holds no weights."
            );
    }

    /// <summary>A header of 123 bytes begins with a brace, one of 35,615 as gzip does.</summary>
    [Theory]
    [InlineData(123)]
    [InlineData(0x8b1f)]
    public void AHeadersLengthIsNotTakenForAnotherKindOfFile(int length)
    {
        string header = """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight(length);
        File.WriteAllBytes(
            _folder.File("x.safetensors"),
            [.. BitConverter.GetBytes((long)length), .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0]
        );
        Tool.Run(_folder.Path, "verify x.safetensors").ExitCode.ShouldBe(0);
        Fails("init x.safetensors --seed 1", 2, "The file is safetensors");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("weights", "not JSON")]
    [InlineData("[1, 2]", "no model")]
    [InlineData("{\"a\": 1}", "no model")]
    [InlineData("{\"module\": \"keras\", \"class_name\": \"Sequential\", \"config\": {\"name\"", "truncated")]
    public void WhatIsNoModelIsRefused(string text, string why)
    {
        Write("model.json", text);
        Fails("init model.json --seed 1", 2, "", why);
    }

    public static TheoryData<string, string, string> BadModels =>
        new()
        {
            { Text().Replace("\"Dense\"", "\"Dens\"", StringComparison.Ordinal), "Dens", "an unknown layer" },
            { Text(kernel: "\"glorot_unifrom\""), "glorot_unifrom", "an unknown initializer" },
            {
                Text(
                    kernel: """{"module": "keras.initializers", "class_name": "GlorotUniform","""
                        + """ "config": {"sed": 1}, "registered_name": null}"""
                ),
                "sed",
                "a wrong key"
            },
            { Text().Replace("\"units\": 3, ", "", StringComparison.Ordinal), "units", "a missing key" },
            { Text(kernel: Scaling("\"scale\": 0")), "scale", "scale 0" },
            { Text(kernel: Scaling("\"scale\": -1.5")), "scale", "a negative scale" },
            { Text(kernel: Scaling("\"scale\": NaN")), "scale", "scale NaN" },
            { Text(kernel: Scaling("\"mode\": \"fan_up\"")), "fan_up", "an unknown mode" },
            { Text(kernel: Scaling("\"distribution\": \"cauchy\"")), "cauchy", "an unknown distribution" },
            { Text(units: "-3"), "-3", "a negative dimension" },
            { Text(units: "NaN"), "units", "NaN units" },
            { Text(units: "4611686018427387904"), "", "2^62 units" },
            { "{\"a\":" + string.Concat(Enumerable.Repeat("[", 10_000)), "", "deep nesting" },
            {
                """[{"class_name": "Dense", "config": {"output_dim": 3, "init": "glorot_uniform","""
                    + """ "W_regularizer": null}}]""",
                "",
                "a Keras 1 model"
            },
        };

    [Theory]
    [MemberData(nameof(BadModels))]
    public void AModelThatCannotBeMadeIsRefusedWithOneSentence(string text, string named, string why)
    {
        Write("model.json", text);
        Fails("init model.json --seed 1 -o weights.safetensors", 2, named, why);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData("1.0")]
    [InlineData("x")]
    [InlineData("\"\"")]
    [InlineData("\" 1\"")]
    public void ASeedThatIsNoneIsRefused(string seed)
    {
        Write("model.json", Text());
        Fails($"init model.json --seed {seed}", 2, "--seed is an integer from 0 to 4294967295");
    }

    [Fact]
    public void AFolderThatDoesNotExistCannotBeWrittenTo()
    {
        Write("model.json", Text());
        Fails("init model.json --seed 1 -o missing/weights.safetensors", 1, "its folder does not exist");
    }

    [Fact]
    public void AModelThatDoesNotExistCannotBeRead() => Fails("init missing.json --seed 1", 1, "missing.json");

    [Fact]
    public void AnUnknownCommandOptionOrGenerationIsNamed()
    {
        Write("model.json", Text());
        Fails("int model.json", 2, "'int'");
        Fails("init model.json --sed 1", 2, "--sed");
        Fails("init model.json --as keras-4", 2, "keras-4");
        Fails("init", 2, "MODEL");
    }

    [RequiresFact("mount")]
    public void AFullDiskIsSaidSoAndLeavesNothing()
    {
        Write("model.json", Text(units: "100000"));
        Directory.CreateDirectory(_folder.File("small"));
        // In a mount namespace of its own, which ends with the command.
        (int code, string output, string error) = Clients.Start(
            "unshare",
            [
                "--mount",
                "sh",
                "-c",
                $"mount -t tmpfs -o size=256k tmpfs '{_folder.File("small")}' && cd '{_folder.Path}' && "
                    + $"dotnet '{Tool.Assembly}' init model.json --seed 1 -o small/weights.safetensors; code=$?; ls "
                    + "-A small; exit $code",
            ]
        );
        code.ShouldBe(1, error);
        output.ShouldBeEmpty();
        error.ShouldContain("the disk is full");
    }

    [Theory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    public void AStderrThatTakesNothingDoesNotEndTheWork(string redirection)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Write("model.json", Text());
        (int code, _, _) = Clients.Start(
            "sh",
            [
                "-c",
                $"cd '{_folder.Path}' && dotnet '{Tool.Assembly}' init model.json --seed 1 -o "
                    + $"weights.safetensors {redirection}",
            ]
        );
        (code, File.Exists(_folder.File("weights.safetensors"))).ShouldBe((0, true));
    }

    /// <summary>The command returns the code, prints one sentence with these words on stderr and leaves no
    /// file.</summary>
    private void Fails(string arguments, int exitCode, string words, string? why = null)
    {
        string[] before = Directory.GetFileSystemEntries(_folder.Path);
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(exitCode, $"{why}: {result.Error}");
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith("fanwise: ");
        result.Error.ShouldContain(words);
        result.Error.TrimEnd('\n').ShouldNotContain("\n");
        result.Error.Length.ShouldBeLessThan(1000);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe(before, ignoreOrder: true);
    }

    private static string Text(string units = "3", string kernel = "\"glorot_uniform\"") =>
        Dense.Replace("UNITS", units, StringComparison.Ordinal).Replace("KERNEL", kernel, StringComparison.Ordinal);

    private static string Scaling(string key) =>
        $$"""{"module": "keras.initializers", "class_name": "VarianceScaling", "config": {{{key}}},"""
        + """ "registered_name": null}""";

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
