using Fanwise.Draws;

namespace Fanwise.Models.Seeds;

/// <summary>Which standard values a draw's element can come from: its multiplication, addition and roundings, run
/// backwards.</summary>
/// <remarks>
/// An element is a monotone function of its standard value, since every rounding is. So those that give one element are
/// neighbours, and two searches by halves find the first and the last:
/// with the real arithmetic, so exactly.
/// </remarks>
internal static class StandardInverse
{
    /// <summary>No standard normal is larger: sqrt(-2 ln 1e-7) = 5.68.</summary>
    private const double LargestNormal = 6;

    /// <summary>The fraction bits of a uniform of this type.</summary>
    public static int FractionBits(ElementType type) =>
        type switch
        {
            ElementType.Float64 => 52,
            ElementType.Float16 => 10,
            ElementType.BFloat16 => 7,
            _ => 23,
        };

    /// <summary>The fractions from which a uniform draw makes <paramref name="element"/>; null where it never
    /// does.</summary>
    public static FractionRange? Uniform(Draw draw, double element)
    {
        int bits = FractionBits(draw.ElementType);
        double unit = Math.ScaleB(1, -bits);
        return Preimage(0, (1L << bits) - 1, k => Element(draw, k * unit), element) is (long first, long last)
            ? FractionRange.Between(bits, first, last)
            : null;
    }

    /// <summary>The standard normals, rejected ones among them, from which a draw makes <paramref name="element"/>;
    /// null where there are none.</summary>
    public static (double Low, double High)? Normal(Draw draw, double element)
    {
        if (draw.ElementType == ElementType.Float64)
        {
            long end = BitConverter.DoubleToInt64Bits(LargestNormal);
            return Preimage(-end, end, i => Element(draw, Double(i)), element) is (long first, long last)
                ? (Double(first), Double(last))
                : null;
        }
        else
        {
            long end = BitConverter.SingleToInt32Bits((float)LargestNormal);
            return Preimage(-end, end, i => Element(draw, Single(i)), element) is (long first, long last)
                ? (Single(first), Single(last))
                : null;
        }
    }

    /// <summary>The element that a draw makes of a standard value, in single precision but for float64.</summary>
    public static double Element(Draw draw, double standard) =>
        Elements.Add(
            Elements.Multiply(
                Elements.Round(standard, draw.ElementType, ParameterRounding.Eager),
                draw.Multiplier,
                draw.ElementType
            ),
            draw.Addend,
            draw.ElementType
        );

    // Floating numbers by their place in ascending order; 0 is the place of 0.
    private static double Double(long place) =>
        place < 0 ? -BitConverter.Int64BitsToDouble(-place) : BitConverter.Int64BitsToDouble(place);

    private static double Single(long place) =>
        place < 0 ? -BitConverter.Int32BitsToSingle((int)-place) : BitConverter.Int32BitsToSingle((int)place);

    /// <summary>The first and last place at which a monotone function has this value.</summary>
    private static (long First, long Last)? Preimage(long low, long high, Func<long, double> function, double value)
    {
        double sign = function(low) <= function(high) ? 1 : -1;
        long first = FirstWhere(low, high, place => sign * function(place) >= sign * value);
        long last = FirstWhere(low, high, place => sign * function(place) > sign * value) - 1;
        return first <= last ? (first, last) : null;
    }

    /// <summary>The first place where a condition holds that holds for all later ones too; <paramref name="high"/> + 1
    /// where it never does.</summary>
    private static long FirstWhere(long low, long high, Predicate<long> condition)
    {
        while (low <= high)
        {
            long middle = low + (long)(((ulong)high - (ulong)low) / 2); // the distance may exceed 2^63
            if (condition(middle))
                high = middle - 1;
            else
                low = middle + 1;
        }

        return low;
    }
}
