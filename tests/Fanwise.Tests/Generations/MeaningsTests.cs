using System.Numerics;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.Generations;

/// <summary>What is read out of a configuration, what is said of it, and what is refused, word by word.</summary>
public class MeaningsTests
{
    [Theory]
    [InlineData("tf.compat.v1.keras.initializers.HeNormal")]
    [InlineData("tf.compat.v1.initializers.he_normal")]
    [InlineData("tf.contrib.keras.initializers.he_normal")]
    [InlineData("tf.keras.initializers.HeNormalV2")]
    [InlineData("tf.initializers.HeNormal")]
    [InlineData("keras.initializers.HeNormal")]
    [InlineData("keras.src.initializers.HeNormal")]
    [InlineData("initializers.HeNormal")]
    [InlineData("heNormal")]
    [InlineData("""{"className": "HeNormal", "config": {"seed": null}}""")]
    [InlineData("""{"module": "keras.initializers", "class_name": "HeNormal", "registered_name": null}""")]
    public void ANameIsKnownHoweverItIsQualified(string text)
    {
        Conversion read = Configuration.Read(text);
        read.Initializer.Class.Name.ShouldBe("HeNormal");
        read.Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("keras.initializers.initializers.HeNormal", "keras.initializers.initializers.HeNormal")]
    public void OnePrefixIsTakenOff(string text, string name) =>
        Should
            .Throw<InitializerException>(() => Configuration.Read(text))
            .Message.ShouldBe($"Could not interpret initializer identifier: {name}");

    [Theory]
    [InlineData("""{"class_name": "LeCunNormal", "config": {}}""", "tensorflowjs", "its values are in camel case")]
    [InlineData(
        """{"class_name": "VarianceScaling", "config": {"mode": "fanOut", "distribution": "uniform"}}""",
        "tensorflowjs",
        "its values are in camel case"
    )]
    [InlineData(
        """{"class_name": "VarianceScaling", "config": {"mode": "fan_in", "distribution": "truncatedNormal"}}""",
        "tensorflowjs",
        "its values are in camel case"
    )]
    [InlineData(
        """{"class_name": "UniformUnitScaling", "config": {}}""",
        "compat-v1-core",
        "only the core of TensorFlow 1 writes it so"
    )]
    [InlineData(
        """{"class_name": "uniform_unit_scaling", "config": {}}""",
        "compat-v1-core",
        "only the core of TensorFlow 1 writes it so"
    )]
    [InlineData(
        """{"class_name": "RandomUniform", "config": {"minval": 0, "maxval": null, "dtype": "float32"}}""",
        "compat-v1-core",
        "only the core of TensorFlow 1 writes it so"
    )]
    [InlineData("""{"class_name": "Ones", "config": {"dtype": "float32"}}""", "compat-v1", "it has a `dtype`")]
    public void ItsFormTellsTheGeneration(string text, string generation, string reason)
    {
        Conversion read = Configuration.Read(text);
        read.Initializer.Generation.Name.ShouldBe(generation);
        read.Notes[0].ShouldBe($"Read as {generation}: {reason}.");
    }

    [Theory]
    [InlineData("""{"class_name": "RandomUniform", "config": {"maxval": null}}""")]
    [InlineData("""{"class_name": "RandomUniform", "config": {"minval": 0}}""")]
    [InlineData("""{"class_name": "HeNormal", "config": {"dtype": "float32", "input_axes": null}}""")]
    [InlineData("""{"class_name": "HeNormal", "config": {"dtype": "float32", "output_axes": null}}""")]
    public void WhatTellsNothingIsKeras3s(string text) =>
        Configuration.Read(text).Initializer.Generation.ShouldBe(Generation.Keras);

    [Theory]
    [InlineData(
        """{"class_name": "VarianceScaling", "config": {"distribution": "Normal"}}""",
        "tf-keras-2.15",
        "`normal` becomes `truncated_normal`, truncated and corrected."
    )]
    [InlineData(
        """{"class_name": "GlorotNormal", "config": {"dtype": "float64"}}""",
        "compat-v1",
        "`dtype` is forgotten by GlorotNormal of compat-v1: it draws float32, not float64."
    )]
    [InlineData(
        """{"class_name": "Constant", "config": {"value": 1, "verify_shape": true}}""",
        "compat-v1",
        "`verify_shape` is no part of a written configuration."
    )]
    [InlineData(
        """{"class_name": "VarianceScaling", "config": {}}""",
        "contrib",
        "`normal` means truncated and uncorrected here: the variance of what is drawn is 0.7737 of what the formula "
            + "says."
    )]
    public void AWordThatMisleadsIsExplained(string text, string generation, string note) =>
        Configuration.Read(text, Generation.Parse(generation)).Notes.ShouldBe([note]);

    [Theory]
    [InlineData("""{"class_name": "VarianceScaling", "config": {"distribution": "uniform"}}""", "contrib")]
    [InlineData("""{"class_name": "VarianceScaling", "config": {"distribution": "uniform"}}""", "tf-keras-2.15")]
    [InlineData("""{"class_name": "GlorotNormal", "config": {"dtype": "float32"}}""", "compat-v1")]
    [InlineData("""{"class_name": "HeNormal", "config": {"seed": 3}}""", "compat-v1")]
    [InlineData("""{"class_name": "Constant", "config": {"value": 1, "verify_shape": false}}""", "compat-v1")]
    public void WhereNoWordMisleadsNothingIsSaid(string text, string generation) =>
        Configuration.Read(text, Generation.Parse(generation)).Notes.ShouldBeEmpty();

    [Theory]
    [InlineData("[1]", "An initializer is a name or a dict with class_name and config; received [1].")]
    [InlineData("7", "An initializer is a name or a dict with class_name and config; received 7.")]
    public void WhatIsNeitherNameNorDictIsRefused(string json, string message) =>
        Should.Throw<InitializerException>(() => Configuration.Read(PythonValue.Parse(json))).Message.ShouldBe(message);

    [Fact]
    public void WhatConvertingDropsIsSaid()
    {
        Notes(new CompatV1Core.RandomUniform(), Generation.Keras)
            .ShouldBe([
                "A `maxval` of None is 1.0.",
                "`dtype` was dropped: it is not a key of RandomUniform in keras.initializers of Keras 3.15; float32 "
                    + "is for the call to say.",
            ]);
        Notes(new CompatV1.Constant(1, verifyShape: true), Generation.CompatV1Core).ShouldBeEmpty();
        Notes(new CompatV1.Constant(1, verifyShape: true), Generation.TfKeras29)
            .ShouldBe([
                "`dtype` was dropped: it is not a key of Constant in tf.keras.initializers of TensorFlow 2.7 to 2.9; "
                    + "float32 is for the call to say.",
                "`verify_shape` was dropped: no configuration holds it.",
            ]);
        Notes(
                Generation.Keras.Construct("HeNormal", PythonValue.None, new[] { 0 }, PythonValue.None),
                Generation.Keras314
            )
            .ShouldBe(["`input_axes` was dropped: alone it means nothing."]);
        Notes(
                Generation.Keras.Construct("HeNormal", PythonValue.None, PythonValue.None, new[] { 0 }),
                Generation.Keras314
            )
            .ShouldBe(["`output_axes` was dropped: alone it means nothing."]);
        Notes(Generation.Keras.Construct("HeNormal"), Generation.Keras314).ShouldBeEmpty();
        Notes(new ContribKeras.Identity(), Generation.CompatV1)
            .ShouldBe(["contrib's Identity is float64 and square always."]);
        Notes(new CompatV1Core.VarianceScaling(distribution: "uniform"), Generation.CompatV1).ShouldBeEmpty();
    }

    [Fact]
    public void ANameThatATargetLacksBecomesItsScaling()
    {
        Conversion lecun = Converter.Convert(Generation.Keras.Construct("LecunNormal"), Generation.Contrib);
        lecun
            .Initializer.GetConfig()
            .ToJson()
            .ShouldBe(
                """{"scale": 1.0, "mode": "fan_in", "distribution": "normal", "seed": null, "dtype": "float32"}"""
            );
        lecun.Notes.ShouldContain("LecunNormal becomes VarianceScaling(1.0, fan_in): contrib has none of its own.");
    }

    [Fact]
    public void SeedsReachToTheEndsOf64Bits()
    {
        foreach (BigInteger seed in (BigInteger[])[long.MinValue, long.MaxValue])
            Converter
                .Convert(new CompatV1.VarianceScaling(seed: seed), Generation.Keras)
                .Initializer["seed"]
                .Integer.ShouldBe(seed);
        Should
            .Throw<InitializerException>(static () =>
                Converter.Convert(new CompatV1.VarianceScaling(seed: 1.5), Generation.Keras)
            )
            .Message.ShouldBe(
                "keras.initializers of Keras 3.15 cannot hold this initializer: a seed must be an integer; this one "
                    + "is 1.5."
            );
    }

    [Fact]
    public void TheFactorOfUniformUnitScalingMultiplies()
    {
        Draw draw = new CompatV1Core.UniformUnitScaling(factor: 2.0, dtype: "float64")
            .Call([3, 5], new Graph(1))
            .Draw!.Value;
        (draw.Addend, draw.Multiplier).ShouldBe((-2.0, 4.0));
    }

    [Fact]
    public void Keras3sIntegerBoundsStayWholeWhereItsFloatsBecomeFloat32()
    {
        Bounds(0, 16777217).ShouldBe(16777217.0);
        Bounds(0.0, 16777217.0).ShouldBe(16777216.0);

        static double Bounds(PythonValue minimum, PythonValue maximum) =>
            Generation
                .Keras.Construct("RandomUniform", minimum, maximum, 1)
                .Call([2], dtype: "float64")
                .Draw!.Value.Multiplier;
    }

    [Theory]
    [InlineData("float", "float32")]
    [InlineData("double", "float64")]
    [InlineData("half", "float16")]
    public void ShortNamesOfTypes(string name, string type) =>
        new CompatV1.VarianceScaling(dtype: name).GetConfig()["dtype"].Text.ShouldBe(type);

    [Fact]
    public void EveryTypeOfTensorFlowIsKept()
    {
        foreach (
            string name in "float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool "
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Concat("string complex64 complex128 qint8 qint16 qint32 quint8 quint16 resource variant".Split(' '))
        )
            new CompatV1.Zeros(dtype: name).GetConfig()["dtype"].Text.ShouldBe(name);
    }

    [Fact]
    public void SeedsOfOperationsMayHaveAnyLength()
    {
        CompatV1.VarianceScaling source = new(seed: BigInteger.Pow(2, 100));
        Converter.Convert(source, Generation.TfKeras29).Initializer["seed"].Integer.ShouldBe(BigInteger.Pow(2, 100));
        foreach (Generation target in (Generation[])[Generation.TfKeras26, Generation.TfKeras215])
            Should.Throw<InitializerException>(() => Converter.Convert(source, target));
    }

    [Fact]
    public void AUniformOfBooleansIsRefusedByTheOperationInTensorFlow1() =>
        Should
            .Throw<InitializerException>(static () => new CompatV1.RandomUniform(dtype: "bool").Call([2], new Graph(1)))
            .Message.ShouldBe(
                "Value passed to parameter 'dtype' has DataType bool not in list of allowed values: float16, "
                    + "bfloat16, float32, float64"
            );

    [Fact]
    public void AnothersWordForAPartIsRefused()
    {
        Should
            .Throw<InitializerException>(static () =>
                new CompatV1.Zeros().Call([2], new Graph(1), partition: new Shard([2]))
            )
            .Message.ShouldBe("Zeros.__call__() got an unexpected keyword argument 'partition_shape'");
        Should
            .Throw<InitializerException>(static () =>
                Generation.TfKeras26.Construct("Zeros").Call([2], partition: new PartitionInfo([2], 0))
            )
            .Message.ShouldBe("Unknown keyword arguments: ['partition_info']");
    }

    [Theory]
    [InlineData("""{"seed": 5, "name": "g"}""", 5, "g")]
    [InlineData("""{"seed": -9223372036854775808}""", long.MinValue, "seed_generator")]
    [InlineData("""{"seed": 9223372036854775807}""", long.MaxValue, "seed_generator")]
    public void ASerialisedSeedGeneratorHasItsNameOrKeras(string config, long seed, string name)
    {
        PythonValue value = PythonValue.Parse($$"""{"class_name": "SeedGenerator", "config": {{config}} }""");
        SerialisedSeeds.IsOne(value).ShouldBeTrue();
        (SerialisedSeeds.Read(value).Seed, SerialisedSeeds.Read(value).Name).ShouldBe((seed, name));
    }

    [Fact]
    public void WhatDrawsNeedsASourceOfSeeds()
    {
        Should
            .Throw<InitializerException>(static () => new CompatV1.VarianceScaling(seed: 1).Call([2]))
            .Message.ShouldBe(
                "VarianceScaling of tf.compat.v1.keras.initializers of TensorFlow 2.9 draws in a graph or an eager "
                    + "context; none was given."
            );
        Should
            .Throw<InitializerException>(static () => Generation.TfKeras215.Construct("HeNormal").Call([2, 2]))
            .Message.ShouldBe("HeNormal has no seed: give it one, or a global seed (a PythonRandom) to draw it from.");
        Should
            .Throw<InitializerException>(static () =>
                new CompatV1.VarianceScaling(seed: PythonValue.List()).Call([2], new Graph(1))
            )
            .Message.ShouldBe("A seed must be an integer; received [].");
        Should
            .Throw<InitializerException>(static () => Generation.TfKeras215.Construct("HeNormal", 1.5).Call([2, 2]))
            .Message.ShouldBe("A seed must be an integer; received 1.5.");
    }

    [Fact]
    public void WhatAConstantCannotBeIsSaid()
    {
        Should
            .Throw<InitializerException>(static () =>
                Generation.Keras.Construct("Constant", new[] { 1, 2 }).Call([2], dtype: "float32")
            )
            .Message.ShouldBe("A constant of keras.initializers of Keras 3.15 must be a number here; received [1, 2].");
        Should
            .Throw<InitializerException>(static () =>
                new CompatV1.Constant(new[] { 1, 2 }).Call([3], new EagerContext(1))
            )
            .Message.ShouldBe(
                "Eager execution of tf.constant with unsupported shape. The value [1, 2] has 2 elements, but the "
                    + "shape (3,) has 3."
            );
        new CompatV1.Constant(new[] { 1, 2 }).Create<float>([2], new EagerContext(1)).ToArray().ShouldBe([1, 2]);
        new CompatV1.Constant(new[] { 7 }).Create<float>([2], new EagerContext(1)).ToArray().ShouldBe([7, 7]);
    }

    [Fact]
    public void APartLiesWithinItsWhole()
    {
        Should
            .Throw<InitializerException>(static () => new PartitionInfo([4, 4], 0))
            .Message.ShouldBe("A part's offset must have the rank of the full shape (4, 4); received (0,).");
        Should
            .Throw<InitializerException>(static () => new PartitionInfo([4, 4], 0, 5))
            .Message.ShouldBe("A part's offset must lie within the full shape (4, 4); received (0, 5).");
        new PartitionInfo([4, 4], 4, 4).Offset.Lengths.ToArray().ShouldBe([4, 4]);
        Identity([2, 2], 1, 0).ToArray().ShouldBe([0, 1, 0, 0]);
        Should
            .Throw<InitializerException>(static () => Identity([2, 2], 3, 0))
            .Message.ShouldBe("A part must lie within the full shape (4, 4); received offset (3, 0), shape (2, 2).");
        Should
            .Throw<InitializerException>(static () => Identity([2], 0, 0))
            .Message.ShouldBe("A part must have the rank of the full shape (4, 4); received (2,).");

        static System.Numerics.Tensors.Tensor<float> Identity(Shape shape, params long[] offset) =>
            new CompatV1.Identity().Create<float>(shape, new Graph(1), partition: new PartitionInfo([4, 4], offset));
    }

    private static IReadOnlyList<string> Notes(ConfiguredInitializer source, Generation target) =>
        Converter.Convert(source, target).Notes;
}
