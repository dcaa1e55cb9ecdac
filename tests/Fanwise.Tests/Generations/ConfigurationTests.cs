using Fanwise.Generations;

namespace Fanwise.Tests.Generations;

/// <summary>Configurations of every generation are read, and what was dropped or changed in meaning is said.</summary>
public class ConfigurationTests
{
    [Theory]
    [InlineData("he_normal", "HeNormal")]
    [InlineData("HeNormal", "HeNormal")]
    [InlineData("heNormal", "HeNormal")]
    [InlineData("leCunNormal", "LecunNormal")]
    [InlineData("GlorotUniformV2", "GlorotUniform")]
    [InlineData("tf.initializers.he_normal", "HeNormal")]
    [InlineData("tf.keras.initializers.Zeros", "Zeros")]
    [InlineData("normal", "RandomNormal")]
    [InlineData("zero", "Zeros")]
    [InlineData("\"glorot_uniform\"", "GlorotUniform")]
    [InlineData("uniform_unit_scaling", "UniformUnitScaling")]
    public void NamesInAnySpelling(string name, string expected) =>
        Configuration.Read(name).Initializer.Class.Name.ShouldBe(expected);

    [Fact]
    public void ATensorFlow1ConfigurationHasADtype()
    {
        Conversion read = Configuration.Read(
            """{"class_name": "VarianceScaling", "config": {"scale": 2, "mode": "fan_in","""
                + """ "distribution": "normal", "seed": null, "dtype": "float64"}}"""
        );
        read.Initializer.Generation.ShouldBe(Generation.CompatV1);
        read.Initializer.GetConfig()
            .ToJson()
            .ShouldBe("""{"scale": 2, "mode": "fan_in", "distribution": "normal", "seed": null, "dtype": "float64"}""");
        read.Notes.ShouldBe(["Read as compat-v1: it has a `dtype`."]);
    }

    [Fact]
    public void ADtypeInAKeras3ConfigurationIsDroppedAndReported()
    {
        Conversion read = Configuration.Read(
            """{"class_name": "VarianceScaling", "config": {"scale": 2.0, "dtype": "float32"}}""",
            Generation.Keras
        );
        read.Initializer.GetConfig()["scale"].ShouldBe(2.0);
        read.Notes.ShouldBe([
            "`dtype` was dropped: it is not a key of VarianceScaling in keras.initializers of Keras 3.15.",
        ]);
    }

    [Fact]
    public void NormalOfContribMeansTruncatedAndUncorrected() =>
        Configuration
            .Read("""{"class_name": "VarianceScaling", "config": {"distribution": "normal"}}""", Generation.Contrib)
            .Notes.ShouldBe([
                "`normal` means truncated and uncorrected here: the variance of what is drawn is 0.7737 of what "
                    + "the formula says.",
            ]);

    [Fact]
    public void TensorFlowJsHasCamelCaseValues()
    {
        Conversion read = Configuration.Read(
            """{"class_name": "VarianceScaling", "config": {"scale": 1, "mode": "fanAvg","""
                + """ "distribution": "truncatedNormal", "seed": null}}"""
        );
        read.Initializer.Generation.ShouldBe(Generation.TensorFlowJs);
        (read.Initializer["mode"].Text, read.Initializer["distribution"].Text).ShouldBe(
            ("fan_avg", "truncated_normal")
        );
        read.Initializer.GetConfig()
            .ToJson()
            .ShouldBe("""{"scale": 1, "mode": "fanAvg", "distribution": "truncatedNormal", "seed": null}""");
    }

    [Fact]
    public void ASerialisedSeedGeneratorIsReadAndWrittenAsItWas()
    {
        const string json =
            """{"module": "keras.initializers", "class_name": "HeNormal","""
            + """ "config": {"seed": {"module": "keras.random", "class_name": "SeedGenerator","""
            + """ "config": {"seed": 5, "name": "g"}, "registered_name": null}, "input_axes": [0],"""
            + """ "output_axes": [1, 2]}, "registered_name": null}""";
        Conversion read = Configuration.Read(json);
        read.Initializer.Serialize().ToJson().ShouldBe(json);
        float[] first = read.Initializer.Create<float>([3, 2, 2]).ToArray(),
            second = read.Initializer.Create<float>([3, 2, 2]).ToArray();
        first.ShouldNotBe(second);
    }

    [Fact]
    public void WhatIsNoPartOfAConfigurationIsNamed() =>
        Configuration
            .Read("""{"class_name": "Zeros", "config": null, "shared_object_id": 3, "build_config": {}}""")
            .Notes.ShouldBe([
                "`build_config` was dropped: it is no part of an initializer's configuration.",
                "`shared_object_id` was dropped: only within a model does it mean anything.",
            ]);

    [Theory]
    [InlineData("nope", "Could not interpret initializer identifier: nope")]
    [InlineData("{}", "An initializer's configuration needs a class_name; received {}.")]
    [InlineData("""{"class_name": "Zeros", "config": 3}""", "An initializer's config must be a dict; received 3.")]
    [InlineData(
        """{"class_name": "VarianceScaling", "config": {"gain": 2}}""",
        "VarianceScaling.__init__() got an unexpected keyword argument 'gain'"
    )]
    [InlineData(
        """{"class_name": "VarianceScaling", "config": {"scale": -1}}""",
        "Argument `scale` must be positive float. Received: scale=-1"
    )]
    public void Errors(string text, string message) =>
        Should.Throw<InitializerException>(() => Configuration.Read(text)).Message.ShouldBe(message);

    [Fact]
    public void JsonThatIsNone() =>
        Should
            .Throw<InitializerException>(static () => Configuration.Read("{\"class_name\": "))
            .Message.ShouldStartWith("A configuration must be JSON: ");

    [Fact]
    public void BareNaNIsReadAsPythonWritesIt() =>
        Configuration
            .Read("""{"class_name": "VarianceScaling", "config": {"scale": NaN}}""")
            .Initializer["scale"]
            .ShouldBe(double.NaN);

    [Fact]
    public void HugeIntegersAreRefusedBeforeTheyCostAnything() =>
        Should
            .Throw<InitializerException>(static () =>
                Configuration.Read(
                    $"{{\"class_name\": \"HeNormal\", \"config\": {{\"seed\": {new string('9', 1_000_000)}}}}}"
                )
            )
            .Message.ShouldStartWith(
                "A configuration must be JSON: it has a number of more than 4300 characters (line 1, "
            );

    [Fact]
    public void EveryTableHasItsSentences()
    {
        foreach (Generation generation in Generation.All)
        {
            Generation.Parse(generation.Name).ShouldBe(generation);
            generation.Messages.ShouldNotBeNull();
            generation.Columns.Distributions.ShouldNotBeEmpty();
            foreach (InitializerClass row in generation.Classes.Where(static row => row.Makes is null))
                new ConfiguredInitializer(generation, row, []).Class.ShouldBe(row);
        }
    }
}
