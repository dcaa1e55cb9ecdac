using Fanwise.Draws;

namespace Fanwise;

/// <summary>What will be drawn for one weight, and whether it is what was asked for. Immutable.</summary>
public sealed record Explanation
{
    /// <summary>The initializer in words.</summary>
    public required string Initializer { get; init; }

    /// <summary>The lengths.</summary>
    public required Shape Shape { get; init; }

    /// <summary>The type of the elements.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>The size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>By which rule the fans were counted; null where the initializer has no use for fans.</summary>
    public FanRule? Rule { get; init; }

    /// <summary>Which fan divides the variance; null as above.</summary>
    public FanMode? Mode { get; init; }

    /// <summary>The fans used; null as above.</summary>
    public Fans? Fans { get; init; }

    /// <summary>How the layer's real fans are counted; null where the layer is not known.</summary>
    public FanRule? LayerRule { get; init; }

    /// <summary>The layer's real fans; null where the layer is not known, or the rule does not fit the shape.</summary>
    public Fans? LayerFans { get; init; }

    /// <summary>The variance that the initializer's formula asks for; null where it has none.</summary>
    public double? VarianceAsked { get; init; }

    /// <summary>The variance that the layer's real fans would ask for; null where these are not known.</summary>
    public double? VarianceOfLayer { get; init; }

    /// <summary>What the values are distributed as, in their element type; null for values that a layer composes and
    /// for an identity matrix.</summary>
    public DeclaredDistribution? Drawn { get; init; }

    /// <summary>The variance of what is drawn.</summary>
    public double? VarianceDrawn => Drawn?.Variance;

    /// <summary>The seed; null for an initializer that draws nothing or has none.</summary>
    public long? Seed { get; init; }

    /// <summary>What a person would want to know before training.</summary>
    public IReadOnlyList<ExplanationWarning> Warnings { get; init; } = [];
}

/// <summary>Explains initializers.</summary>
public static class Explanations
{
    /// <summary>What <paramref name="initializer"/> draws in float32 for a weight of this shape, with
    /// warnings.</summary>
    /// <inheritdoc cref="Explain(Initializer, Shape, ElementType, FanRule)"/>
    public static Explanation Explain(this Initializer initializer, Shape shape) =>
        Explain(initializer, shape, ElementType.Float32);

    /// <summary>What <paramref name="initializer"/> draws for a weight of this shape and type, with warnings.</summary>
    /// <inheritdoc cref="Explain(Initializer, Shape, ElementType, FanRule)"/>
    public static Explanation Explain(this Initializer initializer, Shape shape, ElementType type) =>
        Explained(initializer, shape, type, null);

    /// <summary>What <paramref name="initializer"/> draws for a weight of this shape and type, held against the fans
    /// that the layer really has.</summary>
    /// <param name="initializer">The initializer; a random one needs no seed to be explained.</param>
    /// <param name="shape">The shape of the weight.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="layer">How the layer's real fans are counted.</param>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor, or the rule does not fit the
    /// shape.</exception>
    public static Explanation Explain(this Initializer initializer, Shape shape, ElementType type, FanRule layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        layer.Of(shape);
        return Explained(initializer, shape, type, layer);
    }

    /// <summary>What these values are, with warnings: of values that no one initializer made.</summary>
    /// <param name="values">The values; nothing is drawn.</param>
    /// <param name="name">What made them, in words.</param>
    public static Explanation Explain(this Values values, string name)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(name);
        return Of(name, values, null, null);
    }

    /// <summary>Explains values that have been made already, by this rule.</summary>
    /// <param name="name">The initializer in words.</param>
    /// <param name="values">What it made.</param>
    /// <param name="rule">The initializer, where one alone made the values.</param>
    /// <param name="layer">How the layer's real fans are counted, where that is known.</param>
    internal static Explanation Of(string name, Values values, Initializer? rule, FanRule? layer)
    {
        Shape shape = values.Shape;
        DeclaredDistribution? drawn = DeclaredDistribution.Of(values);
        VarianceScaling? scaling = rule as VarianceScaling;
        Fans? fans = scaling?.FansOf(shape),
            layerFans = Fits(layer, shape);
        Explanation explanation = new()
        {
            Initializer = name,
            Shape = shape,
            ElementType = values.ElementType,
            Bytes = values.Bytes,
            Rule = scaling?.RuleInForce,
            Mode = scaling?.Mode,
            Fans = fans,
            LayerRule = layer,
            LayerFans = layerFans,
            VarianceAsked = scaling is null ? Asked(rule, drawn) : scaling.Scale / fans!.Value.Divisor(scaling.Mode),
            VarianceOfLayer =
                scaling is null || layerFans is null ? null : scaling.Scale / layerFans.Value.Divisor(scaling.Mode),
            Drawn = drawn,
            Seed = (rule as RandomInitializer)?.Seed,
        };
        ExplanationWarning[] warnings = WarningRules.Of(explanation, rule);
        return warnings.Length == 0 ? explanation : explanation with { Warnings = warnings };
    }

    private static Explanation Explained(Initializer initializer, Shape shape, ElementType type, FanRule? layer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        // What is drawn does not depend on whose numbers are drawn.
        Values values = initializer is RandomInitializer random
            ? random.ValuesFor(shape, type, default)
            : initializer.ValuesFor(shape, type);
        return Of(Description(initializer), values, initializer, layer);
    }

    private static Fans? Fits(FanRule? rule, Shape shape)
    {
        if (rule is null)
            return null;
        try
        {
            return rule.Of(shape);
        }
        catch (InitializerException)
        {
            return null;
        }
    }

    /// <summary>The variance by the formula, before the element type rounds it and before a truncation narrows
    /// it.</summary>
    private static double? Asked(Initializer? rule, DeclaredDistribution? drawn) =>
        rule switch
        {
            RandomNormal normal => normal.Deviation * normal.Deviation,
            TruncatedNormal normal => normal.Deviation * normal.Deviation,
            RandomUniform uniform => (uniform.Maximum - uniform.Minimum) * (uniform.Maximum - uniform.Minimum) / 12,
            Constant => 0,
            Orthogonal => drawn?.Variance,
            _ => null,
        };

    /// <summary>An initializer as Python would write it, without its seed.</summary>
    internal static string Description(Initializer initializer) =>
        initializer switch
        {
            VarianceScaling s =>
                $"VarianceScaling(scale={Number(s.Scale)}, mode={s.Mode.Name()}, distribution={s.Distribution switch
        {
            Distribution.Uniform => "uniform",
            Distribution.UntruncatedNormal => "untruncated_normal",
            _ => "truncated_normal",
        }})",
            RandomUniform u => $"RandomUniform(minval={Number(u.Minimum)}, maxval={Number(u.Maximum)})",
            RandomNormal n => $"RandomNormal(mean={Number(n.Mean)}, stddev={Number(n.Deviation)})",
            TruncatedNormal n => $"TruncatedNormal(mean={Number(n.Mean)}, stddev={Number(n.Deviation)})",
            Orthogonal o => $"Orthogonal(gain={Number(o.Gain)})",
            Identity i => $"Identity(gain={Number(i.Gain)})",
            Constant { Value: 0 } => "Zeros",
            Constant { Value: 1 } => "Ones",
            Constant c => $"Constant({Number(c.Value)})",
            _ => initializer.GetType().Name,
        };

    private static string Number(double value) => PythonNumbers.Format(value);
}
