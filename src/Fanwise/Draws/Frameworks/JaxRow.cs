using Fanwise.Draws.Xla;
using Fanwise.Streams;

namespace Fanwise.Draws.Frameworks;

/// <summary>Keras on JAX: the seed pair is a threefry key, and arrays of 64 bits have 32, as is JAX's
/// default.</summary>
internal sealed class JaxRow() : BackendRow(Backend.Jax, "jax")
{
    public override (long Lowest, long Highest) Seeds => (0, uint.MaxValue);

    public override ElementType ArrayType(ElementType declared) =>
        declared switch
        {
            ElementType.Float64 => ElementType.Float32,
            ElementType.Int64 => ElementType.Int32,
            _ => declared,
        };

    public override Values Uniform(Shape shape, ElementType type, double minimum, double maximum, SeedPair pair) =>
        new XlaValues(shape, XlaDraw.Uniform(type, minimum, maximum), Key(pair));

    public override Values Normal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair) =>
        new XlaValues(shape, Scaled(XlaDraw.Normal(type), mean, deviation), Key(pair));

    public override Values TruncatedNormal(
        Shape shape,
        ElementType type,
        double mean,
        double deviation,
        SeedPair pair
    ) => new XlaValues(shape, Scaled(XlaDraw.TruncatedNormal(type, -2, 2), mean, deviation), Key(pair));

    public override Values Orthogonal(Shape shape, ElementType type, double gain, SeedPair pair) =>
        Orthogonal(shape, type, gain, shape.Rank - 1, Key(pair));

    /// <summary>The factor of a matrix of JAX's normals.</summary>
    /// <exception cref="InitializerException">The rank is below 2, or JAX has no decomposition for the
    /// type.</exception>
    public static Values Orthogonal(Shape shape, ElementType type, double gain, int columnAxis, ThreefryStream key)
    {
        if (type is ElementType.Float16 or ElementType.BFloat16)
            throw new InitializerException(
                $"An orthogonal initializer on jax draws float32 or float64; received {type.Name()}, which JAX does "
                    + "not decompose."
            );
        Values normals = new XlaValues(FactorValues.MatrixOf(shape, columnAxis), XlaDraw.Normal(type), key);
        return new FactorValues(shape, type, normals, gain, columnAxis);
    }

    /// <summary>Straight from the number; a subnormal number becomes zero.</summary>
    public override double Constant(double value, bool isInteger, ElementType type) =>
        Elements.Flush(Elements.Round(value, type, ParameterRounding.Graph), type);

    private static XlaDraw Scaled(XlaDraw draw, double mean, double deviation) =>
        draw with
        {
            Multiplier = XlaDraw.Round(deviation, draw.Type),
            Addend = XlaDraw.Round(mean, draw.Type),
        };

    private static ThreefryStream Key(SeedPair pair) => new((uint)pair.Seed, (uint)pair.Use, Original: false);
}
