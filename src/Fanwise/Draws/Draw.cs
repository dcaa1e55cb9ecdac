using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>What is drawn, and nothing else: a kind, and what its standard values are multiplied by and added to,
/// already in the element type.</summary>
/// <remarks>
/// The waist of the design: everything in which the generations of TensorFlow and Keras differ is decided when a draw
/// is made; nothing below a draw knows of generations.
/// <c>destination[i] = standard[i] * Multiplier + Addend</c>, both steps rounded to the element type, never fused.
/// </remarks>
public readonly record struct Draw
{
    private Draw(DrawKind kind, ElementType type) => (Kind, ElementType) = (kind, type);

    /// <summary>What the standard values are.</summary>
    public DrawKind Kind { get; }

    /// <summary>The type of what is drawn.</summary>
    public ElementType ElementType { get; }

    /// <summary>What standard values are multiplied by: a deviation or a range; an element.</summary>
    public double Multiplier { get; private init; }

    /// <summary>What is added afterwards: a mean or a lower bound; an element. -0.0 adds nothing, not even the sign
    /// that +0.0 changes.</summary>
    public double Addend { get; internal init; }

    /// <summary>Whether a float32 normal takes its logarithm and root in double, as TensorFlow did up to 1.2; 11.6 % of
    /// them then differ in the last bits.</summary>
    public bool DoubleLogarithm { get; init; }

    /// <summary>The lowest integer, for <see cref="DrawKind.Integer"/>.</summary>
    public long Low { get; private init; }

    /// <summary>The number of integers, for <see cref="DrawKind.Integer"/>; 0 for all of the type's.</summary>
    public ulong Range { get; private init; }

    /// <summary>Standard values as they are: u on [0, 1) or z.</summary>
    /// <exception cref="InitializerException">The element type is not floating.</exception>
    public static Draw Standard(DrawKind kind, ElementType type) =>
        new(kind, Floating(type)) { Multiplier = 1, Addend = -0.0 };

    /// <summary>This draw's standard values.</summary>
    internal Draw ToStandard() => this with { Multiplier = 1, Addend = -0.0 };

    /// <summary>A uniform on [<paramref name="low"/>, <paramref name="high"/>): <c>u * (high - low) + low</c>, the
    /// difference rounded to the element type.</summary>
    /// <inheritdoc cref="Standard"/>
    public static Draw Uniform(ElementType type, double low, double high, ParameterRounding rounding)
    {
        if (rounding == ParameterRounding.Keras3)
            (low, high) = (
                Elements.Flush((float)low, ElementType.Float32),
                Elements.Flush((float)high, ElementType.Float32)
            );
        (low, high) = (Parameter(low, type, rounding), Parameter(high, type, rounding));
        return new(DrawKind.Uniform, Floating(type)) { Multiplier = Elements.Subtract(high, low, type), Addend = low };
    }

    /// <summary>A normal: <c>z * deviation + mean</c>.</summary>
    /// <inheritdoc cref="Standard"/>
    public static Draw Normal(ElementType type, double mean, double deviation, ParameterRounding rounding) =>
        new(DrawKind.Normal, Floating(type))
        {
            Multiplier = Parameter(deviation, type, rounding),
            Addend = Parameter(mean, type, rounding),
        };

    /// <summary>A normal truncated at two deviations: <c>z * deviation + mean</c>, |z| &lt; 2.</summary>
    /// <inheritdoc cref="Standard"/>
    public static Draw TruncatedNormal(ElementType type, double mean, double deviation, ParameterRounding rounding) =>
        new(DrawKind.TruncatedNormal, Floating(type))
        {
            Multiplier = Parameter(deviation, type, rounding),
            Addend = Parameter(mean, type, rounding),
        };

    /// <summary>Every integer of int32 or int64.</summary>
    /// <exception cref="InitializerException">The element type is neither.</exception>
    public static Draw Integers(ElementType type) => new(DrawKind.Integer, Whole(type));

    /// <summary>Integers on [<paramref name="low"/>, <paramref name="high"/>): <c>low + bits mod (high - low)</c>,
    /// unsigned and wrapping.</summary>
    /// <exception cref="InitializerException">The element type is neither int32 nor int64, or the range is
    /// empty.</exception>
    public static Draw Integers(ElementType type, long low, long high)
    {
        if (low >= high)
            throw new InitializerException(
                $"An integer draw needs its lower bound below the upper one; received {low} and {high}."
            );
        return new(DrawKind.Integer, Whole(type)) { Low = low, Range = unchecked((ulong)high - (ulong)low) };
    }

    /// <summary>Draws the elements <paramref name="start"/> to <paramref name="start"/> + Length - 1 of the
    /// stream.</summary>
    /// <param name="stream">Whose numbers.</param>
    /// <param name="start">The index of the first element; any cut gives the same values.</param>
    /// <param name="destination">Where they go.</param>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type, or the start is
    /// negative.</exception>
    public void Fill<T>(PhiloxStream stream, long start, Span<T> destination)
        where T : unmanaged
    {
        if (ElementTypes.Of<T>() != ElementType)
            throw new InitializerException(
                $"The draw's elements are {ElementType.Name()}; received {ElementTypes.Of<T>().Name()}."
            );
        if (start < 0)
            throw new InitializerException($"A slice must not start below 0; received {start}.");
        Sampler.Fill(this, stream, start, System.Runtime.InteropServices.MemoryMarshal.AsBytes(destination));
    }

    private static double Parameter(double value, ElementType type, ParameterRounding rounding) =>
        Elements.Flush(Elements.Round(value, type, rounding), type);

    private static ElementType Floating(ElementType type) =>
        type.IsFloating()
            ? type
            : throw new InitializerException(
                $"Random values are drawn in float32, float64, float16 or bfloat16; received {type.Name()}."
            );

    private static ElementType Whole(ElementType type) =>
        type is ElementType.Int32 or ElementType.Int64
            ? type
            : throw new InitializerException($"Integers are drawn in int32 or int64; received {type.Name()}.");
}
