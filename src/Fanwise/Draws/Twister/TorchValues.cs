using System.Runtime.InteropServices;
using Fanwise.Functions;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws.Twister;

/// <summary>PyTorch's uniforms: <c>destination[i] = fma(u, to - from, from)</c>, rounded; one that became
/// <c>to</c> is <c>from</c>.</summary>
internal sealed record TorchUniformValues(
    Shape Shape,
    ElementType ElementType,
    double From,
    double To,
    Mt19937Stream Stream,
    UInt128 Position
) : Values(Shape, ElementType)
{
    internal override DeclaredDistribution? Declared => new UniformDistribution(From, To);

    internal override Values? Reseeded(long seed) => this with { Stream = new((uint)seed) };

    internal override int LeastTaken => Mt19937Stream.BytesOfAJump;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-uniform");
        writer.Write(From);
        writer.Write(To);
        writer.Write((long)Stream.Seed);
        writer.Write(Position);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        if (ElementType == ElementType.Float64)
        {
            UInt128 first = Position + 2 * (UInt128)start;
            TwisterRun.Fill(Stream, first, 0, destination, new DoubleUniforms(To - From, From), Dispatch.Best);
            if (Math.FusedMultiplyAdd(1 - Math.Pow(2, -53), To - From, From) >= To)
                foreach (ref double value in MemoryMarshal.Cast<byte, double>(destination))
                    if (value == To)
                        value = From;
            return;
        }

        (float from, float to) = ((float)From, (float)To);
        float highest = MathF.FusedMultiplyAdd(1 - 1 / 16777216f, to - from, from);
        TorchRounding rounding = new(ElementType, Math.Max(Math.Abs(from), Math.Abs(highest)));
        SingleUniforms uniforms = new(rounding, to - from, from);
        TwisterRun.Fill(Stream, Position + (UInt128)start, 0, destination, uniforms, Dispatch.Best);
        if (TorchRounding.Round(highest, ElementType) < TorchRounding.Round(to, ElementType))
            return;
        switch (ElementType)
        {
            case ElementType.Float32:
                foreach (ref float value in MemoryMarshal.Cast<byte, float>(destination))
                    if (value == to)
                        value = from;
                break;
            case ElementType.Float16:
                Half low = (Half)from,
                    high = (Half)to;
                foreach (ref Half value in MemoryMarshal.Cast<byte, Half>(destination))
                    if (value == high)
                        value = low;
                break;
            default:
                BFloat16 lowest = (BFloat16)from,
                    upper = (BFloat16)to;
                foreach (ref BFloat16 value in MemoryMarshal.Cast<byte, BFloat16>(destination))
                    if ((float)value == (float)upper)
                        value = lowest;
                break;
        }
    }
}

/// <summary>PyTorch's normals of a contiguous tensor of 16 elements or more: blocks of 16 words, and where elements are
/// left over, the last 16 elements once more from 16 words of their own.</summary>
internal sealed record TorchBlockNormals(
    Shape Shape,
    ElementType ElementType,
    double Mean,
    double Deviation,
    Mt19937Stream Stream,
    UInt128 Position
) : Values(Shape, ElementType)
{
    internal override DeclaredDistribution? Declared => NormalDistribution.Of(Mean, Deviation);

    internal override Values? Reseeded(long seed) => this with { Stream = new((uint)seed) };

    /// <summary>No standard normal of 24 bits is farther from 0: sqrt(-2 ln 2^-24) is 5.77.</summary>
    internal const double Farthest = 5.8;

    internal override int LeastTaken => Mt19937Stream.BytesOfAJump;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-block-normal");
        writer.Write(Mean);
        writer.Write(Deviation);
        writer.Write((long)Stream.Seed);
        writer.Write(Position);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        long elements = Shape.Elements,
            end = start + destination.Length / size,
            again = elements % TorchState.Block == 0 ? elements : elements - TorchState.Block;
        if (start < again)
        {
            int skip = (int)(start % TorchState.Block),
                length = (int)(Math.Min(end, again) - start) * size;
            FillBlocks((UInt128)(start - skip), skip, destination[..length]);
            destination = destination[length..];
            start = again;
        }

        if (end > again)
            FillBlocks(TorchState.BlockTail(elements, ElementType), (int)(start - again), destination);
    }

    private void FillBlocks(UInt128 first, int skip, Span<byte> destination)
    {
        if (ElementType == ElementType.Float64)
        {
            DoubleBlocks doubles = new(Deviation, Mean);
            TwisterRun.Fill(Stream, Position + 2 * first, skip, destination, doubles, Dispatch.Best);
            return;
        }

        TorchRounding rounding = new(ElementType, Math.Abs(Mean) + Farthest * Math.Abs(Deviation));
        SingleBlocks singles = new(rounding, (float)Deviation, (float)Mean);
        TwisterRun.Fill(Stream, Position + first, skip, destination, singles, Dispatch.Best);
    }
}

/// <summary>PyTorch's normals one by one, in double and then rounded: pairs r cos t and r sin t of u1 and u2, t = 2 pi
/// u1, r = sqrt(-2 log1p(-u2)); the second waits in the generator for whoever comes next.</summary>
internal sealed record TorchSingleNormals(
    Shape Shape,
    ElementType ElementType,
    double Mean,
    double Deviation,
    TorchState State
) : Values(Shape, ElementType)
{
    internal override DeclaredDistribution? Declared => NormalDistribution.Of(Mean, Deviation);

    internal override Values? Reseeded(long seed) => this with { State = State with { Stream = new((uint)seed) } };

    private const int PairsAtOnce = 128;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-single-normal");
        writer.Write(Mean);
        writer.Write(Deviation);
        writer.Write((long)State.Stream.Seed);
        writer.Write(State.Word);
        writer.Write(State.Cached is not null);
        writer.Write(State.Cached ?? 0);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        Span<double> doubles = stackalloc double[2 * PairsAtOnce];
        if (State.Cached is { } cached)
        {
            if (start == 0)
            {
                Read(cached, doubles[..2]);
                Store(Pair(doubles).Second, destination);
                destination = destination[size..];
                start = 1;
            }

            start--;
        }

        while (destination.Length > 0)
        {
            int half = (int)(start & 1),
                count = Math.Min(destination.Length / size, 2 * PairsAtOnce - half),
                pairs = (half + count + 1) / 2;
            Read(State.Word + (UInt128)(start >> 1) * TorchState.PairWords, doubles[..(2 * pairs)]);
            for (int i = half; i < half + count; i++)
            {
                (double first, double second) = Pair(doubles[(i & ~1)..]);
                Store((i & 1) == 0 ? first : second, destination[((i - half) * size)..]);
            }

            destination = destination[(count * size)..];
            start += count;
        }
    }

    /// <summary>Uniforms of 53 bits.</summary>
    private void Read(UInt128 position, Span<double> doubles) =>
        TwisterRun.Fill(
            State.Stream,
            position,
            0,
            MemoryMarshal.AsBytes(doubles),
            new DoubleUniforms(1, 0),
            Dispatch.Best
        );

    private static (double First, double Second) Pair(ReadOnlySpan<double> uniforms)
    {
        double radius = Math.Sqrt(-2 * LogOnePlus.Of(-uniforms[1]));
        DoubleFunctions<ScalarLanes, ulong, double>.SinCos(
            2 * Math.PI * uniforms[0],
            out double sine,
            out double cosine
        );
        return (radius * cosine, radius * sine);
    }

    private void Store(double normal, Span<byte> destination) =>
        Elements.Store(
            TorchRounding.Round(Math.FusedMultiplyAdd(normal, Deviation, Mean), ElementType),
            ElementType,
            destination
        );
}
