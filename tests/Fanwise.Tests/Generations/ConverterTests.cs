using Fanwise.Generations;
using Fanwise.Streams;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.Generations;

/// <summary>An initializer goes from generation to generation: by name, with notes of what changes, refused where it
/// cannot be held.</summary>
public class ConverterTests
{
    [Theory]
    [InlineData(
        "HeNormal",
        "contrib",
        """{"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in","""
            + """ "distribution": "normal", "seed": null, "dtype": "float32"}}"""
    )]
    [InlineData(
        "LecunNormal",
        "contrib",
        """{"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_in","""
            + """ "distribution": "normal", "seed": null, "dtype": "float32"}}"""
    )]
    [InlineData("HeNormal", "compat-v1", """{"class_name": "HeNormal", "config": {"seed": null}}""")]
    [InlineData(
        "HeNormal",
        "compat-v1-core",
        """{"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in","""
            + """ "distribution": "truncated_normal", "seed": null, "dtype": "float32"}}"""
    )]
    [InlineData("GlorotNormal", "tf-keras-2.6", """{"class_name": "GlorotNormal", "config": {"seed": null}}""")]
    [InlineData(
        "GlorotNormal",
        "tf-keras-2.15",
        """{"module": "keras.initializers", "class_name": "GlorotNormal", "config": {"seed": null},"""
            + """ "registered_name": null}"""
    )]
    [InlineData(
        "GlorotNormal",
        "keras-3.14",
        """{"module": "keras.initializers", "class_name": "GlorotNormal", "config": {"seed": null},"""
            + """ "registered_name": null}"""
    )]
    [InlineData(
        "GlorotUniform",
        "tensorflowjs",
        """{"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fanAvg","""
            + """ "distribution": "uniform", "seed": null}}"""
    )]
    [InlineData(
        "RandomNormal",
        "compat-v1-core",
        """{"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.05, "seed": null, "dtype": "float32"}}"""
    )]
    public void Keras3InOtherGenerations(string name, string target, string json) =>
        Converter
            .Convert(Generation.Keras.Construct(name), Generation.Parse(target))
            .Initializer.Serialize()
            .ToJson()
            .ShouldBe(json);

    [Fact]
    public void AMaxvalOfNoneBecomes1() =>
        Converter
            .Convert(new CompatV1Core.RandomUniform(), Generation.Keras)
            .Initializer.GetConfig()
            .ToJson()
            .ShouldBe("""{"seed": null, "minval": 0.0, "maxval": 1.0}""");

    [Fact]
    public void WhatAGenerationCannotHoldIsAnErrorThatSaysWhy()
    {
        Refused(
            Generation.Keras.Construct("VarianceScaling", 1.0, "fan_in", "untruncated_normal"),
            Generation.Contrib,
            "its `normal` is truncated, and it has no untruncated one"
        );
        Refused(
            Generation.Keras.Construct("VarianceScaling", 1.0, "fan_in", "uniform", 1, new[] { 0 }, new[] { 1 }),
            Generation.Keras314,
            "it takes fans from the shape alone, not from axes"
        );
        Refused(
            Generation.Keras.Construct("HeNormal", new SeedGenerator(4)),
            Generation.TfKeras215,
            "a SeedGenerator is Keras 3's alone"
        );
        Refused(
            new CompatV1.VarianceScaling(seed: System.Numerics.BigInteger.Pow(2, 100)),
            Generation.Keras,
            "a seed must fit 64 bits there; this one is 1267650600228229401496703205376"
        );
        Refused(new CompatV1.Constant(new[] { 1, 2 }), Generation.Keras, "its Constant holds one number, not a list");
        Refused(new CompatV1.Identity(2.0), Generation.Keras, "its configuration of Identity holds no `gain`");
        Refused(new CompatV1Core.UniformUnitScaling(), Generation.Keras, "it has no UniformUnitScaling");
        Refused(
            new CompatV1Core.RandomUniform(dtype: "int32"),
            Generation.Keras,
            "a maxval of None is 1 for floats, and nothing for integers"
        );
    }

    [Fact]
    public void ChangesOfMeaningAreSaid()
    {
        Converter
            .Convert(new ContribKeras.VarianceScaling(), Generation.CompatV1)
            .Notes.ShouldBe([
                "The normal is truncated and uncorrected in contrib, corrected in compat-v1: its deviation grows "
                    + "by 1 / 0.8796256610342398.",
            ]);
        Converter
            .Convert(new CompatV1.HeNormal(4), Generation.Contrib)
            .Notes.ShouldBe([
                "The normal is corrected in compat-v1, truncated and uncorrected in contrib: its deviation "
                    + "shrinks to 0.8796256610342398.",
            ]);
        Converter
            .Convert(new CompatV1.GlorotUniform(4), Generation.TfKeras29)
            .Notes.ShouldBe([
                "The seed 4 gives other numbers in tf-keras-2.9 than in compat-v1.",
                "`dtype` was dropped: it is not a key of GlorotUniform in tf.keras.initializers of TensorFlow "
                    + "2.7 to 2.9; float32 is for the call to say.",
            ]);
        Converter
            .Convert(new ContribKeras.Orthogonal(), Generation.CompatV1)
            .Notes.ShouldBe([
                "In contrib zeros fill the columns that exceed the rows; elsewhere the rows are orthonormal then.",
            ]);
    }

    [Fact]
    public void RecordsAndConfigurationsDrawTheSame()
    {
        foreach (
            Initializer initializer in new Initializer[]
            {
                Initializers.HeNormal(3),
                Initializers.VarianceScaling(1.5, FanMode.FanOut, Distribution.UntruncatedNormal, 4),
                Initializers.RandomUniform(-1, 2, 5),
                Initializers.RandomNormal(0.5, 2, 6),
                Initializers.TruncatedNormal(7),
                Initializers.Orthogonal(1.5, 8),
                Initializers.Zeros,
                Initializers.Constant(0.3),
                new Identity(2),
                Initializers.HeUniform(9) with
                {
                    Axes = new FanAxes([0], [1]),
                },
            }
        )
        {
            ConfiguredInitializer configured = initializer.ToConfigured();
            configured.ToInitializer().ShouldBe(initializer);
            configured.Create<float>([4, 3]).ToArray().ShouldBe(initializer.Create<float>([4, 3]).ToArray());
        }
    }

    private static void Refused(ConfiguredInitializer source, Generation target, string reason) =>
        Should
            .Throw<InitializerException>(() => Converter.Convert(source, target))
            .Message.ShouldBe($"{target.Title} cannot hold this initializer: {reason}.");
}
