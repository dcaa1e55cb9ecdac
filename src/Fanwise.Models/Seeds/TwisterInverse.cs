using System.Numerics;
using Fanwise.Draws;
using Fanwise.Draws.Twister;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Known bits of MT19937's stream to look for.</summary>
internal sealed record TwisterProbe(TwisterBits Bits) : SeedProbe
{
    private static readonly object Twister = new();

    /// <summary>All share the seeding of the generator.</summary>
    public override object Pass => Twister;

    public override SeedPass Begin(IReadOnlyList<SeedProbe> together)
    {
        TwisterBits[] targets = [.. together.Select(static probe => ((TwisterProbe)probe).Bits)];
        return (first, count, hits) => TwisterScan.Run(first, count, targets, hits, Dispatch.Best);
    }
}

/// <summary>From the first elements of a tensor of PyTorch's to bits of the words that made them.</summary>
/// <remarks>
/// A uniform is a word's low 24 bits, of which the first are known where an element is rounded. Of normals the elements
/// j and j + 8 of a block give back radius and angle, and so two words. A normal that Keras truncates is the first of
/// four that lies within two deviations: the very first in 95 of 100 cases, which is what is looked for.
/// </remarks>
internal static class TwisterInverse
{
    /// <summary>The elements that are looked at.</summary>
    private const int MostElements = 64;

    /// <summary>So many bits let one seed of all pass by accident.</summary>
    private const int EnoughBits = 32;

    /// <summary>How many pairs of a truncated normal's elements are searched for, one after the other.</summary>
    private const int MostProbes = 3;

    /// <summary>The chance that the first of four normals is the one within two deviations.</summary>
    private const double FirstIsWithin = 0.9544997;

    /// <summary>How far the functions behind normals in float32 and in double may be off, relative to the value and to
    /// one.</summary>
    private const double SingleError = 1e-6,
        DoubleError = 1e-14;

    private const int HalfBlock = TorchState.Block / 2;

    /// <summary>Inverts the first elements; null where these values are not PyTorch's, or too few.</summary>
    public static Inversion? Of(Values planned, Values tensor)
    {
        double[] elements = SeedTarget.First(tensor, MostElements);
        Interval?[] known = Array.ConvertAll(
            elements,
            value => double.IsFinite(value) ? Interval.Around(value, tensor.ElementType) : (Interval?)null
        );
        return Of(planned, known);
    }

    private static Inversion? Of(Values planned, Interval?[] known)
    {
        switch (planned)
        {
            case ZeroRowValues rows:
                long width = rows.Shape.Elements / rows.Shape[0];
                for (int i = 0; i < known.Length; i++)
                    if (i / width == rows.Row)
                        known[i] = null;
                return Of(rows.Inner, known);
            case TorchScaledValues { Factor: not 0 } scaled:
                return Of(
                    scaled.Inner,
                    Array.ConvertAll(known, interval => Unscaled(interval, scaled, scaled.ElementType))
                );
            case TorchUniformValues uniform when uniform.From < uniform.To:
                return Uniform(uniform, known);
            case TorchBlockNormals { Deviation: not 0 } normals:
                return Normal(normals, known, apart: 1);
            case TorchFirstWithin { Normals: TorchBlockNormals { Deviation: not 0 } normals }:
                return Normal(normals, known, TorchFirstWithin.Candidates);
            default:
                return null;
        }
    }

    /// <summary>Product and sum are rounded, and the addend of 16-bit types before.</summary>
    private static Interval? Unscaled(Interval? interval, TorchScaledValues scaled, ElementType type) =>
        interval is { } sum
            ? sum.Widened(
                    Interval.Grain(scaled.Addend, type)
                        + Interval.Grain(Math.Max(Math.Abs(sum.Low), Math.Abs(sum.High)), type)
                )
                .Unscaled(scaled.Factor, scaled.Addend)
            : null;

    private static Inversion? Uniform(TorchUniformValues planned, Interval?[] known)
    {
        bool isDouble = planned.ElementType == ElementType.Float64;
        int bits = isDouble ? 53 : 24;
        List<KnownWord> words = [];
        double information = 0;
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i] is not { } interval)
                continue;
            if (interval.Unscaled(planned.To - planned.From, planned.From).Fractions(bits, 2) is not { } range)
                return new(i, 0, [], 0);
            information += bits - Math.Log2(range.High - range.Low + 1.0);
            Add(words, planned.Position, i, range, isDouble);
        }

        return Found(words, information);
    }

    private static Inversion? Normal(TorchBlockNormals planned, Interval?[] known, int apart)
    {
        bool isDouble = planned.ElementType == ElementType.Float64;
        int bits = isDouble ? 53 : 24;
        double error = isDouble ? DoubleError : SingleError,
            information = 0,
            miss = 1,
            hit = 1;
        List<KnownWord> words = [];
        List<SeedProbe> probes = [];
        foreach ((long element, long word) in Blocks(planned))
            for (int j = 0; j < HalfBlock; j += apart)
            {
                if (Standard(element + j) is not { } x || Standard(element + j + HalfBlock) is not { } y)
                    continue;
                (Interval first, Interval? second) = Uniforms(x, y, error);
                if (first.Fractions(bits, 2) is not { } radius)
                    return apart == 1 ? new((int)element + j, 0, [], 0) : null;
                information += bits - Math.Log2(radius.High - radius.Low + 1.0);
                Add(words, planned.Position, word + j, radius, isDouble);
                if (second?.Fractions(bits, 2) is { } angle)
                {
                    information += bits - Math.Log2(angle.High - angle.Low + 1.0);
                    Add(words, planned.Position, word + j + HalfBlock, angle, isDouble);
                }

                if (apart == 1)
                    continue;
                hit *= FirstIsWithin * FirstIsWithin;
                if (
                    words.Sum(static known => BitOperations.PopCount(known.Mask)) < EnoughBits
                    || probes.Count == MostProbes
                )
                    continue;
                probes.Add(new TwisterProbe(TwisterBits.Of(words, EnoughBits)!));
                words.Clear();
                (miss, hit) = (miss * (1 - hit), 1);
            }

        return apart == 1 ? Found(words, information)
            : probes.Count == 0 ? null
            : new(null, information, probes, miss);

        Interval? Standard(long index) =>
            index % apart == 0 && index / apart < known.Length && known[index / apart] is { } interval
                ? interval
                    .Unscaled(planned.Deviation, planned.Mean)
                    .Widened(error * (1 + Math.Max(Math.Abs(interval.Low), Math.Abs(interval.High))))
                : null;
    }

    /// <summary>The blocks of a tensor: their first elements and words, the block at the end among them.</summary>
    private static IEnumerable<(long Element, long Word)> Blocks(TorchBlockNormals planned)
    {
        long elements = planned.Shape.Elements,
            again = elements % TorchState.Block == 0 ? elements : elements - TorchState.Block;
        for (long start = 0; start + TorchState.Block <= again && start < 4 * MostElements; start += TorchState.Block)
            yield return (start, start);
        if (again < elements)
            yield return (again, (long)TorchState.BlockTail(elements, planned.ElementType));
    }

    /// <summary>The uniforms u1 and u2 of which sqrt(-2 ln(1 - u1)) and 2 pi u2 are radius and angle of a point; the
    /// second is null where the angle's circle begins within.</summary>
    private static (Interval First, Interval? Second) Uniforms(Interval x, Interval y, double error)
    {
        double near = Math.Sqrt(Square(Nearest(x)) + Square(Nearest(y))),
            far = Math.Sqrt(Square(Farthest(x)) + Square(Farthest(y)));
        Interval first = new(Share(near * (1 - error)), Share(far * (1 + error)));
        if (y.Low <= 0 && y.High >= 0 && x.High >= 0)
            return (first, null);
        double[] angles = [Angle(x.Low, y.Low), Angle(x.Low, y.High), Angle(x.High, y.Low), Angle(x.High, y.High)];
        return (first, new Interval(angles.Min(), angles.Max()).Widened(error));

        static double Nearest(Interval side) => side.Low > 0 ? side.Low : Math.Min(side.High, 0);
        static double Farthest(Interval side) => Math.Max(Math.Abs(side.Low), Math.Abs(side.High));
        static double Square(double side) => side * side;
        // 1 - exp(-r^2 / 2), without the loss near 0 for what is small.
        static double Share(double radius) => radius < 1e-4 ? radius * radius / 2 : 1 - Math.Exp(-radius * radius / 2);
        static double Angle(double x, double y) => (Math.Atan2(y, x) / (2 * Math.PI) + 1) % 1;
    }

    /// <summary>The first bits that all of a range have in common.</summary>
    private static void Add(
        List<KnownWord> words,
        UInt128 position,
        long element,
        (ulong Low, ulong High) range,
        bool isDouble
    )
    {
        int bits = isDouble ? 53 : 24,
            common = bits - (64 - BitOperations.LeadingZeroCount(range.Low ^ range.High));
        ulong mask = ((1UL << common) - 1) << (bits - common);
        if (!isDouble)
        {
            words.Add(new(position + (UInt128)element, (uint)mask, (uint)(range.Low & mask)));
            return;
        }

        UInt128 first = position + 2 * (UInt128)element;
        words.Add(new(first, (uint)(mask >> 32), (uint)((range.Low & mask) >> 32)));
        words.Add(new(first + 1, (uint)mask, (uint)(range.Low & mask)));
    }

    private static Inversion? Found(List<KnownWord> words, double information) =>
        TwisterBits.Of(words, EnoughBits) is { } bits ? new(null, information, [new TwisterProbe(bits)], 0) : null;
}
