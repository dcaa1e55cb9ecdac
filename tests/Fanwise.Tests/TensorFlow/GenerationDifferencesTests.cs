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
}
