using System.Runtime.InteropServices;

namespace Fanwise.Draws;

/// <summary>Arithmetic in the element type, as TensorFlow's kernels do it: each step rounded, none fused, subnormals
/// flushed but in float16.</summary>
/// <remarks>Values are passed as doubles that the element type holds exactly.</remarks>
internal static class Elements
{
    private const double SmallestSingle = 1.1754943508222875E-38,
        SmallestDouble = 2.2250738585072014E-308; // 2^-126, 2^-1022

    /// <summary>Below this a float32 result is tiny before it is rounded: 2^-126 - 2^-151.</summary>
    private const double TinySingle = SmallestSingle - 3.503246160812043E-46;

    /// <summary>The element nearest to <paramref name="value"/>, by the way that <paramref name="rounding"/>
    /// names.</summary>
    public static double Round(double value, ElementType type, ParameterRounding rounding) =>
        type switch
        {
            ElementType.Float32 => (float)value,
            ElementType.Float64 => value,
            ElementType.Float16 => (double)(rounding == ParameterRounding.Graph ? (Half)value : (Half)(float)value),
            ElementType.BFloat16 => (double)(BFloat16)(float)value,
            _ => Math.Truncate(value),
        };

    /// <summary>A zero of its sign in place of a subnormal.</summary>
    public static double Flush(double value, ElementType type) =>
        type switch
        {
            ElementType.Float32 or ElementType.BFloat16 => Math.Abs(value) < SmallestSingle
                ? Math.CopySign(0, value)
                : value,
            ElementType.Float64 => Math.Abs(value) < SmallestDouble ? Math.CopySign(0, value) : value,
            _ => value,
        };

    /// <summary>What an x86 processor, on which the reference ran, makes of an operation that has no result, such as
    /// 0 * infinity or the root of -1: a NaN whose sign is set. Arm's has it clear.</summary>
    public static double InvalidNaN => BitConverter.UInt64BitsToDouble(0xFFF8_0000_0000_0000);

    /// <summary>a * b.</summary>
    public static double Multiply(double a, double b, ElementType type)
    {
        double left = Flush(a, type),
            right = Flush(b, type),
            product = left * right;
        // A double's rounding to the smallest normal number hides that the product was below it.
        return type == ElementType.Float64 && Math.Abs(product) == SmallestDouble && IsTiny(left, right)
            ? Math.CopySign(0, product)
            : Finish(OnX86(product, a, b), type);
    }

    /// <summary>Whether a product, rounded as if exponents had no end, is below 2^-1022: then a processor flushes
    /// it.</summary>
    private static bool IsTiny(double a, double b)
    {
        const double Up = 1L << 54; // more than a double has bits
        return Math.Abs(Math.MinMagnitude(a, b) * Up * Math.MaxMagnitude(a, b)) < SmallestDouble * Up;
    }

    /// <summary>a + b.</summary>
    public static double Add(double a, double b, ElementType type) =>
        Finish(OnX86(Flush(a, type) + Flush(b, type), a, b), type);

    /// <summary>a - b.</summary>
    public static double Subtract(double a, double b, ElementType type) =>
        Finish(OnX86(Flush(a, type) - Flush(b, type), a, b), type);

    /// <summary>A result with the bits of x86's NaN, on every processor: the first operand that is one, or
    /// <see cref="InvalidNaN"/>.</summary>
    private static double OnX86(double result, double a, double b)
    {
        if (!double.IsNaN(result))
            return result;
        if (double.IsNaN(a))
            return a;
        return double.IsNaN(b) ? b : InvalidNaN;
    }

    /// <summary>Rounds a product or sum of two elements, computed in double, to the element type.</summary>
    /// <remarks>
    /// A double holds a product of two shorter elements exactly; a sum that it must round is rounded once more without
    /// harm (53 >= 2 p + 2, Figueroa 1995).
    /// </remarks>
    private static double Finish(double value, ElementType type)
    {
        switch (type)
        {
            case ElementType.Float32:
                return Math.Abs(value) < TinySingle ? Math.CopySign(0, value) : (float)value;
            case ElementType.BFloat16:
                return Math.Abs(value) < TinySingle ? Math.CopySign(0, value) : (double)(BFloat16)(float)value;
            case ElementType.Float16:
                return (double)(Half)value;
            default:
                return Flush(value, type);
        }
    }

    /// <summary>Writes an element.</summary>
    public static void Store(double value, ElementType type, Span<byte> destination)
    {
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.Write(destination, (float)value);
                break;
            case ElementType.Float64:
                MemoryMarshal.Write(destination, value);
                break;
            case ElementType.Float16:
                MemoryMarshal.Write(destination, (Half)value);
                break;
            case ElementType.BFloat16:
                MemoryMarshal.Write(destination, (BFloat16)(float)value);
                break;
            case ElementType.Int8:
                destination[0] = (byte)(sbyte)value;
                break;
            case ElementType.Int32:
                MemoryMarshal.Write(destination, (int)value);
                break;
            case ElementType.Int64:
                MemoryMarshal.Write(destination, (long)value);
                break;
            default:
                destination[0] = value != 0 ? (byte)1 : (byte)0;
                break;
        }
    }
}
