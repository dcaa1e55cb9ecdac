using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>A command line that is wrong ends with one sentence, the nearest known name in it, nothing on stdout, and
/// the code 2.</summary>
public sealed class WrongRequestTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("veryfi x", "There is no command 'veryfi'; did you mean 'verify'?")]
    [InlineData("help", "There is no command 'help'; did you mean '--help'?")]
    [InlineData(
        "train",
        "There is no command 'train'; there are init, draw, convert, verify, finish, explain, report, bench, "
            + "find-seed, rules, completion."
    )]
    [InlineData(
        "",
        "Which command? There are init, draw, convert, verify, finish, explain, report, bench, find-seed, "
            + "rules, completion; fanwise --help shows examples."
    )]
    [InlineData("--verison", "fanwise has no option '--verison'; did you mean '--version'?")]
    [InlineData("init --sed 1", "init has no option '--sed'; did you mean '--seed'?")]
    [InlineData("init model.json --frmt=npz", "init has no option '--frmt'; did you mean '--format'?")]
    [InlineData("init model.json --colour", "init has no option '--colour'.")]
    [InlineData("init model.json other.json", "init takes one MODEL; received 'other.json' besides.")]
    [InlineData("bench fast", "bench takes options only; received 'fast' besides.")]
    [InlineData("verify", "verify needs FILE|DIR; fanwise verify --help says what it is.")]
    [InlineData("bench --seconds x", "--seconds is a number above 0, at most 3600; received 'x'.")]
    [InlineData(
        "draw he_normal --shape 3 --seed 1 --times 0",
        "--times is an integer from 1 to 1000000; received '0'."
    )]
    public void AWrongWordIsNamedWithTheNearestKnownOne(string arguments, string sentence) =>
        Fails(arguments, sentence);

    [Theory]
    [InlineData(
        "draw he_norml --shape 3 --seed 1",
        "Could not interpret initializer identifier: he_norml; did you mean 'he_normal'?"
    )]
    [InlineData(
        "draw '{\"class_name\": \"GlorotUnifrom\"}' --shape 3 --seed 1",
        "Could not interpret initializer identifier: GlorotUnifrom; did you mean 'GlorotUniform'?"
    )]
    [InlineData(
        "explain lecun_norml --shape 3,4",
        "Could not interpret initializer identifier: lecun_norml; did you mean 'lecun_normal'?"
    )]
    [InlineData(
        "draw he_normal --shape 3 --seed 1 --dtype floot16",
        "--dtype is one of float32, float64, float16, bfloat16, int8, int32, int64, bool; received 'floot16'; "
            + "did you mean 'float16'?"
    )]
    [InlineData(
        "explain he_normal --shape 3,4 --dtype half64",
        "An element type is one of float32, float64, float16, bfloat16, int8, int32, int64, bool; received 'half64'."
    )]
    [InlineData(
        "init model.json --as keras-3.16",
        "A model's weights follow one of keras, keras-3.14, keras-3.4, keras-3.3, keras-3.3.2, keras-3.2, keras-3.1, "
            + "keras-3.0.2, tf-keras-2.15, or a release such as keras-3.4.1 (keras 3.0.0 to 3.15, tf-keras 2.12.0 "
            + "to 2.21); received 'keras-3.16'; did you mean 'keras-3.14'?"
    )]
    [InlineData(
        "init model.json --format safetensor",
        "A format is one of safetensors, weights.h5, tfjs, npz, npy; received 'safetensor'; did you mean 'safetensors'?"
    )]
    [InlineData(
        "init model.json --worker slurm --workers 2",
        "--worker is a decimal number from 0 to 999999999 or 'auto', which asks the launcher; received 'slurm'."
    )]
    [InlineData("completion bsh", "SHELL is one of bash, zsh, fish, pwsh; received 'bsh'; did you mean 'bash'?")]
    public void AnUnknownNameIsAnsweredWithTheNearest(string arguments, string sentence) => Fails(arguments, sentence);

    [Fact]
    public void AFanRuleAndALayerAreAnsweredWithTheNearest()
    {
        Tool.Run(_folder.Path, "explain he_normal --shape 3,3,8,1 --layer deptwise")
            .Error.ShouldEndWith("; received 'deptwise'; did you mean 'depthwise'?\n");
        File.WriteAllText(
            _folder.File("model.json"),
            """{"module": "keras", "class_name": "Sequential", "config": {"name": "s","""
                + """ "layers": [{"module": "keras.layers", "class_name": "Conv2d", "config": {"name": "c"}}]}}"""
        );
        Fails(
            "init model.json --seed 1",
            "The layer 'c' is of the class 'Conv2d', which is not one of Keras'; did you mean 'Conv2D'?"
        );
    }

    [Fact]
    public void BehindTwoDashesAWordIsAFile() =>
        Tool.Run(_folder.Path, "verify -- --model").Error.ShouldContain("--model'");

    [Theory]
    [InlineData("verify @/", "'@/'")]
    [InlineData("explain @words", "@words")]
    [InlineData("@/", "There is no command '@/'")]
    public void AWordWithAnAtIsAWord(string arguments, string says)
    {
        File.WriteAllText(_folder.File("words"), "he_normal --shape 3,3");
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBeInRange(1, 2);
        result.Error.ShouldContain(says);
    }

    private void Fails(string arguments, string sentence)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        (result.ExitCode, result.Output, result.Error).ShouldBe((2, "", $"fanwise: {sentence}\n"));
    }
}
