using Fanwise.Draws;

namespace Fanwise;

/// <summary>Every element is <see cref="Value"/>, rounded to the element type: <c>destination[i] = Value</c>.</summary>
/// <remarks>
/// As Keras 3 on TensorFlow has it, an integer gets into the element type directly and a number with a fraction by way
/// of float32: in float64, 0.1 is the double nearest to the float nearest to 0.1.
/// A subnormal value becomes a zero of its sign, but in float16.
/// </remarks>
public sealed record Constant : Initializer
{
    /// <summary>A number with a fraction.</summary>
    public Constant(double value) => Value = (float)value;

    /// <summary>An integer.</summary>
    public Constant(int value) => Value = value;

    /// <summary>The value before it is rounded to the element type.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public override Values ValuesFor(Shape shape, ElementType type) =>
        new ConstantValues(shape, type, Elements.Flush(Elements.Round(Value, type, ParameterRounding.Keras3), type));
}
