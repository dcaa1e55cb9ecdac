using System.Numerics;
using Fanwise.Draws;
using Fanwise.Generations;

namespace Fanwise;

/// <summary>Explains the initializers of any generation.</summary>
public static class ConfiguredExplanations
{
    /// <summary>What an initializer of a generation draws for a weight of this shape, in its own element type; no seed
    /// is needed or drawn.</summary>
    /// <inheritdoc cref="Explain(ConfiguredInitializer, Shape, PythonValue, FanRule)"/>
    public static Explanation Explain(this ConfiguredInitializer initializer, Shape shape) =>
        Explain(initializer, shape, default, null);

    /// <summary>What an initializer of a generation draws for a weight of this shape, with warnings; no seed is needed
    /// or drawn.</summary>
    /// <param name="initializer">The initializer.</param>
    /// <param name="shape">The shape of the weight.</param>
    /// <param name="dtype">The call's dtype; not given for the constructor's.</param>
    /// <param name="layer">How the layer's real fans are counted; null where that is not known.</param>
    /// <exception cref="InitializerException">The generation refuses the call, the layer's rule does not fit the shape,
    /// or the scale is NaN.</exception>
    public static Explanation Explain(
        this ConfiguredInitializer initializer,
        Shape shape,
        PythonValue dtype,
        FanRule? layer
    ) => Explain(initializer, shape, dtype, layer, default);

    /// <inheritdoc cref="Explain(ConfiguredInitializer, Shape, PythonValue, FanRule)"/>
    /// <param name="initializer">The initializer.</param>
    /// <param name="shape">The shape of the weight.</param>
    /// <param name="dtype">The call's dtype; not given for the constructor's.</param>
    /// <param name="layer">How the layer's real fans are counted; null where that is not known.</param>
    /// <param name="backend">Whose numbers Keras 3 draws; TensorFlow's of every other generation.</param>
    public static Explanation Explain(
        this ConfiguredInitializer initializer,
        Shape shape,
        PythonValue dtype,
        FanRule? layer,
        Backend backend
    )
    {
        ArgumentNullException.ThrowIfNull(initializer);
        layer?.Of(shape);
        Values values = Rules
            .For(initializer, shape, dtype, null, initializer.Generation.RoundingIn(null))
            .Values(default);
        if (backend != default)
            values = Operation.On(initializer, backend, shape, values.ElementType, (0, 0));
        long? seed =
            initializer["seed"].Integer is { } integer && integer >= long.MinValue && integer <= long.MaxValue
                ? (long)integer
                : null;
        return Explanations.Of(
            $"{initializer.Class.Name} of {initializer.Generation.Title}",
            values,
            Counterpart(initializer),
            layer
        ) with
        {
            Seed = seed,
        };
    }

    /// <summary>The library's own initializer by the same formula; null where it has none: a list of constants, an
    /// integer that no double holds.</summary>
    private static Initializer? Counterpart(ConfiguredInitializer initializer) =>
        initializer.Class.Rule == Rule.Constant
        && (
            initializer["value"].Number is null
            || initializer["value"].Integer is { } integer && BigInteger.Abs(integer) > Constant.MaxInteger
        )
            ? null
            : Keras3Records.Record(initializer, seed: null);
}
