using Fanwise.Functions;

namespace Fanwise.Draws.Xla;

/// <summary>What JAX draws: a kind, and its numbers in the element type.</summary>
/// <remarks>
/// Uniform: <c>u = max(Low, f * Range + Low)</c>, f on [0, 1). Normal: <c>z = erf_inv(u) * sqrt(2)</c>; truncated, what
/// lies outside of [<see cref="Least"/>, <see cref="Greatest"/>] is moved there. Then
/// <c>destination[i] = (u or z) * Multiplier + Addend</c>, each step rounded.
/// Source: jax/_src/random.py.
/// </remarks>
internal readonly record struct XlaDraw(DrawKind Kind, ElementType Type)
{
    /// <summary>The inner uniform's bounds' difference, and its lower bound.</summary>
    public double Range { get; private init; }

    public double Low { get; private init; }

    /// <summary>The least and the greatest of a truncated normal's values.</summary>
    public double Least { get; private init; }

    public double Greatest { get; private init; }

    /// <summary>What values are multiplied by.</summary>
    public double Multiplier { get; init; } = 1;

    /// <summary>What is added; -0.0 adds nothing.</summary>
    public double Addend { get; init; } = -0.0;

    /// <summary>The root of 2 in the element type.</summary>
    public double RootOfTwo => Round(Math.Sqrt(2), Type);

    /// <summary>The bits that an element takes: of bfloat16 eight.</summary>
    public int Bits => Type == ElementType.BFloat16 ? 8 : 8 * Type.Size();

    /// <summary><c>jax.random.uniform(key, shape, dtype, low, high)</c>.</summary>
    public static XlaDraw Uniform(ElementType type, double low, double high) =>
        Inner(DrawKind.Uniform, type, Round(low, type), Round(high, type));

    /// <summary><c>jax.random.normal(key, shape, dtype)</c>.</summary>
    public static XlaDraw Normal(ElementType type) => Inner(DrawKind.Normal, type, -Below(1, type), 1);

    /// <summary><c>jax.random.truncated_normal(key, low, high, shape, dtype)</c>.</summary>
    public static XlaDraw TruncatedNormal(ElementType type, double low, double high)
    {
        (low, high) = (Round(low, type), Round(high, type));
        return Inner(DrawKind.TruncatedNormal, type, Erf(low, type), Erf(high, type)) with
        {
            Least = -Below(-low, type),
            Greatest = Below(high, type),
        };
    }

    /// <summary>The element nearest to a number of Python's, without a stop on the way.</summary>
    public static double Round(double value, ElementType type) =>
        Elements.Round(Floating(value, type), type, ParameterRounding.Graph);

    private static double Floating(double value, ElementType type) =>
        type.IsFloating()
            ? value
            : throw new InitializerException(
                $"JAX draws random values in float32, float64, float16 or bfloat16; received {type.Name()}."
            );

    private static XlaDraw Inner(DrawKind kind, ElementType type, double low, double high) =>
        new(kind, type) { Low = low, Range = Elements.Subtract(high, low, type) };

    /// <summary>The greatest element below a number.</summary>
    private static double Below(double value, ElementType type) =>
        type switch
        {
            ElementType.Float64 => Math.BitDecrement(value),
            ElementType.Float32 => MathF.BitDecrement((float)value),
            ElementType.Float16 => (double)Half.BitDecrement((Half)value),
            _ => BrainBelow((float)value),
        };

    private static double BrainBelow(float value)
    {
        // A bfloat16 is the upper half of a single.
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (value == 0)
            return -BitConverter.UInt32BitsToSingle(1 << 16);
        return BitConverter.UInt32BitsToSingle(value > 0 ? bits - (1 << 16) : bits + (1 << 16));
    }

    /// <summary>erf(bound / sqrt(2)) in the element type.</summary>
    private static double Erf(double bound, ElementType type)
    {
        switch (type)
        {
            case ElementType.Float64:
                return ErrorFunction.Double(bound * BitConverter.UInt64BitsToDouble(0x3FE6A09E667F3BCC));
            case ElementType.Float32:
                return ErrorFunction.Single((float)bound * BitConverter.UInt32BitsToSingle(0x3F3504F3), false);
            case ElementType.Float16:
                Half scaled = (Half)bound * (Half)0.70703125f;
                return (double)(Half)ErrorFunction.Single((float)scaled, true);
            default:
                BFloat16 shorter = (BFloat16)((float)bound * BitConverter.UInt32BitsToSingle(0x3F3509E7));
                return (double)(BFloat16)ErrorFunction.Single((float)shorter, false);
        }
    }
}
