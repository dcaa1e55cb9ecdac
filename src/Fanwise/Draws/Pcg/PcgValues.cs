using System.Runtime.InteropServices;
using Fanwise.Streams;

namespace Fanwise.Draws.Pcg;

/// <summary>Doubles of NumPy's as elements of another type.</summary>
internal static class PcgElements
{
    /// <summary>Writes a double as <c>astype</c> does: rounded once, cut to an integer, or whether it is not 0.</summary>
    public static void Store(double value, ElementType type, Span<byte> destination) =>
        Elements.Store(
            type == ElementType.Bool ? value : Elements.Round(value, type, ParameterRounding.Graph),
            type,
            destination
        );
}

/// <summary><c>Generator.uniform(low, high)</c>: <c>destination[i] = low + (high - low) * u</c> in double, as elements
/// of any type.</summary>
internal sealed record PcgUniforms(Shape Shape, ElementType ElementType, double Low, double Range, Pcg64 Start)
    : Values(Shape, ElementType)
{
    internal override DeclaredDistribution? Declared =>
        Range == 0 ? new PointDistribution(Low) : new UniformDistribution(Low, Low + Range);

    internal override Values? Reseeded(long seed) => this with { Start = Pcg64.Of([(uint)seed, 0]) };

    /// <summary>So many congruences go on side by side, since each waits for its own product.</summary>
    private const int Chains = 4;

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

    protected override unsafe void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        const int Tile = 512;
        double* tile = stackalloc double[Tile];
        Pcg64 generator = Start.Skip((UInt128)start);
        while (destination.Length > 0)
        {
            int count = Math.Min(destination.Length / size, Tile);
            generator = Make(generator, tile, count);
            if (ElementType == ElementType.Float64)
                new ReadOnlySpan<double>(tile, count).CopyTo(MemoryMarshal.Cast<byte, double>(destination));
            else if (ElementType == ElementType.Float32)
                for (int i = 0; i < count; i++)
                    MemoryMarshal.Cast<byte, float>(destination)[i] = (float)tile[i];
            else
                for (int i = 0; i < count; i++)
                    PcgElements.Store(tile[i], ElementType, destination[(i * size)..]);
            destination = destination[(count * size)..];
        }
    }

    private unsafe Pcg64 Make(Pcg64 generator, double* tile, int count)
    {
        (double low, double range) = (Low, Range);
        int i = 0;
        if (count >= Chains)
        {
            (UInt128 multiplier, UInt128 addend) = generator.Power(Chains);
            UInt128 a = generator.Skip(1).State,
                b = generator.Skip(2).State,
                c = generator.Skip(3).State,
                d = generator.Skip(4).State;
            for (; ; )
            {
                tile[i] = low + range * Fraction(a);
                tile[i + 1] = low + range * Fraction(b);
                tile[i + 2] = low + range * Fraction(c);
                tile[i + 3] = low + range * Fraction(d);
                i += Chains;
                if (i + Chains > count)
                    break;
                a = unchecked(a * multiplier + addend);
                b = unchecked(b * multiplier + addend);
                c = unchecked(c * multiplier + addend);
                d = unchecked(d * multiplier + addend);
            }

            generator.State = d;
        }

        for (; i < count; i++)
            tile[i] = low + range * Ziggurat.Uniform(ref generator);
        return generator;
    }

    private static double Fraction(UInt128 state) => (Pcg64.Output(state) >> 11) * (1.0 / (1L << 53));
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

    protected override void FillSlice(long start, Span<byte> destination)
    {
        Pcg64 generator = Start.SkipHalves(start);
        foreach (ref float value in MemoryMarshal.Cast<byte, float>(destination))
            value = Ziggurat.SingleUniform(ref generator);
    }
}

/// <summary><c>Generator.normal(mean, deviation)</c>: <c>destination[i] = mean + deviation * z</c> in double, as elements
/// of any type; those outside of <see cref="Bounds"/> left out.</summary>
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

    protected override Pcg64 Make(Pcg64 state, Span<byte> destination)
    {
        (double mean, double deviation) = (Mean, Deviation);
        (double lowest, double highest) = Bounds ?? (double.NegativeInfinity, double.PositiveInfinity);
        int size = ElementType.Size();
        if (ElementType == ElementType.Float64 && Bounds is null)
        {
            foreach (ref double value in MemoryMarshal.Cast<byte, double>(destination))
                value = mean + deviation * Ziggurat.Normal(ref state);
            return state;
        }

        for (; destination.Length > 0; destination = destination[size..])
        {
            double value;
            do value = mean + deviation * Ziggurat.Normal(ref state);
            while (!(value >= lowest && value <= highest));
            if (ElementType == ElementType.Float32)
                MemoryMarshal.Write(destination, (float)value);
            else
                PcgElements.Store(value, ElementType, destination);
        }

        return state;
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

    protected override Pcg64 Make(Pcg64 state, Span<byte> destination)
    {
        foreach (ref float value in MemoryMarshal.Cast<byte, float>(destination))
            value = Ziggurat.SingleNormal(ref state);
        return state;
    }
}
