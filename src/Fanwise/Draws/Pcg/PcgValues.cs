using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws.Pcg;

/// <summary>Doubles of NumPy's as elements of another type.</summary>
internal static class PcgElements
{
    /// <summary>Writes doubles as <c>astype</c> does: rounded once, cut to integers, or whether they are not
    /// 0.</summary>
    public static void Store(ReadOnlySpan<double> values, ElementType type, Span<byte> destination)
    {
        int size = type.Size();
        if (type == ElementType.Float64)
            MemoryMarshal.AsBytes(values).CopyTo(destination);
        else if (type == ElementType.Float32)
            TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, float>(destination));
        else
            for (int i = 0; i < values.Length; i++)
                Elements.Store(
                    type == ElementType.Bool ? values[i] : Elements.Round(values[i], type, ParameterRounding.Graph),
                    type,
                    destination[(i * size)..]
                );
    }
}

/// <summary><c>Generator.uniform(low, high)</c>: <c>destination[i] = low + (high - low) * u</c> in double, as elements
/// of any type.</summary>
internal sealed record PcgUniforms(Shape Shape, ElementType ElementType, double Low, double Range, Pcg64 Start)
    : Values(Shape, ElementType)
{
    internal override DeclaredDistribution? Declared =>
        Range == 0 ? new PointDistribution(Low) : new UniformDistribution(Low, Low + Range);

    internal override Values? Reseeded(long seed) => this with { Start = Pcg64.Of([(uint)seed, 0]) };

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("pcg64-uniform");
        writer.Write(Low);
        writer.Write(Range);
        writer.Write(Start.State);
        writer.Write(Start.Increment);
        writer.Write(Start.HasHalf);
        writer.Write((long)Start.Half);
    }

    [SkipLocalsInit]
    protected override unsafe void FillSlice(long start, Span<byte> destination)
    {
        ulong* memory = stackalloc ulong[PcgTile.Words + Scratch.Slack],
            tile = Scratch.Align(memory);
        int size = ElementType.Size();
        Pcg64 generator = Start.Skip((UInt128)start);
        while (destination.Length > 0)
        {
            int count = Math.Min(destination.Length / size, PcgTile.Words);
            generator.Fill(tile, count);
            Dispatch.Run(new PcgTile(tile, count, Low, Range), Dispatch.Best);
            PcgElements.Store(new ReadOnlySpan<double>(tile, count), ElementType, destination[..(count * size)]);
            destination = destination[(count * size)..];
        }
    }
}

/// <summary><c>Generator.random(dtype=float32)</c>: half a word each.</summary>
internal sealed record PcgSingles(Shape Shape, Pcg64 Start) : Values(Shape, ElementType.Float32)
{
    internal override DeclaredDistribution? Declared => new UniformDistribution(0, 1);

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("pcg64-single-uniform");
        writer.Write(Start.State);
        writer.Write(Start.Increment);
        writer.Write(Start.HasHalf);
        writer.Write((long)Start.Half);
    }

    [SkipLocalsInit]
    protected override unsafe void FillSlice(long start, Span<byte> destination)
    {
        ulong* memory = stackalloc ulong[PcgTile.Words + Scratch.Slack],
            tile = Scratch.Align(memory);
        Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
        Pcg64 generator = Start.SkipHalves(start);
        if (generator.HasHalf)
        {
            values[0] = (int)(generator.Half >> 8) * PcgTile.LastBit;
            values = values[1..];
        }

        while (values.Length > 0)
        {
            int count = Math.Min(values.Length, 2 * PcgTile.Words);
            generator.Fill(tile, (count + 1) / 2);
            Dispatch.Run(new PcgSingleTile(tile, count), Dispatch.Best);
            new ReadOnlySpan<float>(tile, count).CopyTo(values);
            values = values[count..];
        }
    }
}

/// <summary><c>Generator.normal(mean, deviation)</c>: <c>destination[i] = mean + deviation * z</c> in double, as
/// elements of any type; those outside of <see cref="Bounds"/> left out.</summary>
internal sealed record PcgNormals(
    Shape Shape,
    ElementType ElementType,
    double Mean,
    double Deviation,
    (double Lowest, double Highest)? Bounds,
    Pcg64 Generator
) : SequentialValues<Pcg64>(Shape, ElementType, Generator)
{
    internal override DeclaredDistribution? Declared =>
        Bounds is { } bounds && Deviation > 0
            ? BoundedNormalDistribution.Of(Mean, Deviation, bounds.Lowest, bounds.Highest)
            : NormalDistribution.Of(Mean, Deviation);

    internal override Values? Reseeded(long seed) =>
        new PcgNormals(Shape, ElementType, Mean, Deviation, Bounds, Pcg64.Of([(uint)seed, 0]));

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("pcg64-normal");
        writer.Write(Mean);
        writer.Write(Deviation);
        writer.Write(Bounds?.Lowest ?? double.NegativeInfinity);
        writer.Write(Bounds?.Highest ?? double.PositiveInfinity);
        writer.Write(Generator.State);
        writer.Write(Generator.Increment);
        writer.Write(Generator.HasHalf);
        writer.Write((long)Generator.Half);
    }

    [SkipLocalsInit]
    protected override unsafe Pcg64 Make(Pcg64 state, Span<byte> destination)
    {
        ulong* room = stackalloc ulong[PcgReader.Room];
        double* tile = stackalloc double[PcgTile.Words];
        int size = ElementType.Size();
        PcgReader words = new(state, room, destination.Length / size);
        while (destination.Length > 0)
        {
            int count = Math.Min(destination.Length / size, PcgTile.Words);
            for (int made = 0; made < count; )
                made += MakeWithin(ref words, tile + made, count - made);
            PcgElements.Store(new ReadOnlySpan<double>(tile, count), ElementType, destination[..(count * size)]);
            destination = destination[(count * size)..];
        }

        return words.After;
    }

    /// <summary>Draws so many normals and keeps those within the bounds.</summary>
    /// <returns>How many.</returns>
    [MethodImpl(Compilation.AtOnce)]
    private unsafe int MakeWithin(ref PcgReader words, double* values, int count)
    {
        (double mean, double deviation) = (Mean, Deviation);
        Ziggurat.Normals(ref words, values, count);
        for (int i = 0; i < count; i++)
            values[i] = mean + deviation * values[i];
        if (Bounds is null)
            return count;
        (double lowest, double highest) = Bounds.Value;
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            double value = values[i];
            values[kept] = value;
            kept += value >= lowest & value <= highest ? 1 : 0;
        }

        return kept;
    }
}

/// <summary><c>Generator.standard_normal(dtype=float32)</c>.</summary>
internal sealed record PcgSingleNormals(Shape Shape, Pcg64 Generator)
    : SequentialValues<Pcg64>(Shape, ElementType.Float32, Generator)
{
    internal override DeclaredDistribution? Declared => new NormalDistribution(0, 1);

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("pcg64-single-normal");
        writer.Write(Generator.State);
        writer.Write(Generator.Increment);
        writer.Write(Generator.HasHalf);
        writer.Write((long)Generator.Half);
    }

    [SkipLocalsInit]
    protected override unsafe Pcg64 Make(Pcg64 state, Span<byte> destination)
    {
        ulong* room = stackalloc ulong[PcgReader.Room];
        Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
        PcgReader words = PcgReader.OfHalves(state, room, values.Length);
        fixed (float* first = values)
            Ziggurat.Normals(ref words, first, values.Length);
        return words.AfterHalves;
    }
}
