using System.Numerics.Tensors;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;
using Fanwise.TensorFlow;
using Contrib = Fanwise.TensorFlow.ContribKeras;
using Core = Fanwise.TensorFlow.CompatV1Core;
using V1 = Fanwise.TensorFlow.CompatV1;

namespace Fanwise.Tests.TensorFlow;

/// <summary>What differs between the generations, each difference under its own name.</summary>
public class GenerationDifferencesTests
{
    private static Graph R12 => new(1234, GraphRelease.TensorFlow12);

    [Fact]
    public void NormalOfR12IsTruncatedAndNotCorrectedThatOf29IsCorrected()
    {
        Draw old = new Contrib.VarianceScaling(distribution: "normal", dtype: "float64")
            .Call([100, 100], R12)
            .Draw!.Value;
        Draw newer = new V1.VarianceScaling(distribution: "normal", dtype: "float64")
            .Call([100, 100], new Graph(1))
            .Draw!.Value;
        (old.Kind, old.Multiplier).ShouldBe((DrawKind.TruncatedNormal, 0.1));
        (newer.Kind, newer.Multiplier).ShouldBe((DrawKind.TruncatedNormal, 0.1 / .87962566103423978));
    }

    [Fact]
    public void TheVarianceOfR12sNormalIs0_7737OfTheFormulas()
    {
        double[] values = new Contrib.VarianceScaling(dtype: "float64").Create<double>([1000, 1000], R12).ToArray();
        (values.Average(static value => value * value) / (1.0 / 1000)).ShouldBe(0.7737, 0.003);
    }

    [Fact]
    public void R12TakesTheLogarithmOfAFloat32NormalInDouble()
    {
        float[] old = new Contrib.RandomNormal(seed: 5).Create<float>([1_000_000], R12).ToArray();
        float[] newer = new Core.RandomNormal(seed: 5).Create<float>([1_000_000], new Graph(1234)).ToArray();
        (old.Zip(newer).Count(static pair => pair.First != pair.Second) / 1e6).ShouldBe(0.116, 0.003);
        old.Zip(newer)
            .Max(static pair =>
                Math.Abs(BitConverter.SingleToInt32Bits(pair.First) - BitConverter.SingleToInt32Bits(pair.Second))
            )
            .ShouldBeInRange(1, 2);
    }

    [Fact]
    public void Float64NormalsAndUniformsOfR12AreThoseOfLaterReleases()
    {
        new Contrib.RandomNormal(seed: 5, dtype: "float64")
            .Create<double>([1000], R12)
            .ToArray()
            .ShouldBe(
                new Core.RandomNormal(seed: 5, dtype: "float64").Create<double>([1000], new Graph(1234)).ToArray()
            );
        new Contrib.RandomUniform(seed: 5)
            .Create<float>([1000], R12)
            .ToArray()
            .ShouldBe(new Core.RandomUniform(seed: 5).Create<float>([1000], new Graph(1234)).ToArray());
    }

    [Fact]
    public void OrthogonalOfR12LeavesZerosWhereThereAreMoreColumnsThanRows()
    {
        Tensor<float> old = new Contrib.Orthogonal(seed: 3).Create<float>([2, 5], R12),
            newer = new V1.Orthogonal(seed: 3).Create<float>([2, 5], new Graph(1));
        for (nint row = 0; row < 2; row++)
        for (nint column = 2; column < 5; column++)
        {
            old[[row, column]].ShouldBe(0);
            newer[[row, column]].ShouldNotBe(0);
        }
    }

    [Fact]
    public void TheRelativesOfR12HaveTheCoresDefaults()
    {
        new Contrib.RandomNormal().GetConfig()["stddev"].ShouldBe(1.0);
        new Contrib.TruncatedNormal().GetConfig()["stddev"].ShouldBe(1.0);
        new Contrib.RandomUniform()
            .GetConfig()
            .ToJson()
            .ShouldBe("""{"minval": 0, "maxval": null, "seed": null, "dtype": "float32"}""");
        new Core.RandomUniform()
            .GetConfig()
            .ToJson()
            .ShouldBe("""{"minval": 0.0, "maxval": null, "seed": null, "dtype": "float32"}""");
        new V1.RandomNormal().GetConfig()["stddev"].ShouldBe(0.05);
        new V1.RandomUniform()
            .GetConfig()
            .ToJson()
            .ShouldBe("""{"minval": -0.05, "maxval": 0.05, "seed": null, "dtype": "float32"}""");
    }

    [Fact]
    public void NormalStaysInAV1ConfigurationAndBecomesTruncatedNormalInTfKeras()
    {
        new V1.VarianceScaling(distribution: "Normal").GetConfig()["distribution"].ShouldBe("normal");
        new Contrib.VarianceScaling(distribution: "NORMAL").GetConfig()["distribution"].ShouldBe("normal");
        new TfKeras.VarianceScaling(distribution: "normal").GetConfig()["distribution"].ShouldBe("truncated_normal");
        Generation
            .Keras.FromConfig(
                "VarianceScaling",
                PythonValue.Parse("""{"distribution": "normal", "mode": "fan_avg", "scale": 1.0, "seed": null}""")
            )
            .GetConfig()["distribution"]
            .ShouldBe("truncated_normal");
    }

    [Fact]
    public void V1GlorotDropsItsDtype()
    {
        V1.GlorotUniform initializer = new(dtype: "float64");
        initializer.GetConfig().ToJson().ShouldBe("""{"seed": null, "dtype": "float32"}""");
        initializer.Create([2, 2], new Graph(1)).ElementType.ShouldBe(ElementType.Float32);
        initializer.Create([2, 2], new Graph(1), dtype: "float64").ElementType.ShouldBe(ElementType.Float64);
    }

    [Fact]
    public void ANaNScalePassesInEveryGenerationAndNotInOurRecords()
    {
        foreach (
            Generation generation in Generation.All.Where(static generation => generation != Generation.TensorFlowJs)
        )
            generation.Construct("VarianceScaling", double.NaN).GetConfig()["scale"].ShouldBe(double.NaN);
        float.IsNaN(new V1.VarianceScaling(scale: double.NaN).Create<float>([2], new Graph(1))[[0]]).ShouldBeTrue();
        Should.Throw<InitializerException>(static () => new VarianceScaling { Scale = double.NaN });
    }

    [Fact]
    public void ScalesStayAsTheyWereGiven() => new Contrib.VarianceScaling(scale: 2).GetConfig()["scale"].ShouldBe(2);

    [Fact]
    public void DefaultDistributions()
    {
        new Contrib.VarianceScaling()["distribution"].ShouldBe("normal");
        new V1.VarianceScaling()["distribution"].ShouldBe("truncated_normal");
    }

    [Fact]
    public void R12HasNoLecunNormalNoUntruncatedNormalAndNoBFloat16()
    {
        Should
            .Throw<InitializerException>(static () => Contrib.Get("lecun_normal"))
            .Message.ShouldBe("Unknown initializer: lecun_normal");
        Should
            .Throw<InitializerException>(static () => new Contrib.VarianceScaling(distribution: "untruncated_normal"))
            .Message.ShouldBe("('Invalid `distribution` argument:', 'untruncated_normal')");
        Should
            .Throw<InitializerException>(static () => new Contrib.VarianceScaling(dtype: "bfloat16"))
            .Message.ShouldBe("Expected floating point type, got <dtype: 'bfloat16'>.");
        Should
            .Throw<InitializerException>(static () => new Contrib.VarianceScaling().Call([2], R12, "bfloat16"))
            .Message.ShouldBe(
                "Value passed to parameter 'dtype' has DataType bfloat16 not in list of allowed values: float16, "
                    + "float32, float64"
            );
    }

    [Fact]
    public void R12sGetAndSerialize()
    {
        Contrib.Get("zero").Class.Name.ShouldBe("Zeros");
        Contrib
            .Serialize(Contrib.HeNormal(4))
            .ToJson()
            .ShouldBe(
                """{"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in","""
                    + """ "distribution": "normal", "seed": 4, "dtype": "float32"}}"""
            );
        Contrib.Serialize(null).ShouldBe(PythonValue.None);
        Should
            .Throw<InitializerException>(static () => Contrib.Get(PythonValue.None))
            .Message.ShouldBe("('Could not interpret initializer identifier:', None)");
        Should
            .Throw<InitializerException>(static () => Contrib.Get(3))
            .Message.ShouldBe("('Could not interpret initializer identifier:', 3)");
        Should
            .Throw<InitializerException>(static () => Contrib.Get("Nope"))
            .Message.ShouldBe("Unknown initializer: Nope");
        Should
            .Throw<InitializerException>(static () => Contrib.Get(PythonValue.Parse("""{"class_name": "Zeros"}""")))
            .Message.ShouldBe("Improper config format: {'class_name': 'Zeros'}");
        Should
            .Throw<InitializerException>(static () =>
                Contrib.Get(PythonValue.Parse("""{"class_name": "glorot_normal", "config": {"dtype": "float32"}}"""))
            )
            .Message.ShouldBe("glorot_normal() got an unexpected keyword argument 'dtype'");
        Generation.Contrib.DeserializeName("zeros").Name.ShouldBe("Zeros");
        Should
            .Throw<InitializerException>(static () => Generation.Contrib.DeserializeName("nope"))
            .Message.ShouldBe("('Unknown initializer', ':nope')");
        Should
            .Throw<InitializerException>(static () => new Contrib.VarianceScaling(dtype: PythonValue.None))
            .Message.ShouldBe("Cannot convert value None to a TensorFlow DType.");
    }

    [Fact]
    public void IdentityOfR12IsFloat64AndSquareAndFailsInGetVariable()
    {
        Contrib.Identity identity = new(gain: 2);
        identity.Create([2, 2], R12, dtype: "float32").ElementType.ShouldBe(ElementType.Float64);
        identity.Call([0, 0], R12).Shape.Elements.ShouldBe(0);
        Should
            .Throw<InitializerException>(() => identity.Call([2, 3], R12))
            .Message.ShouldBe("Identity matrix initializer can only be used for 2D square matrices.");
        Should
            .Throw<InitializerException>(() => R12.GetVariable("i", [2, 2], identity))
            .Message.ShouldBe("__call__() got an unexpected keyword argument 'partition_info'");
        Should
            .Throw<InitializerException>(() => identity.Call([2, 2], R12, partition: new PartitionInfo([2, 2], 0, 0)))
            .Message.ShouldBe("__call__() got an unexpected keyword argument 'partition_info'");
        new V1.Identity().Create<float>([2, 3], new Graph()).ToArray().ShouldBe([1, 0, 0, 0, 1, 0]);
    }

    [Fact]
    public void ConstantsOfR12TakeLists()
    {
        new Contrib.Constant(new[] { 1, 2, 3 }).Create<float>([2, 3], R12).ToArray().ShouldBe([1, 2, 3, 3, 3, 3]);
        new Contrib.Constant(PythonValue.List()).Create<float>([2], R12).ToArray().ShouldBe([0, 0]);
        Should
            .Throw<InitializerException>(static () => new Contrib.Constant(new[] { 1, 2, 3, 4, 5 }).Call([2, 2], R12))
            .Message.ShouldBe("Too many elements provided. Needed at most 4, but received 5");
        new Contrib.Constant(PythonValue.List(new[] { 1, 2 }, new[] { 3, 4 }))
            .Create<float>([2, 2], R12)
            .ToArray()
            .ShouldBe([1, 2, 3, 4]);
        foreach (
            PythonValue ragged in (PythonValue[])
                [
                    PythonValue.List(new[] { 1, 2 }, new[] { 3 }),
                    PythonValue.List(new[] { 1, 2 }, 3),
                    PythonValue.List(1, new[] { 2, 3 }),
                    PythonValue.List(PythonValue.List(), new[] { 1 }),
                ]
        )
            Should
                .Throw<InitializerException>(() => new Contrib.Constant(ragged).Call([2, 2], R12))
                .Message.ShouldBe($"A list of constants must be rectangular; received {ragged.Representation}.");
        Should
            .Throw<InitializerException>(static () =>
                new Contrib.Constant(new[] { 1, 2 }, verifyShape: true).Call([4], R12)
            )
            .Message.ShouldBe("Expected Tensor's shape: (4,), got (2,).");
        Should
            .Throw<InitializerException>(static () => new Contrib.Constant(1.5, dtype: "int32").Call([2], R12))
            .Message.ShouldBe("Expected int32, got 1.5 of type 'float' instead.");
        Should
            .Throw<InitializerException>(static () => new Contrib.Constant(PythonValue.None).Call([2], R12))
            .Message.ShouldBe("None values not supported.");
        Should.Throw<InitializerException>(static () => new Contrib.Constant(1, verifyShape: true).Call([4], R12));
        new Contrib.Constant(1, verifyShape: true).Create<float>([], R12).ToArray().ShouldBe([1]);
        new Contrib.Constant(5, verifyShape: true)
            .GetConfig()
            .ToJson()
            .ShouldBe("""{"value": 5, "dtype": "float32"}""");
        Should
            .Throw<InitializerException>(static () => new Contrib.Ones(dtype: "string").Call([2], R12))
            .Message.ShouldBe("Expected string, got 1 of type 'int' instead.");
    }

    [Fact]
    public void UniformsOfR12DrawDownwardsAndIntegersNeedBounds()
    {
        new Contrib.RandomUniform(2, 1, seed: 1)
            .Create<float>([100], R12)
            .ToArray()
            .ShouldAllBe(static value => value > 1 && value <= 2);
        new Contrib.RandomUniform(5, seed: 1)
            .Create<float>([100], R12)
            .ToArray()
            .ShouldAllBe(static value => value > 1 && value <= 5);
        Should
            .Throw<InitializerException>(static () => new Contrib.RandomUniform(0, dtype: "int32").Call([3], R12))
            .Message.ShouldBe("Must specify maxval for integer dtype tf.int32");
        Should
            .Throw<InitializerException>(static () =>
                new Contrib.RandomUniform(5, 5, dtype: "int32").Call([3], R12).Values
            )
            .Message.ShouldBe("Need minval < maxval, got 5 >= 5");
    }

    [Fact]
    public void CompatV1sGetGivesVersion2UnlessItIsDisabled()
    {
        V1.Get("he_normal")!.Generation.ShouldBe(Generation.TfKeras29);
        V1.Get("he_normal", isVersion2Disabled: true)!.Generation.ShouldBe(Generation.CompatV1);
        V1.Get("variance_scaling", isVersion2Disabled: true)!.Class.Name.ShouldBe("VarianceScaling");
        V1.Get(PythonValue.None).ShouldBeNull();
        Should
            .Throw<InitializerException>(static () => V1.Get("nope"))
            .Message.ShouldBe(
                "Unknown initializer: nope. Please ensure this object is passed to the `custom_objects` "
                    + "argument. See "
                    + "https://www.tensorflow.org/guide/keras/save_and_serialize#registering_the_custom_object for "
                    + "details."
            );
        Should
            .Throw<InitializerException>(static () => V1.Get(3))
            .Message.ShouldBe("Could not interpret initializer identifier: 3");
    }

    [Fact]
    public void HeOfTheCoreIsAFunctionThatOfTheKerasModuleAClass()
    {
        Core.HeNormal(3)
            .GetConfig()
            .ToJson()
            .ShouldBe(
                """{"scale": 2.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": 3,"""
                    + """ "dtype": "float32"}"""
            );
        V1.Serialize(new V1.HeNormal(3)).ToJson().ShouldBe("""{"class_name": "HeNormal", "config": {"seed": 3}}""");
    }

    [Fact]
    public void ASeededInstanceCalledTwice()
    {
        static bool Equal(ConfiguredInitializer initializer, DrawingContext context)
        {
            float[] first = initializer.Create<float>([3, 5], context).ToArray(),
                second = initializer.Create<float>([3, 5], context).ToArray();
            return first.AsSpan().SequenceEqual(second);
        }

        Equal(new Contrib.VarianceScaling(seed: 7), R12).ShouldBeTrue(); // two operations, one pair
        Equal(new V1.VarianceScaling(seed: 7), new Graph(1)).ShouldBeTrue();
        Equal(new V1.VarianceScaling(seed: 7), new EagerContext(1)).ShouldBeFalse(); // one kernel, which advances
        Equal(new TfKeras.VarianceScaling(seed: 7, release: Generation.TfKeras26), new EagerContext(1)).ShouldBeTrue();
        // seeds 7, 8
        Equal(new TfKeras.VarianceScaling(seed: 7, release: Generation.TfKeras29), new EagerContext(1))
            .ShouldBeFalse();
        Equal(new TfKeras.VarianceScaling(seed: 7), new EagerContext(1)).ShouldBeTrue();
        Equal(
                Generation.Keras.ConstructWith("VarianceScaling", PythonValue.Dictionary(("seed", 7))),
                new EagerContext(1)
            )
            .ShouldBeTrue();
        Equal(
                Generation.Keras.ConstructWith(
                    "VarianceScaling",
                    PythonValue.Dictionary(("seed", new SeedGenerator(7)))
                ),
                new EagerContext(1)
            )
            .ShouldBeFalse();
    }

    [Fact]
    public void AnUnseededInstanceCalledTwice()
    {
        bool Equal(ConfiguredInitializer initializer, DrawingContext? context) =>
            initializer
                .Create<float>([3, 5], context)
                .ToArray()
                .AsSpan()
                .SequenceEqual(initializer.Create<float>([3, 5], context).ToArray());

        Equal(new TfKeras.VarianceScaling(release: Generation.TfKeras26), new EagerContext(1)).ShouldBeFalse();
        Equal(new TfKeras.VarianceScaling(release: Generation.TfKeras29), new EagerContext(1)).ShouldBeFalse();
        Equal(new TfKeras.VarianceScaling(random: new PythonRandom(1)), null).ShouldBeTrue();
        Should.Throw<InitializerException>(static () => new TfKeras.VarianceScaling().Call([2]));
        Should.Throw<InitializerException>(static () => new V1.VarianceScaling().Call([2], new Graph()));
    }

    [Fact]
    public void SeedsAreDrawnAtConstructionByKeras3AndAtTheFirstCallByTfKeras()
    {
        PythonRandom random = new(0);
        ConfiguredInitializer keras = Generation.Keras.ConstructWith("HeNormal", PythonValue.Dictionary(), random);
        TfKeras.HeNormal tfKeras = new(random: random);
        (keras.DrawnSeed, tfKeras.DrawnSeed).ShouldBe((906691060, null));
        tfKeras.Call([2, 2]);
        tfKeras.DrawnSeed.ShouldBe(413654000);
        tfKeras.GetConfig().ToJson().ShouldBe("""{"seed": null}""");
    }

    [Fact]
    public void Keras3sUniformBoundsAreFloat32NumbersInFloat64TooItsDeviationsAreNot()
    {
        Draw keras = Generation.Keras.Construct("RandomUniform", -0.1, 0.1, 1).Call([3], dtype: "float64").Draw!.Value,
            tfKeras = new TfKeras.RandomUniform(-0.1, 0.1, 1).Call([3], dtype: "float64").Draw!.Value;
        (keras.Addend, tfKeras.Addend).ShouldBe((-0.1f, -0.1));
        Generation
            .Keras.Construct("RandomNormal", 0.1, 0.1, 1)
            .Call([3], dtype: "float64")
            .Draw!.Value.Addend.ShouldBe(0.1);
    }

    [Fact]
    public void Float16ParametersRoundOnceInAGraphAndTwiceEagerly()
    {
        const double tricky = 1.0004882812509095;
        V1.RandomNormal initializer = new(0.0, tricky, seed: 1, dtype: "float16");
        initializer.Call([3], new Graph(1)).Draw!.Value.Multiplier.ShouldBe((double)(Half)1.001);
        initializer.Call([3], new EagerContext(1)).Draw!.Value.Multiplier.ShouldBe(1.0);
        Function function = new(new EagerContext(1), trace => [initializer.Call([3], trace)]);
        function.Call();
        function.Traced()![0].Draw!.Value.Multiplier.ShouldBe((double)(Half)1.001);
    }

    [Fact]
    public void FansOfAShardAreItsOwnIn29AndLaterAndTheWholesIn26()
    {
        Shard shard = new([100, 10], [100, 0]);
        double Multiplier(Generation release) =>
            new TfKeras.VarianceScaling(distribution: "untruncated_normal", seed: 1, release: release)
                .Call([1000, 10], new EagerContext(1), "float64", shard)
                .Draw!.Value.Multiplier;
        Multiplier(Generation.TfKeras26).ShouldBe(Math.Sqrt(1.0 / 1000));
        Multiplier(Generation.TfKeras29).ShouldBe(Math.Sqrt(1.0 / 100));
        Multiplier(Generation.TfKeras215).ShouldBe(Math.Sqrt(1.0 / 100));
    }

    [Fact]
    public void OrthogonalAndIdentityOfTfKerasRefuseShards()
    {
        Should
            .Throw<InitializerException>(static () =>
                new TfKeras.Orthogonal(seed: 1).Call([4, 4], partition: new Shard([2, 4]))
            )
            .Message.ShouldBe("Orthogonal initializer doesn't support partition-related arguments.");
        Should
            .Throw<InitializerException>(static () => new TfKeras.Identity().Call([4, 4], partition: new Shard([2, 4])))
            .Message.ShouldBe("Identity initializer doesn't support partition-related arguments.");
    }

    [Fact]
    public void R12DrawsInItsOwnGraphsOnly()
    {
        Should.Throw<InitializerException>(static () => Contrib.HeNormal(1).Call([2, 2], new Graph(1)));
        Should.Throw<InitializerException>(static () => Contrib.HeNormal(1).Call([2, 2], new EagerContext(1)));
        Should.Throw<InitializerException>(static () => Contrib.HeNormal(1).Call([2, 2]));
    }
}
