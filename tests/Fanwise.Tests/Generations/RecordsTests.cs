using System.Numerics;
using Fanwise.Generations;

namespace Fanwise.Tests.Generations;

/// <summary>From Keras 3's configurations to records and back: what has no counterpart is refused.</summary>
public class RecordsTests
{
    [Fact]
    public void AnotherGenerationHasNoRecords() =>
        Refusal(Generation.CompatV1.Construct("Zeros"))
            .ShouldBe(
                "The initializers of the root namespace are Keras 3's; received one of "
                    + $"{Generation.CompatV1.Title}."
            );

    [Fact]
    public void TheBaseClassHasNoRecord() =>
        Refusal(Generation.Keras.Construct("Initializer")).ShouldBe("Initializer draws nothing.");

    [Theory]
    [InlineData(63)]
    [InlineData(70)]
    public void ASeedOfMoreThan64BitsHasNoRecord(int bits)
    {
        BigInteger seed = BigInteger.One << bits;
        Refusal(Normal(("seed", seed))).ShouldBe($"A record's seed is an integer of 64 bits; received {seed}.");
        ((RandomNormal)Normal(("seed", (seed >> (bits - 63)) - 1)).ToInitializer()).Seed.ShouldBe(long.MaxValue);
        ((RandomNormal)Normal(("seed", -(seed >> (bits - 63)))).ToInitializer()).Seed.ShouldBe(long.MinValue);
    }

    [Theory]
    [InlineData("RandomNormal", "mean")]
    [InlineData("RandomNormal", "stddev")]
    [InlineData("TruncatedNormal", "mean")]
    [InlineData("TruncatedNormal", "stddev")]
    [InlineData("RandomUniform", "minval")]
    [InlineData("RandomUniform", "maxval")]
    [InlineData("Orthogonal", "gain")]
    [InlineData("Identity", "gain")]
    [InlineData("Constant", "value")]
    public void AParameterThatIsNoNumberHasNoRecord(string className, string name) =>
        Refusal(Generation.Keras.ConstructWith(className, PythonValue.Dictionary((name, "wide"))))
            .ShouldBe($"`{name}` must be a number; received 'wide'.");

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void AConstantKeepsIntegersUpTo2To53(int sign)
    {
        BigInteger most = sign * (BigInteger.One << 53);
        ((Constant)Constant(most).ToInitializer()).Value.ShouldBe((double)most);
        Refusal(Constant(most + sign))
            .ShouldBe($"A constant must be an integer up to 2^53 or a number with a fraction; received {most + sign}.");
    }

    [Fact]
    public void AnAxisBeyondEveryShapeIsRefused() =>
        Refusal(
                Generation.Keras.ConstructWith(
                    "VarianceScaling",
                    PythonValue.Dictionary(("input_axes", 1 << 20), ("output_axes", 0))
                )
            )
            .ShouldBe("A fan's axes must be dimensions of the shape; received 1048576.");

    /// <summary>Keras takes the shape's own fans then.</summary>
    [Theory]
    [InlineData("input_axes")]
    [InlineData("output_axes")]
    public void OneOfTheTwoAxesAloneIsIgnored(string name)
    {
        ConfiguredInitializer configured = Generation.Keras.ConstructWith(
            "VarianceScaling",
            PythonValue.Dictionary((name, 0), ("seed", 1))
        );
        ((VarianceScaling)configured.ToInitializer()).Axes.ShouldBeNull();
        configured.FansOf([3, 4, 5]).ShouldBe(new Fans(12, 15));
    }

    [Fact]
    public void ARecordIsWrittenAsTheClassWhoseNumbersItHas()
    {
        Name(Initializers.Zeros).ShouldBe("Zeros");
        Name(Initializers.Ones).ShouldBe("Ones");
        Name(new Constant(-0.0)).ShouldBe("Constant");
        Name(new Constant(2)).ShouldBe("Constant");
        Name(Initializers.HeUniform(1)).ShouldBe("HeUniform");
        // LecunNormal has the defaults of VarianceScaling, by which its numbers are written.
        Name(Initializers.LecunNormal(1)).ShouldBe("VarianceScaling");

        static string Name(Initializer initializer) => initializer.ToConfigured().Class.Name;
    }

    [Fact]
    public void ARuleOfFansIsInNoConfiguration() =>
        Should
            .Throw<InitializerException>(static () =>
                (Initializers.HeNormal(1) with { Rule = FanRule.Embedding }).ToConfigured()
            )
            .Message.ShouldBe(
                "A fan rule of one's own is in no configuration: Keras takes fans from the shape or from axes."
            );

    [Fact]
    public void NothingIsNotConverted()
    {
        Should.Throw<ArgumentNullException>(static () => ((Initializer)null!).ToConfigured());
        Should.Throw<ArgumentNullException>(static () => ((ConfiguredInitializer)null!).ToInitializer());
    }

    private static ConfiguredInitializer Normal(params (string, PythonValue)[] arguments) =>
        Generation.Keras.ConstructWith("RandomNormal", PythonValue.Dictionary(arguments));

    private static ConfiguredInitializer Constant(BigInteger value) =>
        Generation.Keras.ConstructWith("Constant", PythonValue.Dictionary(("value", value)));

    private static string Refusal(ConfiguredInitializer configured) =>
        Should.Throw<InitializerException>(() => configured.ToInitializer()).Message;
}
