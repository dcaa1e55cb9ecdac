using Fanwise.Draws;
using Fanwise.Draws.Frameworks;

namespace Fanwise;

/// <summary>Every element is <see cref="Value"/>, rounded to the element type: <c>destination[i] = Value</c>.</summary>
/// <remarks>
/// As Keras 3 on TensorFlow has it, an integer gets into the element type directly and a number with a fraction by way
/// of float32: in float64, 0.1 is the double nearest to the float nearest to 0.1.
/// A subnormal value becomes a zero of its sign, but in float16.
/// </remarks>
public sealed record Constant : Initializer
{
    /// <summary>Up to here a double holds every integer.</summary>
    internal const long MaxInteger = 1L << 53;

    /// <summary>A number with a fraction.</summary>
    public Constant(double value) => (Value, Given) = ((float)value, value);

    /// <summary>An integer.</summary>
    public Constant(int value)
        : this((long)value) { }

    /// <summary>An integer.</summary>
    /// <exception cref="InitializerException">It is beyond 2^53: no double holds all of those.</exception>
    public Constant(long value)
    {
        if (value is < -MaxInteger or > MaxInteger)
            throw new InitializerException(
                $"A constant must be an integer up to 2^53 or a number with a fraction; received {value}."
            );
        Value = value;
        Given = value;
        IsInteger = true;
    }

    /// <summary>The value before TensorFlow rounds it to the element type.</summary>
    public double Value { get; }

    /// <summary>The number as Python holds it.</summary>
    internal double Given { get; }

    /// <summary>Whether it is an integer there.</summary>
    internal bool IsInteger { get; }

    /// <summary>On whose backend it is made; TensorFlow's by default.</summary>
    public Backend Backend { get; init; }

    /// <inheritdoc/>
    public override Values ValuesFor(Shape shape, ElementType type) =>
        new ConstantValues(shape, type, BackendRow.Of(Backend).Constant(Given, IsInteger, type));
}
