using Fanwise.Draws;
using Fanwise.Draws.Xla;
using Fanwise.Functions;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Known bits of a few elements under a threefry key.</summary>
internal sealed record ThreefryProbe(KnownElement[] Elements) : SeedProbe
{
    private static readonly object Threefry = new();

    public override object Pass => Threefry;

    public override SeedPass Begin(IReadOnlyList<SeedProbe> together)
    {
        KnownElement[][] targets = [.. together.Select(static probe => ((ThreefryProbe)probe).Elements)];
        return (first, count, hits) => ThreefryScan.Run(first, count, targets, hits, Dispatch.Best);
    }
}

/// <summary>From the first elements of a tensor of JAX's to the bits that made them: every draw is a function of one
/// uniform that goes up with it.</summary>
internal static class ThreefryInverse
{
    /// <summary>The elements that are looked at.</summary>
    private const int MostElements = 64;

    /// <summary>The elements that are searched for; the others tell how sure a seed is.</summary>
    private const int Searched = 6;

    /// <summary>How far the inverse of the error function may be off, relative to the value and to one.</summary>
    private const double Error = 1e-6;

    public static Inversion Of(XlaValues planned, Values tensor)
    {
        XlaDraw draw = planned.Draw;
        (int bits, byte shift) = draw.Type switch
        {
            ElementType.Float32 => (23, (byte)9),
            ElementType.Float16 => (10, (byte)6),
            _ => (7, (byte)1),
        };
        if (draw.Type == ElementType.Float64 || draw.Multiplier == 0 || draw.Range <= 0)
            return new(null, 0, [], 0);
        double[] values = SeedTarget.First(tensor, MostElements);
        List<(double Information, KnownElement Element)> known = [];
        for (int i = 0; i < values.Length; i++)
        {
            Interval drawn = Interval
                .Around(values[i], draw.Type)
                .Widened(Interval.Grain(draw.Addend, draw.Type))
                .Unscaled(draw.Multiplier, draw.Addend);
            if (draw.Kind == DrawKind.TruncatedNormal && (drawn.High >= draw.Greatest || drawn.Low <= draw.Least))
                continue; // what was moved to the bound may come from anywhere beyond
            if (Fraction(draw, drawn).Fractions(bits, 3) is not { } range)
                return new(i, 0, [], 0);
            known.Add(
                (
                    bits - Math.Log2(range.High - range.Low + 1.0),
                    new((uint)i, shift, (1u << bits) - 1, (uint)range.Low, (uint)range.High)
                )
            );
        }

        KnownElement[] best =
        [
            .. known
                .OrderByDescending(static pair => pair.Information)
                .Take(Searched)
                .Select(static pair => pair.Element),
        ];
        return new(
            null,
            known.Sum(static pair => pair.Information),
            best.Length == 0 ? [] : [new ThreefryProbe(best)],
            0
        );
    }

    /// <summary>The fraction of [0, 1) from which a value came.</summary>
    private static Interval Fraction(XlaDraw draw, Interval value)
    {
        if (draw.Kind != DrawKind.Uniform)
        {
            // Each step of a 16-bit type is rounded to it.
            double grain = Interval.Grain(1, draw.Type);
            value = new(
                Math.BitDecrement(Erf(value.Low, -1, grain, draw.Type)),
                Math.BitIncrement(Erf(value.High, 1, grain, draw.Type))
            );
        }

        return value.Widened(Interval.Grain(Math.Max(Math.Abs(draw.Low), 1), draw.Type)).Unscaled(draw.Range, draw.Low);
    }

    /// <summary>The inner uniform of a normal, with room on one side.</summary>
    private static double Erf(double normal, int side, double grain, ElementType type)
    {
        double error = type == ElementType.Float32 ? Error : 2 * grain;
        return ErrorFunction.Double((normal + side * error * (1 + Math.Abs(normal))) / Math.Sqrt(2));
    }
}
