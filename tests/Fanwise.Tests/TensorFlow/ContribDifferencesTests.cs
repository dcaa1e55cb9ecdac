using System.Numerics.Tensors;
using Fanwise.Generations;
using Fanwise.TensorFlow;
using Contrib = Fanwise.TensorFlow.ContribKeras;
using Core = Fanwise.TensorFlow.CompatV1Core;
using V1 = Fanwise.TensorFlow.CompatV1;

namespace Fanwise.Tests.TensorFlow;

/// <summary>What tf.contrib.keras.initializers of TensorFlow 1.2 does otherwise than all that came after it, each
/// difference under its own name.</summary>
public class ContribDifferencesTests
{
    private static Graph R12 => new(1234, GraphRelease.TensorFlow12);

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
    public void R12DrawsInItsOwnGraphsOnly()
    {
        Should.Throw<InitializerException>(static () => Contrib.HeNormal(1).Call([2, 2], new Graph(1)));
        Should.Throw<InitializerException>(static () => Contrib.HeNormal(1).Call([2, 2], new EagerContext(1)));
        Should.Throw<InitializerException>(static () => Contrib.HeNormal(1).Call([2, 2]));
    }
}
