using System.Numerics.Tensors;
using Fanwise.Streams;

namespace Fanwise.Tests;

public class InitializerTests
{
    [Fact]
    public void EqualInitializersAreEqual()
    {
        Initializers.HeNormal(42).ShouldBe(new VarianceScaling { Scale = 2, Seed = 42 });
        Initializers.HeNormal(42).ShouldNotBe(Initializers.HeNormal(43));
        (Initializers.HeNormal(1) with { Axes = new([0], [1, 2]) }).ShouldBe(
            Initializers.HeNormal(1) with
            {
                Axes = new([0], [1, 2]),
            }
        );
    }

    [Fact]
    public void ACreatedTensorHasTheFilledValuesAndTheShape()
    {
        Tensor<float> tensor = Initializers.HeNormal(seed: 42).Create<float>([3, 3, 4, 8]);
        float[] filled = new float[288];
        Initializers.HeNormal(42).Fill<float>([3, 3, 4, 8], filled);
        tensor.Lengths.ToArray().ShouldBe([3, 3, 4, 8]);
        tensor.ToArray().ShouldBe(filled);
    }

    [Fact]
    public void AScalarComesAsOneElement()
    {
        Tensor<float> scalar = Initializers.HeNormal(seed: 42).Create<float>([]);
        scalar.Lengths.ToArray().ShouldBe([1]);
    }

    [Fact]
    public void AnEmptyTensorIsNoError() =>
        Initializers.GlorotUniform(1).Create<float>([0, 2]).FlattenedLength.ShouldBe(0);

    [Fact]
    public void SlicesJoinToTheWhole()
    {
        float[] whole = new float[1000],
            parts = new float[1000];
        VarianceScaling initializer = Initializers.GlorotNormal(3);
        initializer.Fill<float>([10, 100], whole);
        for (int start = 0; start < 1000; )
        {
            int length = Math.Min(1 + start % 37, 1000 - start);
            initializer.Fill([10, 100], start, parts.AsSpan(start, length));
            start += length;
        }

        parts.ShouldBe(whole);
    }

    [Fact]
    public void AnElementTypeKnownAtRunTimeGivesTheSameBytes()
    {
        TypedTensor typed = Initializers.GlorotUniform(5).Create([4, 6], ElementType.Float16);
        typed.As<Half>().ToArray().ShouldBe(Initializers.GlorotUniform(5).Create<Half>([4, 6]).ToArray());
        Should
            .Throw<InitializerException>(() => typed.As<float>().Length)
            .Message.ShouldBe("The tensor's elements are float16; received float32.");
    }

    [Fact]
    public void ARandomInitializerWithoutASeedSaysThatItNeedsOne() =>
        Should
            .Throw<InitializerException>(() => new VarianceScaling().Create<float>([2, 2]))
            .Message.ShouldBe(
                "A random initializer needs a seed, or a source of seeds such as PythonRandom; VarianceScaling "
                    + "has none."
            );

    [Fact]
    public void AStreamTakesThePlaceOfASeed()
    {
        PhiloxStream stream = KerasSeeds.Stream(42);
        new RandomNormal()
            .ValuesFor([5], ElementType.Float32, stream)
            .ToTensor<float>()
            .ToArray()
            .ShouldBe(Initializers.RandomNormal(42).Create<float>([5]).ToArray());
    }

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.PositiveInfinity, "inf")]
    public void AScaleThatIsNotPositiveAndFiniteIsRefused(double scale, string received) =>
        Should
            .Throw<InitializerException>(() => new VarianceScaling { Scale = scale })
            .Message.ShouldBe($"`scale` must be positive and finite; received {received}.");

    [Fact]
    public void WhatCannotBeMadeIsRefusedBeforeMemoryIsTouched()
    {
        Should
            .Throw<InitializerException>(() => Initializers.Orthogonal(1).Create<float>([5]))
            .Message.ShouldBe("An orthogonal initializer needs a shape of rank 2 or more; received (5,).");
        Should
            .Throw<InitializerException>(() => Initializers.Orthogonal(1).Create<BFloat16>([5, 5]))
            .Message.ShouldBe("An orthogonal initializer draws float32, float64 or float16; received bfloat16.");
        Should
            .Throw<InitializerException>(() => Initializers.Identity.Create<float>([5]))
            .Message.ShouldBe("An identity initializer needs a shape of rank 2; received (5,).");
        Should
            .Throw<InitializerException>(() => Initializers.HeNormal(1).Create<int>([5]))
            .Message.ShouldBe("Random values are drawn in float32, float64, float16 or bfloat16; received int32.");
        Should
            .Throw<InitializerException>(() => Initializers.Zeros.Create<float>([1L << 40]))
            .Message.ShouldBe(
                "A tensor in memory must have fewer than 2^31 elements; the shape (1099511627776,) is filled by region."
            );
        Should
            .Throw<InitializerException>(() => Initializers.Zeros.Fill<float>([4], new float[5]))
            .Message.ShouldBe("The destination must have the 4 elements of the shape (4,); received 5.");
        Should
            .Throw<InitializerException>(() => Initializers.Zeros.Fill([4], 2, new float[3].AsSpan()))
            .Message.ShouldBe("A slice must lie within the 4 elements of the shape (4,); received start 2, length 3.");
        Should
            .Throw<InitializerException>(() => Initializers.Zeros.Fill([4], 0, new char[3].AsSpan()))
            .Message.ShouldBe(
                "A tensor's elements are float, double, Half, BFloat16, sbyte, int, long or bool; received Char."
            );
    }

    [Fact]
    public void ConstantsHoldInEveryElementType()
    {
        Initializers.Ones.Create<float>([3]).ToArray().ShouldBe([1f, 1, 1]);
        Initializers.Ones.Create<double>([2]).ToArray().ShouldBe([1d, 1]);
        Initializers.Ones.Create<Half>([2]).ToArray().ShouldBe([Half.One, Half.One]);
        Initializers.Ones.Create<BFloat16>([2]).ToArray().ShouldBe([(BFloat16)1f, (BFloat16)1f]);
        Initializers.Ones.Create<sbyte>([2]).ToArray().ShouldBe(new sbyte[] { 1, 1 });
        Initializers.Ones.Create<int>([2]).ToArray().ShouldBe([1, 1]);
        Initializers.Ones.Create<long>([2]).ToArray().ShouldBe([1L, 1]);
        Initializers.Ones.Create<bool>([2]).ToArray().ShouldBe([true, true]);
        Initializers.Constant(0.1).Create<double>([1]).ToArray().ShouldBe([(double)0.1f]);
        new Constant(16777217).Create<double>([1]).ToArray().ShouldBe([16777217d]);
    }

    [Fact]
    public void AnIdentityNeedNotBeSquareAndIsCutAnywhere()
    {
        Identity identity = new(-2);
        float[] whole = identity.Create<float>([3, 5]).ToArray();
        for (int i = 0; i < 15; i++)
        {
            float expected = i / 5 == i % 5 ? -2 : -0f; // -2 * 0 is -0, as in the reference
            BitConverter.SingleToUInt32Bits(whole[i]).ShouldBe(BitConverter.SingleToUInt32Bits(expected));
            for (int length = 0; length <= 15 - i; length++)
            {
                float[] slice = new float[length];
                identity.Fill([3, 5], i, slice.AsSpan());
                slice.ShouldBe(whole[i..(i + length)]);
            }
        }
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(50, 40)]
    [InlineData(40, 50)]
    [InlineData(1, 7)]
    public void AnOrthogonalMatrixHasOrthonormalColumnsOrRows(int rows, int columns)
    {
        double[] q = Initializers.Orthogonal(gain: 3, seed: 42).Create<double>([rows, columns]).ToArray();
        int vectors = Math.Min(rows, columns);
        for (int a = 0; a < vectors; a++)
        for (int b = 0; b < vectors; b++)
        {
            double dot = 0;
            for (int i = 0; i < Math.Max(rows, columns); i++)
                dot +=
                    rows >= columns ? q[i * columns + a] * q[i * columns + b] : q[a * columns + i] * q[b * columns + i];
            dot.ShouldBe(a == b ? 9 : 0, 1e-12);
        }
    }
}
