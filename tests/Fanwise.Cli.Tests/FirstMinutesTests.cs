using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>What a newcomer stumbles over in the first ten minutes: each wrong turn is told with the right
/// one.</summary>
public sealed class FirstMinutesTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public FirstMinutesTests() =>
        Directory.CreateSymbolicLink(_folder.File("models"), Path.Combine(Golden.Root, "samples", "models"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("draw kaiming_normal --shape 3,3 --seed 1", "did you mean 'he_normal'?")]
    [InlineData("draw kaiming_uniform_ --shape 3,3 --seed 1", "did you mean 'he_uniform'?")]
    [InlineData("draw xavier_uniform --shape 3,3 --seed 1", "did you mean 'glorot_uniform'?")]
    [InlineData("draw trunc_normal_ --shape 3,3 --seed 1", "did you mean 'truncated_normal'?")]
    [InlineData("inti models/autoencoder.json", "did you mean 'init'?")]
    [InlineData("explain models/autoencodr.json --seed 1", "did you mean 'autoencoder.json'?")]
    [InlineData(
        "init models/tiny-llama/config.json --seed 1",
        "(model_type \"llama\"), not the description of a Keras model. (--as transformers-X.Y gives its exact start, "
            + "--rules one by rules.)"
    )]
    [InlineData(
        "draw orthogonal --shape 3,3,32,1 --seed 1 --layer depthwise",
        "Only initializers that divide a variance by fans have a rule for them; received Orthogonal."
    )]
    public void AWrongTurnIsToldWithTheRightOne(string arguments, string end)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBeInRange(1, 2);
        result.Error.TrimEnd().ShouldEndWith(end);
        result.Error.Trim().ShouldNotContain('\n');
    }

    [Fact]
    public void AnInitializerIsDrawnWithTheLayersFans()
    {
        Tool.Result result = Tool.Run(
            _folder.Path,
            "draw he_normal --shape 3,3,32,1 --seed 42 --layer depthwise -o drawn.npy"
        );
        result.ExitCode.ShouldBe(0, result.Error);
        float[] expected =
        [
            .. (Initializers.HeNormal(seed: 42) with { Rule = FanRule.Depthwise }).Create<float>([3, 3, 32, 1]),
        ];
        byte[] drawn = File.ReadAllBytes(_folder.File("drawn.npy"));
        System
            .Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(drawn.AsSpan(drawn.Length - expected.Length * 4))
            .ToArray()
            .ShouldBe(expected);
        string summary = Tool.Run(_folder.Path, "draw he_normal --shape 3,3,32,1 --seed 42 --layer depthwise").Output;
        summary.ShouldContain("fans         in 9, out 9 by depthwise");
        summary.Split('\n').Count(static line => line.Contains("  ##", StringComparison.Ordinal)).ShouldBe(15);
    }

    [Fact]
    public void AFileOfLayerFansIsVerifiedAndSearchedAsWhatItSaysItIs()
    {
        Tool.Run(_folder.Path, "init models/generator.json --seed 42 --layer-fans -o fans.safetensors")
            .ExitCode.ShouldBe(0);
        Tool.Run(_folder.Path, "verify fans.safetensors --model models/generator.json --seed 42")
            .Error.ShouldContain("all 20.7 MB are what the model and seed give");
        Tool.Run(_folder.Path, "find-seed fans.safetensors --model models/generator.json --initializers-only")
            .Output.ShouldContain("up_1/kernel (5, 5, 256, 512) float32: HeNormal with the seed 119540832");
    }

    [Fact]
    public void WhereNoElementIsComparedNoneIsCounted()
    {
        Tool.Run(_folder.Path, "init models/autoencoder.json --seed 42 -o a.safetensors").ExitCode.ShouldBe(0);
        Tool.Result other = Tool.Run(_folder.Path, "verify a.safetensors --model models/generator.json --seed 42");
        other.ExitCode.ShouldBe(1);
        other.Error.ShouldEndWith(
            "in all 30 tensors are missing, unknown, or of another type or shape; there are 14 tensors in 1 file.\n"
        );
    }

    [Fact]
    public void AShapeInPyTorchsOrderIsWhatIsBlamed()
    {
        string told = Tool.Run(
            _folder.Path,
            "explain he_normal --shape 64,32,3,3 --layer 'convolution;layout=pytorch'"
        ).Output;
        told.ShouldContain("since the shape is in PyTorch's order, [out, in, receptive field...], and was read in");
        told.ShouldContain("draw --layer draws with the layer's fans, init --layer-fans a whole model.");
        Tool.Run(_folder.Path, "explain models/generator.json --seed 42")
            .Output.ShouldContain("--layer-fans counts fans as the layers connect");
    }

    [Fact]
    public void AFolderOfOtherShardsSaysThatTheirSizeMayBeWhatDiffers()
    {
        const string Init = "init models/MobileNetV2.json --seed 42 -o folder --max-shard-size ";
        Tool.Run(_folder.Path, Init + "8MB").ExitCode.ShouldBe(0);
        Tool.Result again = Tool.Run(_folder.Path, Init + "4MB");
        again.ExitCode.ShouldBe(2);
        again.Error.ShouldContain("is of another checkpoint, or of this one in shards of another size; it is removed");
    }
}
