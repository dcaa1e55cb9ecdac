using Fanwise.Draws;
using Fanwise.Draws.Xla;

namespace Fanwise.Models.Seeds;

/// <summary>Values under a generator that is seeded with one integer: PyTorch's Mersenne Twister, JAX's threefry and
/// NumPy's PCG64.</summary>
/// <remarks>Of the first two all seeds can be searched. NumPy mixes a seed with many operations before it draws, so
/// that its seeds are tried one by one, where few come into question.</remarks>
internal sealed class ReseededTarget : SeedTarget
{
    /// <summary>What a value of NumPy's tells of the seed, at least, in bits.</summary>
    private const double LeastBits = 6;

    private readonly Values _planned;

    /// <summary>A target.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="planned">What it is under some seed; <see cref="Values.Reseeded"/> gives the others.</param>
    public ReseededTarget(Values tensor, Values planned)
        : base(tensor)
    {
        _planned = planned;
        Inversion inversion = planned is XlaValues { Stream.Original: false } xla
            ? ThreefryInverse.Of(xla, tensor)
            : TwisterInverse.Of(planned, tensor) ?? new(null, LeastInformation(planned), [], 0);
        (OutOfReach, Information) = (inversion.OutOfReach, inversion.Information);
        (Probes, ChanceOfMiss) = (inversion.Probes, inversion.ChanceOfMiss);
    }

    private static double LeastInformation(Values planned) =>
        planned.Declared is { Variance: > 0 } ? LeastBits * Math.Min(64, planned.Shape.Elements) : 0;

    protected override Values Drawn(long seed) => _planned.Reseeded(seed)!;
}

/// <summary>What the first elements of a tensor tell of the words that they were made of.</summary>
/// <param name="OutOfReach">The first element that no words make; null where there is none.</param>
/// <param name="Information">A stream at random gives these elements with a chance of 2^-Information.</param>
/// <param name="Probes">What to search for.</param>
/// <param name="ChanceOfMiss">The chance that all of them miss the seed.</param>
internal sealed record Inversion(
    int? OutOfReach,
    double Information,
    IReadOnlyList<SeedProbe> Probes,
    double ChanceOfMiss
);

/// <summary>Numbers of which one is meant.</summary>
internal readonly record struct Interval(double Low, double High)
{
    /// <summary>The numbers that an element may have been rounded from, with room to spare.</summary>
    public static Interval Around(double value, ElementType type) =>
        new Interval(value, value).Widened(Grain(value, type));

    /// <summary>The distance between neighbours of a number in an element type.</summary>
    public static double Grain(double value, ElementType type)
    {
        (int digits, int least) = type switch
        {
            ElementType.Float64 => (52, -1074),
            ElementType.Float32 => (23, -149),
            ElementType.Float16 => (10, -24),
            _ => (7, -133),
        };
        return value == 0 ? Math.ScaleB(1, least) : Math.ScaleB(1, Math.Max(least, Math.ILogB(value) - digits));
    }

    public Interval Widened(double by) => new(Low - by, High + by);

    /// <summary>The numbers x of which x * factor + addend is in this interval; factor is not 0.</summary>
    public Interval Unscaled(double factor, double addend)
    {
        double low = (Low - addend) / factor,
            high = (High - addend) / factor;
        return factor > 0 ? new(low, high) : new(high, low);
    }

    /// <summary>The integers k of which k / 2^bits is in this interval, with some to spare; null where none from 0 to
    /// 2^bits - 1 is.</summary>
    public (ulong Low, ulong High)? Fractions(int bits, int spare)
    {
        double scale = Math.ScaleB(1, bits),
            low = Math.Floor(Low * scale) - spare,
            high = Math.Ceiling(High * scale) + spare;
        return high < 0 || low > scale - 1 || !(low <= high)
            ? null
            : ((ulong)Math.Max(0, low), (ulong)Math.Min(scale - 1, high));
    }
}
