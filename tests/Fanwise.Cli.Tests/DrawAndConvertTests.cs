using Fanwise.Generations;
using Fanwise.Models;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.TensorFlow;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise draw and fanwise convert as processes: what they write, print and return.</summary>
public sealed class DrawAndConvertTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DrawWritesTheCallsOfOneInstanceAsTensors1And2()
    {
        Tool.Result result = Tool.Run(
            _folder.Path,
            "draw variance_scaling --shape 3,5 --as compat-v1 --global-seed 1234 --eager --seed 7 --times 2 "
                + "--dtype float64 -o drawn.safetensors"
        );
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBeEmpty();
        EagerContext context = new(1234);
        CompatV1.VarianceScaling initializer = new(seed: 7);
        SafetensorsWriter.Write(
            new WeightPlan(
                new[] { "1", "2" }.Select(name => new PlannedWeight(
                    name,
                    initializer.Call([3, 5], context, "float64").Values
                ))
            ),
            _folder.File("expected.safetensors")
        );
        File.ReadAllBytes(_folder.File("drawn.safetensors"))
            .ShouldBe(File.ReadAllBytes(_folder.File("expected.safetensors")));
    }

    [Fact]
    public void DrawWritesNpyOfWhatAFileHolds()
    {
        File.WriteAllText(_folder.File("initializer.json"), """{"class_name": "HeNormal", "config": {"seed": 42}}""");
        Tool.Run(_folder.Path, "draw initializer.json --shape 3,5 -o drawn.npy").ExitCode.ShouldBe(0);
        CheckpointFormat
            .Of("x.npy")
            .Write(
                new WeightPlan([
                    new PlannedWeight("1", Initializers.HeNormal(42).ValuesFor([3, 5], ElementType.Float32)),
                ]),
                _folder.File("expected.npy")
            );
        File.ReadAllBytes(_folder.File("drawn.npy")).ShouldBe(File.ReadAllBytes(_folder.File("expected.npy")));
    }

    [Fact]
    public void DrawPrintsASummary()
    {
        string[] lines = Drawn("he_normal --shape 200,100 --seed 42").Split('\n');
        lines[0]
            .ShouldBe(
                """initializer  HeNormal of keras.initializers of Keras 3.15: {"seed": 42,"""
                    + """ "input_axes": null, "output_axes": null}"""
            );
        lines[1].ShouldBe("shape        (200, 100) of float32, 20000 elements");
        lines[2].ShouldBe("fans         in 200, out 100");
        lines[3].ShouldStartWith("drawn        truncated normal: z * 0.113");
        lines[4].ShouldBe("seeds        (42, 0)");
        lines[5].ShouldStartWith("mean         ");
        lines[6].ShouldStartWith("deviation    0.1");
        lines[9].ShouldStartWith("first        ");
        lines[10..25].ShouldAllBe(static line => line.Contains('#'));
        lines[10..25].Sum(static line => int.Parse(line.Split(' ')[^1])).ShouldBe(20000);
    }

    [Theory]
    [InlineData("orthogonal --shape 4,5 --seed 1", ", then the orthonormal factor of it\n")]
    [InlineData("he_normal --shape 3,4,5 --seed 1 --layer embedding", "\nfans         in 1, out 20 by embedding\n")]
    [InlineData("he_normal --shape 4,5 --seed 1 --backend jax", "\nnumbers      those of jax\n")]
    [InlineData("he_normal --shape 0,3 --seed 1", "\nvalues       none\n")]
    [InlineData("zeros --shape 1099511627776", "\nof the first  16777216 elements\n")]
    public void TheSummarySaysWhatIsSpecial(string arguments, string said) => Drawn(arguments).ShouldContain(said);

    private string Drawn(string arguments)
    {
        Tool.Result result = Tool.Run(_folder.Path, $"draw {arguments}");
        (result.ExitCode, result.Error).ShouldBe((0, ""));
        return result.Output;
    }

    [Fact]
    public void DrawTakesAScalarsShapeAndNegativeSeeds() =>
        Tool.Run(_folder.Path, "draw he_normal --shape \"\" --seed -5").ExitCode.ShouldBe(0);

    [Theory]
    [InlineData("draw nope --shape 3 --seed 1", "fanwise: Could not interpret initializer identifier: nope\n")]
    [InlineData(
        "draw he_normal --shape 3,x --seed 1",
        "fanwise: --shape is a list of lengths such as 3,3,64,128; received '3,x'.\n"
    )]
    [InlineData(
        "draw he_normal --shape 3,,4 --seed 1",
        "fanwise: --shape is a list of lengths such as 3,3,64,128; received '3,,4'.\n"
    )]
    [InlineData("init ''", "fanwise: MODEL needs a path; received ''.\n")]
    [InlineData("init x.json --custom ''", "fanwise: --custom needs a path; received ''.\n")]
    [InlineData(
        "init x.json --seed 1 --format safetensors -o ./x.json --overwrite",
        "fanwise: './x.json' is what is read and is not written over.\n"
    )]
    [InlineData(
        "report x.safetensors -o x.safetensors --overwrite",
        "fanwise: 'x.safetensors' is what is read and is not written over.\n"
    )]
    [InlineData("verify ''", "fanwise: FILE|DIR needs a path; received ''.\n")]
    [InlineData("verify x.safetensors --model ''  --seed 1", "fanwise: --model needs a path; received ''.\n")]
    [InlineData("finish ''", "fanwise: DIR needs a path; received ''.\n")]
    [InlineData("report ''", "fanwise: FILE|DIR|MODEL needs a path; received ''.\n")]
    [InlineData("find-seed ''", "fanwise: FILE|DIR needs a path; received ''.\n")]
    [InlineData(
        "draw he_normal --shape 3,-1 --seed 1",
        "fanwise: A shape's dimensions must not be negative; received (3, -1).\n"
    )]
    [InlineData(
        "draw he_normal --shape 3",
        "fanwise: HeNormal has no seed: --seed gives it one, --global-seed draws it as set_random_seed does.\n"
    )]
    [InlineData("draw he_normal --shape 3 --seed 1.5", "fanwise: --seed is an integer; received '1.5'.\n")]
    [InlineData(
        "draw he_normal --shape 3 --as contrib --eager",
        "fanwise: tf.contrib.keras.initializers of TensorFlow 1.2 draws in a graph, new Graph(seed, "
            + "GraphRelease.TensorFlow12): it knew no eager execution.\n"
    )]
    [InlineData(
        "convert orthogonal --to tensorflow",
        "fanwise: --to is one of contrib, compat-v1-core, compat-v1, tf-keras-2.6, tf-keras-2.9, tf-keras-2.15, "
            + "keras-3.14, keras, tensorflowjs; received 'tensorflow'; did you mean 'tensorflowjs'?\n"
    )]
    public void RequestsThatAreWrongEndWithOneSentenceAndCode2(string arguments, string error)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        (result.ExitCode, result.Output, result.Error).ShouldBe((2, "", error));
    }

    [Fact]
    public void ConvertPrintsTheOtherGenerationsJsonAndNotesOnStderr()
    {
        Tool.Result result = Tool.Run(
            _folder.Path,
            "convert '{\"class_name\": \"GlorotNormal\", \"config\": {\"seed\": 3, \"dtype\": \"float64\"}}' "
                + "--to contrib"
        );
        result.ExitCode.ShouldBe(0, result.Error);
        Conversion expected = Converter.Convert(new CompatV1.GlorotNormal(3, "float64"), Generation.Contrib);
        result.Output.ShouldBe(expected.Initializer.Serialize().ToJson() + "\n");
        result.Error.ShouldContain(
            "`dtype` is forgotten by GlorotNormal of compat-v1: it draws float32, not float64.\n"
        );
        foreach (string note in expected.Notes)
            result.Error.ShouldContain(note + "\n");
    }

    [Fact]
    public void WhatCannotBeHeldEndsWithCode2()
    {
        Tool.Result result = Tool.Run(_folder.Path, "convert uniform_unit_scaling --to keras");
        (result.ExitCode, result.Output, result.Error).ShouldBe(
            (
                2,
                "",
                "fanwise: keras.initializers of Keras 3.15 cannot hold this initializer: it has no "
                    + "UniformUnitScaling.\n"
            )
        );
    }
}
