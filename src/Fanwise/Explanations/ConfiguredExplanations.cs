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
        ParameterRounding rounding =
            initializer.Generation.Seeds == SeedRule.Keras3 ? ParameterRounding.Keras3
            : initializer.Generation == Generation.Contrib ? ParameterRounding.Graph
            : ParameterRounding.Eager;
        Values values = Rules.For(initializer, shape, dtype, null, rounding).Values(default);
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

    /// <summary>The library's own initializer by the same formula; null where it has none.</summary>
    private static Initializer? Counterpart(ConfiguredInitializer initializer)
    {
        double? Number(string name) => initializer[name].Number;
        switch (initializer.Class.Rule)
        {
            case Rule.VarianceScaling:
                Specialisation named =
                    initializer.Class.Fixed
                    ?? new(Number("scale") ?? double.NaN, initializer["mode"].Text!, initializer["distribution"].Text!);
                FanMode mode = named.Mode switch
                {
                    "fan_in" => FanMode.FanIn,
                    "fan_out" => FanMode.FanOut,
                    _ => FanMode.FanAverage,
                };
                VarianceScaling scaling = new()
                {
                    Scale = named.Scale,
                    Mode = mode,
                    Distribution = initializer.Generation.Distributions[named.Distribution],
                };
                return Axes(initializer["input_axes"]) is { } input && Axes(initializer["output_axes"]) is { } output
                    ? scaling with
                    {
                        Axes = new(input, output),
                    }
                    : scaling;
            case Rule.RandomNormal:
                return new RandomNormal { Mean = Number("mean") ?? 0, Deviation = Number("stddev") ?? double.NaN };
            case Rule.TruncatedNormal:
                return new TruncatedNormal { Mean = Number("mean") ?? 0, Deviation = Number("stddev") ?? double.NaN };
            case Rule.RandomUniform:
                return new RandomUniform { Minimum = Number("minval") ?? double.NaN, Maximum = Number("maxval") ?? 1 };
            case Rule.Orthogonal:
                return new Orthogonal { Gain = Number("gain") ?? 1 };
            case Rule.Identity:
                return new Identity(Number("gain") ?? 1);
            case Rule.Zeros:
                return Initializers.Zeros;
            case Rule.Ones:
                return Initializers.Ones;
            case Rule.Constant:
                return Number("value") is { } value ? new Constant(value) : null;
            default:
                return null;
        }
    }

    private static int[]? Axes(PythonValue axes) =>
        !axes.IsGiven || axes.IsNone
            ? null
            : [.. (axes.Items ?? [axes]).Select(static axis => (int)axis.Integer!.Value)];
}
