using Fanwise.Draws.Pcg;
using Fanwise.Streams;

namespace Fanwise.Draws.Frameworks;

/// <summary>Keras on NumPy: <c>default_rng([seed, use])</c>, everything drawn in double and cast; variables of 64 bits
/// get 32.</summary>
internal sealed class NumPyRow() : BackendRow(Backend.NumPy, "numpy")
{
    public override (long Lowest, long Highest) Seeds => (0, uint.MaxValue);

    public override ElementType ArrayType(ElementType declared) =>
        declared switch
        {
            ElementType.Float64 => ElementType.Float32,
            ElementType.Int64 => ElementType.Int32,
            _ => declared,
        };

    public override Values Uniform(Shape shape, ElementType type, double minimum, double maximum, SeedPair pair)
    {
        NumPyChecks.Bounds(minimum, maximum);
        return new PcgUniforms(shape, type, minimum, maximum - minimum, Generator(pair));
    }

    public override Values Normal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair) =>
        new PcgNormals(shape, type, mean, Checked(deviation), null, Generator(pair));

    public override Values TruncatedNormal(
        Shape shape,
        ElementType type,
        double mean,
        double deviation,
        SeedPair pair
    ) =>
        new PcgNormals(
            shape,
            type,
            mean,
            Checked(deviation),
            (mean - 2 * deviation, mean + 2 * deviation),
            Generator(pair)
        );

    /// <summary>NumPy decomposes in double whatever the type; what was to be bfloat16 stays float32.</summary>
    public override Values Orthogonal(Shape shape, ElementType type, double gain, SeedPair pair)
    {
        if (type == ElementType.Float16)
            throw new InitializerException(
                "An orthogonal initializer on numpy draws float32, float64 or bfloat16; received float16, which NumPy "
                    + "does not decompose."
            );
        Values normals = Normal(FactorValues.MatrixOf(shape, shape.Rank - 1), type, 0, 1, pair);
        return new FactorValues(
            shape,
            type == ElementType.BFloat16 ? ElementType.Float32 : type,
            normals,
            gain,
            shape.Rank - 1
        );
    }

    /// <summary>Straight from the number.</summary>
    public override double Constant(double value, bool isInteger, ElementType type) =>
        Elements.Round(value, type, ParameterRounding.Graph);

    private static double Checked(double deviation)
    {
        NumPyChecks.Deviation(deviation);
        return deviation;
    }

    private static Pcg64 Generator(SeedPair pair) => Pcg64.Of([(uint)pair.Seed, (uint)pair.Use]);
}
