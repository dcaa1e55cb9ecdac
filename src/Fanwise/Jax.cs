using Fanwise.Draws;
using Fanwise.Draws.Frameworks;
using Fanwise.Draws.Xla;

namespace Fanwise;

/// <summary>The fan that divides a variance in <c>jax.nn.initializers.variance_scaling</c>.</summary>
public enum JaxFanMode
{
    /// <summary>Fan in.</summary>
    FanIn,

    /// <summary>Fan out.</summary>
    FanOut,

    /// <summary>The mean of both.</summary>
    FanAverage,

    /// <summary>The root of their product.</summary>
    FanGeometric,
}

/// <summary>The parameters of <c>jax.nn.initializers.variance_scaling</c>; JAX's defaults where it has some.</summary>
/// <param name="Scale">The variance that is divided.</param>
/// <param name="Mode">By which fan.</param>
/// <param name="Distribution">What is drawn from.</param>
public sealed record JaxScaling(double Scale, JaxFanMode Mode, Distribution Distribution)
{
    /// <summary>The axes that lead in; the last but one by default, whatever the layer.</summary>
    public IReadOnlyList<int> In { get; init; } = [-2];

    /// <summary>The axes that lead out; the last by default.</summary>
    public IReadOnlyList<int> Out { get; init; } = [-1];

    /// <summary>The axes that count for neither; none by default.</summary>
    public IReadOnlyList<int> Batch { get; init; } = [];

    /// <summary>The fans of a shape; they may be fractions, since JAX divides.</summary>
    /// <exception cref="InitializerException">An axis is not the shape's.</exception>
    public (double In, double Out) FansOf(Shape shape)
    {
        double size = shape.Elements,
            into = Product(shape, In),
            from = Product(shape, Out),
            field = size / into / from / Product(shape, Batch);
        return (into * field, from * field);
    }

    private static double Product(Shape shape, IReadOnlyList<int> axes)
    {
        double product = 1;
        foreach (int axis in axes)
            product *= shape[Jax.AxisOf(shape, axis)];
        return product;
    }
}

/// <summary>What <c>jax.random</c> and <c>jax.nn.initializers</c> of JAX 0.10 draw on a processor with fused
/// multiplication, bit for bit.</summary>
/// <remarks>Everything is drawn in float32, float64, float16 or bfloat16, and each step is rounded to that type. A
/// slice costs what its own elements cost, but for the orthogonal ones, whose factor is not JAX's last bits
/// (docs/determinism.md).</remarks>
public static class Jax
{
    /// <summary>The deviation of a standard normal that is truncated at -2 and 2.</summary>
    private const double TruncatedDeviation = Fanwise.VarianceScaling.TruncatedDeviation;

    /// <summary><c>jax.random.uniform(key, shape, dtype, low, high)</c>: <c>destination[i] = max(low, fma(u, high -
    /// low, low))</c>.</summary>
    /// <exception cref="InitializerException">The type is not floating.</exception>
    public static Values Uniform(JaxKey key, Shape shape, ElementType type, double low, double high) =>
        new XlaValues(shape, XlaDraw.Uniform(type, low, high), key.Stream);

    /// <summary><c>jax.random.normal(key, shape, dtype)</c>: <c>destination[i] = erf_inv(u) * sqrt(2)</c>.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values Normal(JaxKey key, Shape shape, ElementType type) => Normal(key, shape, type, 1);

    /// <summary><c>jax.nn.initializers.normal(stddev)</c>: <c>destination[i] = z * deviation</c>.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values Normal(JaxKey key, Shape shape, ElementType type, double deviation) =>
        Times(key, shape, XlaDraw.Normal(type), deviation);

    /// <summary><c>jax.random.truncated_normal(key, lower, upper, shape, dtype)</c>.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values TruncatedNormal(JaxKey key, Shape shape, ElementType type, double lower, double upper) =>
        TruncatedNormal(key, shape, type, 1, lower, upper);

    /// <summary><c>jax.nn.initializers.truncated_normal(stddev, lower=lower, upper=upper)</c>: <c>destination[i] = z *
    /// deviation</c>, z from lower to upper.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values TruncatedNormal(
        JaxKey key,
        Shape shape,
        ElementType type,
        double deviation,
        double lower,
        double upper
    ) => Times(key, shape, XlaDraw.TruncatedNormal(type, lower, upper), deviation);

    /// <summary><c>jax.nn.initializers.uniform(scale)</c>: <c>destination[i] = u * scale</c>, u on [0, 1).</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values Uniform(JaxKey key, Shape shape, ElementType type, double scale) =>
        Times(key, shape, XlaDraw.Uniform(type, 0, 1), scale);

    /// <summary><c>jax.nn.initializers.variance_scaling</c>, and with its parameters every named one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="shape">The shape of the whole tensor.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="scaling">The parameters.</param>
    /// <exception cref="InitializerException">The type is not floating, or an axis is not the shape's.</exception>
    public static Values VarianceScaling(JaxKey key, Shape shape, ElementType type, JaxScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        (double fanIn, double fanOut) = scaling.FansOf(shape);
        double denominator = scaling.Mode switch
        {
            JaxFanMode.FanIn => fanIn,
            JaxFanMode.FanOut => fanOut,
            JaxFanMode.FanAverage => (fanIn + fanOut) / 2,
            _ => Math.Sqrt(fanIn * fanOut),
        };
        double variance = XlaDraw.Round(scaling.Scale / denominator, type);
        return scaling.Distribution switch
        {
            Distribution.Uniform => Times(
                key,
                shape,
                XlaDraw.Uniform(type, -1, 1),
                Root(Elements.Multiply(3, variance, type), type)
            ),
            Distribution.UntruncatedNormal => Times(key, shape, XlaDraw.Normal(type), Root(variance, type)),
            _ => Times(
                key,
                shape,
                XlaDraw.TruncatedNormal(type, -2, 2),
                XlaDraw.Round(Root(variance, type) / XlaDraw.Round(TruncatedDeviation, type), type)
            ),
        };
    }

    /// <summary><c>glorot_uniform</c>: scale 1, the mean of both fans.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values GlorotUniform(JaxKey key, Shape shape, ElementType type) =>
        VarianceScaling(key, shape, type, new(1, JaxFanMode.FanAverage, Distribution.Uniform));

    /// <summary><c>glorot_normal</c>: scale 1, the mean of both fans, truncated.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values GlorotNormal(JaxKey key, Shape shape, ElementType type) =>
        VarianceScaling(key, shape, type, new(1, JaxFanMode.FanAverage, Distribution.TruncatedNormal));

    /// <summary><c>lecun_uniform</c>: scale 1, fan in.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values LecunUniform(JaxKey key, Shape shape, ElementType type) =>
        VarianceScaling(key, shape, type, new(1, JaxFanMode.FanIn, Distribution.Uniform));

    /// <summary><c>lecun_normal</c>: scale 1, fan in, truncated.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values LecunNormal(JaxKey key, Shape shape, ElementType type) =>
        VarianceScaling(key, shape, type, new(1, JaxFanMode.FanIn, Distribution.TruncatedNormal));

    /// <summary><c>he_uniform</c>: scale 2, fan in.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values HeUniform(JaxKey key, Shape shape, ElementType type) =>
        VarianceScaling(key, shape, type, new(2, JaxFanMode.FanIn, Distribution.Uniform));

    /// <summary><c>he_normal</c>: scale 2, fan in, truncated.</summary>
    /// <inheritdoc cref="Uniform(JaxKey, Shape, ElementType, double, double)"/>
    public static Values HeNormal(JaxKey key, Shape shape, ElementType type) =>
        VarianceScaling(key, shape, type, new(2, JaxFanMode.FanIn, Distribution.TruncatedNormal));

    /// <summary><c>orthogonal(scale, column_axis)</c>. The normals are JAX's; the factor is within 1e-6 of
    /// JAX's.</summary>
    /// <exception cref="InitializerException">The rank is below 2, the axis is not the shape's, or the type is not
    /// float32 or float64.</exception>
    public static Values Orthogonal(JaxKey key, Shape shape, ElementType type, double scale, int columnAxis) =>
        JaxRow.Orthogonal(shape, type, scale, AxisOf(shape, columnAxis), key.Stream);

    /// <summary><c>delta_orthogonal(scale)</c>: an orthogonal matrix in the middle of a kernel, zeros around
    /// it.</summary>
    /// <inheritdoc cref="Orthogonal"/>
    public static Values DeltaOrthogonal(JaxKey key, Shape shape, ElementType type, double scale)
    {
        if (shape.Rank is < 3 or > 5 || shape[shape.Rank - 1] < shape[shape.Rank - 2])
            throw new InitializerException(
                $"A delta orthogonal kernel has rank 3 to 5 and at least as many outputs as inputs; received {shape}."
            );
        long outputs = shape[shape.Rank - 1],
            place = 0;
        for (int axis = 0; axis < shape.Rank - 2; axis++)
            place = place * shape[axis] + (shape[axis] - 1) / 2;
        return new CentredValues(shape, Orthogonal(key, [shape[shape.Rank - 2], outputs], type, scale, -1), place);
    }

    /// <summary>An axis, counted from the end where it is negative.</summary>
    internal static int AxisOf(Shape shape, int axis)
    {
        int found = axis < 0 ? axis + shape.Rank : axis;
        return found >= 0 && found < shape.Rank
            ? found
            : throw new InitializerException($"An axis must be one of the shape {shape}; received {axis}.");
    }

    /// <summary>The root of an element, rounded to its type.</summary>
    private static double Root(double value, ElementType type) => XlaDraw.Round(Math.Sqrt(value), type);

    private static XlaValues Times(JaxKey key, Shape shape, XlaDraw draw, double multiplier) =>
        new(shape, draw with { Multiplier = XlaDraw.Round(multiplier, draw.Type) }, key.Stream);
}
