using Fanwise.Draws;
using Fanwise.Draws.Twister;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Tests.Draws;

/// <summary>PyTorch's draws at every width against the scalar lanes, and their parts against the whole.</summary>
[Trait("Category", "Sampling")]
public class TorchValuesTests
{
    private static readonly ElementType[] Floating =
    [
        ElementType.Float32,
        ElementType.Float64,
        ElementType.Float16,
        ElementType.BFloat16,
    ];

    public static TheoryData<string> Widths => new(Dispatch.Supported.Select(static width => width.ToString()));

    [Theory]
    [MemberData(nameof(Widths))]
    public void EveryWidthGivesTheBitsOfTheScalarLanes(string width)
    {
        Mt19937Stream stream = new(11);
        foreach (int elements in (int[])[1, 15, 16, 17, 31, 32, 33, 2047, 2048, 2049, 5000, 70_000])
        foreach (int skip in (int[])[0, 1, 7, 15])
        {
            SameAsScalar(new SingleUniforms(new(ElementType.Float32, 1), 0.3f, -0.1f));
            SameAsScalar(new SingleUniforms(new(ElementType.BFloat16, 1), 0.3f, -0.1f));
            SameAsScalar(new SingleUniforms(new(ElementType.Float16, 1), 0.3f, -0.1f));
            SameAsScalar(new SingleUniforms(new(ElementType.Float16, 1e6), 2e5f, -1e5f));
            SameAsScalar(new SingleBlocks(new(ElementType.Float32, 1), 0.02f, 0.5f));
            SameAsScalar(new SingleBlocks(new(ElementType.BFloat16, 1), 0.02f, 0.5f));
            SameAsScalar(new SingleBlocks(new(ElementType.Float16, 1), 0.02f, 0.5f));
            SameAsScalar(new DoubleUniforms(0.3, -0.1));
            SameAsScalar(new DoubleBlocks(0.02, 0.5));

            void SameAsScalar<TSink>(TSink sink)
                where TSink : struct, ITwisterSink
            {
                byte[] expected = new byte[elements * sink.ElementSize],
                    actual = new byte[elements * sink.ElementSize];
                TwisterRun.Fill(stream, 5, skip, expected, sink, VectorWidth.Scalar);
                TwisterRun.Fill(stream, 5, skip, actual, sink, Enum.Parse<VectorWidth>(width));
                actual.AsSpan().SequenceEqual(expected).ShouldBeTrue($"{typeof(TSink).Name}, {elements}, {skip}");
            }
        }
    }

    /// <summary>Sizes without an end that is drawn again, with one, and below a block; first after a cached
    /// normal.</summary>
    private static IEnumerable<Values> All()
    {
        foreach (ElementType type in Floating)
        foreach (long elements in (long[])[1, 2, 7, 15, 16, 17, 24, 31, 33, 4096, 300_005])
        {
            TorchGenerator generator = new(42);
            yield return Torch.Normal(generator, [3], type, 0, 1);
            yield return Torch.Uniform(generator, [elements], type, -0.2, 0.7);
            yield return Torch.Normal(generator, [elements], type, 0.1, 0.02);
            yield return generator.State.Singles([elements], type, 0.1, 0.02);
        }
    }

    [Fact]
    public void AnySliceHasTheBytesOfTheWhole()
    {
        Random random = new(3);
        foreach (Values values in All())
        {
            byte[] whole = values.ToTensor().Bytes.ToArray();
            int size = values.ElementType.Size(),
                elements = whole.Length / size;
            for (int trial = 0; trial < 40; trial++)
            {
                int start = trial < 20 ? Math.Max(0, elements - trial) : random.Next(elements + 1),
                    length = random.Next(elements - start + 1);
                byte[] slice = new byte[length * size];
                values.Fill(start, slice);
                whole
                    .AsSpan(start * size, slice.Length)
                    .SequenceEqual(slice)
                    .ShouldBeTrue($"{values}, {start}+{length}");
            }
        }
    }

    [Fact]
    public void AnyNumberOfThreadsGivesTheSameBytes()
    {
        foreach (Values values in All().Where(static values => values.Shape.Elements > 100_000))
        {
            byte[] expected = new byte[values.Bytes];
            values.Fill(0, expected, new() { MaxDegreeOfParallelism = 1 });
            foreach (int threads in (int[])[2, 3, 7])
            {
                byte[] actual = new byte[values.Bytes];
                values.Fill(0, actual, new() { MaxDegreeOfParallelism = threads });
                actual.AsSpan().SequenceEqual(expected).ShouldBeTrue($"{values}, {threads} threads");
            }
        }
    }

    [Fact]
    public void TheStateAfterADrawIsWhereTheNextBegins()
    {
        TorchGenerator one = new(1),
            other = new(1);
        _ = Torch.Normal(one, [7], ElementType.Float32, 0, 1);
        one.State.Cached.ShouldBe((UInt128)12);
        _ = Torch.Uniform(one, [100], ElementType.Float64, 0, 1);
        one.State.Word.ShouldBe((UInt128)(16 + 200));
        one.State.Cached.ShouldBe((UInt128)12);
        _ = Torch.Normal(one, [17], ElementType.BFloat16, 0, 1);
        one.State.Word.ShouldBe((UInt128)(216 + 32));
        _ = Torch.Normal(one, [17], ElementType.Float32, 0, 1);
        one.State.Word.ShouldBe((UInt128)(248 + 33));
        other.State.Word.ShouldBe(UInt128.Zero);
        one.Clone().State.ShouldBe(one.State);
    }

    [Fact]
    public void WhatPyTorchRefusesIsRefused()
    {
        TorchGenerator generator = new(0);
        Should.Throw<InitializerException>(() => Torch.Uniform(generator, [3], ElementType.Int32, 0, 1));
        Should.Throw<InitializerException>(() => Torch.Uniform(generator, [3], ElementType.Float32, 1, 0));
        Should.Throw<InitializerException>(() => Torch.Normal(generator, [3], ElementType.Float32, 0, -1));
        Should.Throw<InitializerException>(() => Torch.XavierUniform(generator, [3]));
        Should.Throw<InitializerException>(() => Torch.Gain("reluu")).Message.ShouldContain("did you mean 'relu'");
        generator.WordsDrawn.ShouldBe(UInt128.Zero);
    }
}
