using Fanwise.Draws;
using Fanwise.Draws.Pcg;
using Fanwise.Streams;

namespace Fanwise;

/// <summary>What NumPy 2.4's <c>Generator</c> (PCG64) and <c>RandomState</c> (MT19937) draw, bit for bit.</summary>
/// <remarks>
/// Uniforms can be made by slices, each at its own cost. A normal takes a varying number of words, so that an element
/// is reached by those before it.
/// </remarks>
public static class NumPy
{
    /// <summary><c>generator.random(shape, dtype)</c>: u on [0, 1), of 53 bits of a word in float64, 24 of half a word
    /// in float32.</summary>
    /// <exception cref="InitializerException">The type is neither.</exception>
    public static Values Random(NumPyGenerator generator, Shape shape, ElementType type)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (Checked(type) == ElementType.Float64)
            return Uniform(generator, shape, 0, 1);
        Pcg64 state = generator.State;
        return generator.Take(new PcgSingles(shape, state), () => state.SkipHalves(shape.Elements));
    }

    /// <summary><c>generator.uniform(low, high, shape)</c>, in float64: <c>destination[i] = low + (high - low) *
    /// u</c>.</summary>
    /// <exception cref="InitializerException"><paramref name="high"/> is below <paramref name="low"/>.</exception>
    public static Values Uniform(NumPyGenerator generator, Shape shape, double low, double high)
    {
        ArgumentNullException.ThrowIfNull(generator);
        NumPyChecks.Bounds(low, high);
        Pcg64 state = generator.State;
        return generator.Take(
            new PcgUniforms(shape, ElementType.Float64, low, high - low, state),
            () => state.Skip((UInt128)shape.Elements)
        );
    }

    /// <summary><c>generator.standard_normal(shape, dtype)</c>: the ziggurat of 256 levels, in the type
    /// itself.</summary>
    /// <inheritdoc cref="Random(NumPyGenerator, Shape, ElementType)"/>
    public static Values StandardNormal(NumPyGenerator generator, Shape shape, ElementType type)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (Checked(type) == ElementType.Float64)
            return Normal(generator, shape, -0.0, 1);
        PcgSingleNormals values = new(shape, generator.State);
        return generator.Take(values, () => values.End);
    }

    /// <summary><c>generator.normal(mean, deviation, shape)</c>, in float64: <c>destination[i] = mean + deviation *
    /// z</c>.</summary>
    /// <exception cref="InitializerException">The deviation is negative.</exception>
    public static Values Normal(NumPyGenerator generator, Shape shape, double mean, double deviation)
    {
        ArgumentNullException.ThrowIfNull(generator);
        NumPyChecks.Deviation(deviation);
        PcgNormals values = new(shape, ElementType.Float64, mean, deviation, null, generator.State);
        return generator.Take(values, () => values.End);
    }

    /// <summary><c>state.rand(*shape)</c>: u on [0, 1) of 53 bits of two words.</summary>
    public static Values Random(NumPyRandomState state, Shape shape) => Uniform(state, shape, 0, 1);

    /// <summary><c>state.uniform(low, high, shape)</c>: <c>destination[i] = low + (high - low) * u</c>.</summary>
    /// <remarks>As in NumPy, the upper bound may be below the lower one.</remarks>
    public static Values Uniform(NumPyRandomState state, Shape shape, double low, double high)
    {
        ArgumentNullException.ThrowIfNull(state);
        LegacyState before = state.State;
        return state.Take(
            new LegacyUniforms(shape, low, high - low, state.Stream, before.Word),
            () => before with { Word = before.Word + LegacyUniforms.WordsPerElement * (UInt128)shape.Elements }
        );
    }

    /// <summary><c>state.randn(*shape)</c>: the polar method, whose second normal waits for the next call.</summary>
    public static Values StandardNormal(NumPyRandomState state, Shape shape) => Normal(state, shape, -0.0, 1);

    /// <summary><c>state.normal(mean, deviation, shape)</c>: <c>destination[i] = mean + deviation * z</c>.</summary>
    /// <exception cref="InitializerException">The deviation is negative.</exception>
    public static Values Normal(NumPyRandomState state, Shape shape, double mean, double deviation)
    {
        ArgumentNullException.ThrowIfNull(state);
        NumPyChecks.Deviation(deviation);
        LegacyNormals values = new(shape, mean, deviation, state.Stream, state.State);
        return state.Take(values, () => values.End);
    }

    private static ElementType Checked(ElementType type) =>
        type is ElementType.Float32 or ElementType.Float64
            ? type
            : throw new InitializerException($"NumPy draws float32 or float64; received {type.Name()}.");
}
