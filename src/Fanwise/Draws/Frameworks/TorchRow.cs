using Fanwise.Draws.Twister;

namespace Fanwise.Draws.Frameworks;

/// <summary>Keras on PyTorch: MT19937 seeded with the sum of the seed pair modulo 2^32.</summary>
internal sealed class TorchRow() : BackendRow(Backend.Torch, "torch")
{
    public override bool AllowsPoints => false;

    public override ElementType ArrayType(ElementType declared) =>
        declared == ElementType.Int64 ? ElementType.Int32 : declared;

    public override double RootOfNegative => PythonNumbers.NaN;

    /// <summary><c>rand * (maximum - minimum) + minimum</c>, two operations on tensors.</summary>
    public override Values Uniform(Shape shape, ElementType type, double minimum, double maximum, SeedPair pair) =>
        new TorchScaledValues(State(pair).Uniform(shape, type, 0, 1), maximum - minimum, minimum);

    public override Values Normal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair) =>
        State(pair).Normal(shape, type, mean, deviation);

    /// <summary>The first of four normals within two deviations, the very first where none is; two operations on
    /// tensors follow.</summary>
    public override Values TruncatedNormal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair)
    {
        Shape candidates = [.. shape.Lengths, TorchFirstWithin.Candidates];
        return new TorchScaledValues(
            new TorchFirstWithin(shape, State(pair).Normal(candidates, type, 0, 1)),
            deviation,
            mean
        );
    }

    public override Values Orthogonal(Shape shape, ElementType type, double gain, SeedPair pair)
    {
        if (type is ElementType.Float16 or ElementType.BFloat16)
            throw new InitializerException(
                $"An orthogonal initializer on torch draws float32 or float64; received {type.Name()}, which PyTorch "
                    + "does "
                    + "not decompose."
            );
        Values normals = Normal(FactorValues.MatrixOf(shape, shape.Rank - 1), type, 0, 1, pair);
        return new FactorValues(shape, type, normals, gain, shape.Rank - 1);
    }

    /// <summary>By way of float32 in the types of 16 bits.</summary>
    public override double Constant(double value, bool isInteger, ElementType type) =>
        Elements.Round(value, type, ParameterRounding.Keras3);

    private static TorchState State(SeedPair pair) => TorchState.Seeded(unchecked((uint)(pair.Seed + pair.Use)));
}
