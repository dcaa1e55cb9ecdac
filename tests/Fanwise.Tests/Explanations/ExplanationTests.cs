using System.Text;
using System.Text.Json;

namespace Fanwise.Tests.Explained;

public class ExplanationTests
{
    [Fact]
    public void SaysWhatIsDrawnAndWhy()
    {
        Explanation explanation = Initializers.HeNormal(seed: 42).Explain([3, 3, 64, 128]);
        explanation.Initializer.ShouldBe("VarianceScaling(scale=2.0, mode=fan_in, distribution=truncated_normal)");
        explanation.Rule.ShouldBe(FanRule.Heuristic);
        explanation.Fans.ShouldBe(new Fans(576, 1152));
        explanation.VarianceAsked.ShouldBe(2.0 / 576);
        explanation.VarianceDrawn!.Value.ShouldBe(2.0 / 576, 1e-9);
        explanation.Drawn!.Upper.ShouldBe(2 * Math.Sqrt(2.0 / 576) / VarianceScaling.TruncatedDeviation, 1e-8);
        explanation.Bytes.ShouldBe(4 * 3 * 3 * 64 * 128);
        explanation.Seed.ShouldBe(42);
        explanation.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void AUniformsLimitIsTheRootOfThreeVariances()
    {
        DeclaredDistribution drawn = Initializers.GlorotUniform(1).Explain([784, 256]).Drawn!;
        drawn.Upper.ShouldBe(Math.Sqrt(6.0 / (784 + 256)), 1e-8);
        drawn.Variance.ShouldBe(2.0 / (784 + 256), 1e-9);
    }

    [Fact]
    public void NeedsNoSeedAndNoMemory()
    {
        Explanation explanation = new VarianceScaling { Scale = 2 }.Explain([1 << 30, 1 << 20], ElementType.Float64);
        explanation.Seed.ShouldBeNull();
        explanation.Bytes.ShouldBe(1L << 53);
    }

    [Fact]
    public void ATensorThatCannotBeMadeIsRefused()
    {
        Should.Throw<InitializerException>(() => Initializers.Orthogonal(1).Explain([3]));
        Should.Throw<InitializerException>(() => Initializers.HeNormal(1).Explain([3, 4], ElementType.Int32));
        Should.Throw<InitializerException>(() =>
            Initializers.HeNormal(1).Explain([3, 4], ElementType.Float32, FanRule.Depthwise)
        );
    }

    // A case where the warning must appear, with the factor counted by hand, and cases where it must not.
    [Theory]
    [InlineData("he", "depthwise", new long[] { 3, 3, 32, 1 }, WarningKind.DepthwiseFans, 32.0)] // 9 products, 288 used
    [InlineData("he", "depthwise", new long[] { 3, 3, 1, 4 }, null, 1.0)] // one channel: the guess is right
    [InlineData("fan_out", "depthwise", new long[] { 3, 3, 32, 1 }, null, 1.0)] // the fan out is guessed right
    [InlineData(
        "glorot",
        "convolution:groups=4",
        new long[] { 3, 3, 16, 128 },
        WarningKind.GroupedFans,
        (144 + 1152) / (144 + 288.0)
    )]
    [InlineData("he", "convolution:groups=4", new long[] { 3, 3, 16, 128 }, null, 1.0)] // the fan in is guessed right
    [InlineData("glorot", "convolution", new long[] { 3, 3, 16, 128 }, null, 1.0)]
    // 16 * 32 used, 4 * 64 summed.
    [InlineData("he", "transposed:strides=2,2", new long[] { 4, 4, 32, 64 }, WarningKind.TransposedFans, 2.0)]
    // 288 used, 576 summed.
    [InlineData("he", "transposed:strides=1,1", new long[] { 3, 3, 32, 64 }, WarningKind.TransposedFans, 0.5)]
    // In and out swapped have one mean.
    [InlineData("glorot", "transposed:strides=1,1", new long[] { 3, 3, 32, 64 }, null, 1.0)]
    [InlineData("he", "transposed:strides=2,2", new long[] { 4, 4, 16, 64 }, null, 1.0)] // 16 * 16 used, 4 * 64 summed
    // 512 * 8 used, 512 summed.
    [InlineData("he", "attention-input", new long[] { 512, 8, 64 }, WarningKind.ContractionFans, 8.0)]
    [InlineData("he", "einsum:abc,cd->abd", new long[] { 512, 64 }, null, 1.0)]
    [InlineData("he", "embedding", new long[] { 10_000, 64 }, WarningKind.EmbeddingFans, 10_000.0)]
    [InlineData("fan_out", "embedding", new long[] { 10_000, 64 }, null, 1.0)]
    [InlineData("uniform", "embedding", new long[] { 10_000, 64 }, null, 1.0)] // no fans in use
    [InlineData("he", "dense;batch=0", new long[] { 16, 30, 40 }, WarningKind.OtherFans, 16.0)]
    [InlineData("he", "dense", new long[] { 30, 40 }, null, 1.0)]
    public void WarnsOfFansThatAreNotTheLayers(
        string initializer,
        string layer,
        long[] shape,
        WarningKind? expected,
        double factor
    )
    {
        Initializer drawn = initializer switch
        {
            "he" => Initializers.HeNormal(1),
            "glorot" => Initializers.GlorotUniform(1),
            "fan_out" => Initializers.VarianceScaling(1, FanMode.FanOut, Distribution.TruncatedNormal, 1),
            _ => Initializers.RandomUniform(1),
        };
        FanRule rule = FanRule.Parse(layer);
        Explanation explanation = drawn.Explain(shape, ElementType.Float32, rule);
        if (expected is null)
        {
            explanation.Warnings.ShouldBeEmpty();
        }
        else
        {
            ExplanationWarning warning = explanation.Warnings.ShouldHaveSingleItem();
            warning.Kind.ShouldBe(expected.Value);
            warning.Factor!.Value.ShouldBe(factor, 1e-9 * factor);
        }

        if (drawn is VarianceScaling scaling)
        {
            Explanation chosen = (scaling with { Rule = rule }).Explain(shape, ElementType.Float32, rule);
            chosen.Warnings.ShouldBeEmpty();
            chosen.Rule.ShouldBe(rule);
            (chosen.VarianceAsked!.Value / explanation.VarianceAsked!.Value).ShouldBe(factor, 1e-9 * factor);
        }
    }

    [Fact]
    public void AWarningOfFansSaysByWhichFactor() =>
        Initializers
            .HeNormal(1)
            .Explain([3, 3, 32, 1], ElementType.Float32, FanRule.Depthwise)
            .Warnings[0]
            .Sentence.ShouldBe(
                "The variance is 32 times too small: the fan in used is 288 (rule heuristic), the layer's is 9, "
                    + "since a depthwise kernel filters every channel alone."
            );

    [Theory]
    [InlineData("orthogonal 0", true)]
    [InlineData("orthogonal 1", false)]
    [InlineData("identity 0", true)]
    [InlineData("identity 1", false)]
    [InlineData("normal 0", true)]
    [InlineData("normal 1", false)]
    [InlineData("truncated 0", true)]
    [InlineData("uniform 0", true)]
    [InlineData("uniform 1", false)]
    [InlineData("zeros", false)] // a bias; whether a kernel's zeros are meant, only its layer tells
    public void WarnsOfAGainOfZero(string name, bool expected)
    {
        double gain = name.EndsWith('1') ? 1 : 0;
        Initializer initializer = name.Split(' ')[0] switch
        {
            "orthogonal" => Initializers.Orthogonal(gain, 1),
            "identity" => new Identity(gain),
            "normal" => Initializers.RandomNormal(0.5, gain, 1),
            "truncated" => Initializers.TruncatedNormal(0.5, gain, 1),
            "uniform" => Initializers.RandomUniform(0.5, 0.5 + gain, 1),
            _ => Initializers.Zeros,
        };
        initializer
            .Explain([4, 4])
            .Warnings.Select(static warning => warning.Kind)
            .ShouldBe(expected ? [WarningKind.ZeroGain] : []);
    }

    [Theory]
    [InlineData(1e-5, ElementType.Float16, true)] // nearly all below 2^-14
    [InlineData(1e-9, ElementType.Float16, true)] // rounds to zero
    [InlineData(1e-2, ElementType.Float16, false)]
    [InlineData(1e-5, ElementType.Float32, false)]
    [InlineData(1e-5, ElementType.BFloat16, false)]
    [InlineData(1e-39, ElementType.Float32, true)]
    [InlineData(1e-39, ElementType.Float64, false)]
    public void WarnsOfValuesTooSmallForTheirType(double deviation, ElementType type, bool expected) =>
        Initializers
            .RandomNormal(0, deviation, 1)
            .Explain([64, 64], type)
            .Warnings.Select(static warning => warning.Kind)
            .ShouldBe(expected ? [WarningKind.Underflow] : []);

    [Fact]
    public void AnUnderflowSaysWhatIsLost()
    {
        Initializers
            .RandomNormal(0, 1e-9, 1)
            .Explain([64], ElementType.Float16)
            .Warnings[0]
            .Sentence.ShouldBe("A deviation of 1e-09 is too small for float16: all values become the same.");
        Initializers
            .RandomUniform(-1e-4, 1e-4, 1)
            .Explain([64], ElementType.Float16)
            .Warnings[0]
            .Sentence.ShouldBe(
                "A deviation of 5.774e-05 is too small for float16: 61 % of the values are below 6.104e-05 and "
                    + "lose digits or become zero."
            );
    }

    [Fact]
    public void TheJsonHasWhatTheExplanationHas()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            Initializers
                .VarianceScaling(2, FanMode.FanIn, Distribution.UntruncatedNormal, 1)
                .Explain([3, 3, 32, 1], ElementType.Float64, FanRule.Depthwise)
                .WriteMembers(writer);
            writer.WriteEndObject();
        }

        JsonElement json = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement;
        json.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64()).ShouldBe([3, 3, 32, 1]);
        json.GetProperty("dtype").GetString().ShouldBe("float64");
        json.GetProperty("mode").GetString().ShouldBe("fan_in");
        json.GetProperty("fans").GetProperty("rule").GetString().ShouldBe("heuristic");
        json.GetProperty("fans").GetProperty("used").GetDouble().ShouldBe(288);
        json.GetProperty("layer_fans").GetProperty("rule").GetString().ShouldBe("depthwise");
        json.GetProperty("layer_fans").GetProperty("in").GetDouble().ShouldBe(9);
        json.GetProperty("variance_drawn").GetDouble().ShouldBe(2.0 / 288, 1e-15);
        json.GetProperty("upper").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("warnings")[0].GetProperty("code").GetString().ShouldBe("depthwise-fans");
        json.GetProperty("warnings")[0].GetProperty("factor").GetDouble().ShouldBe(32, 1e-12);
    }

    [Theory]
    [InlineData("128,64,3,3", KernelLayout.Keras, "The receptive field 128 x 64 is unusual; PyTorch's order is")]
    [InlineData("64,32,5", KernelLayout.Keras, "The receptive field 64 is unusual; PyTorch's order is")]
    [InlineData("3,3,64,128", KernelLayout.PyTorch, "The receptive field 64 x 128 is unusual; Keras' order is")]
    [InlineData("128,64,3,3", KernelLayout.PyTorch, null)]
    [InlineData("3,3,64,128", KernelLayout.Keras, null)]
    [InlineData("16,16,3,768", KernelLayout.Keras, null)] // the patches of a vision transformer
    [InlineData("25,16,8", KernelLayout.Keras, null)]
    [InlineData("512,256", KernelLayout.Keras, null)]
    public void AShapeThatIsProbablyInTheOtherLayoutIsWarnedOf(string shape, KernelLayout layout, string? sentence)
    {
        Initializer initializer = Initializers.HeNormal(1).InLayout(layout);
        Explanation explanation = initializer.Explain(
            Shape.Create([.. shape.Split(',').Select(static length => long.Parse(length, null))])
        );
        if (sentence is null)
        {
            explanation.Warnings.ShouldBeEmpty();
            return;
        }

        ExplanationWarning warning = explanation.Warnings.ShouldHaveSingleItem();
        warning.Code.ShouldBe("other-layout");
        warning.Sentence.ShouldStartWith(sentence);
    }
}
