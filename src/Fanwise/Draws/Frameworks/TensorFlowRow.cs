using Fanwise.Streams;

namespace Fanwise.Draws.Frameworks;

/// <summary>Keras on TensorFlow: stateless operations, whose seeds Keras reduces first.</summary>
internal sealed class TensorFlowRow() : BackendRow(Backend.TensorFlow, "tensorflow")
{
    public override bool HasTensorFlow => true;

    public override Values Uniform(Shape shape, ElementType type, double minimum, double maximum, SeedPair pair) =>
        new DrawnValues(shape, Draw.Uniform(type, minimum, maximum, ParameterRounding.Keras3), Stream(pair));

    public override Values Normal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair) =>
        new DrawnValues(shape, Draw.Normal(type, mean, deviation, ParameterRounding.Keras3), Stream(pair));

    public override Values TruncatedNormal(
        Shape shape,
        ElementType type,
        double mean,
        double deviation,
        SeedPair pair
    ) => new DrawnValues(shape, Draw.TruncatedNormal(type, mean, deviation, ParameterRounding.Keras3), Stream(pair));

    public override Values Orthogonal(Shape shape, ElementType type, double gain, SeedPair pair) =>
        new OrthogonalValues(shape, OrthogonalValues.Normals(shape, type), Stream(pair), gain);

    /// <summary>A number with a fraction by way of float32; a subnormal number becomes zero.</summary>
    public override double Constant(double value, bool isInteger, ElementType type) =>
        double.IsNaN(value)
            ? PythonNumbers.NaN
            : Elements.Flush(
                Elements.Round(
                    isInteger ? value : Elements.Flush((float)value, ElementType.Float32),
                    type,
                    ParameterRounding.Keras3
                ),
                type
            );

    public override PhiloxStream? Philox(SeedPair pair) => Stream(pair);

    private static PhiloxStream Stream(SeedPair pair) => KerasSeeds.Stream(pair.Seed, pair.Use);
}
