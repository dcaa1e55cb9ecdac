using Fanwise.Draws;
using Fanwise.Draws.Frameworks;

namespace Fanwise;

/// <summary>Draws with a variance of <c>Scale / max(1, fan)</c>, so that signals neither grow nor vanish through the
/// layers.</summary>
/// <remarks>
/// s = Scale / max(1, n), n = fan in, fan out or their mean.
/// Uniform: <c>destination[i] = u * (limit - (-limit)) + (-limit)</c>, limit = sqrt(3 s), u on [0, 1).
/// Untruncated normal: <c>destination[i] = z * sqrt(s) + 0</c>. Truncated normal: <c>z * sqrt(s) / 0.87962566103423978
/// + 0</c>, |z| &lt; 2; the divisor is the deviation of such a z.
/// Sources: Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998; keras/src/initializers/random_initializers.py.
/// </remarks>
public sealed record VarianceScaling : RandomInitializer
{
    /// <summary>The standard deviation of a standard normal that is truncated at -2 and 2.</summary>
    public const double TruncatedDeviation = .87962566103423978;

    /// <summary>A variance of 1 / fan in, truncated normal: Keras' defaults.</summary>
    public VarianceScaling() { }

    /// <summary>The variance that is divided by the fan; positive and finite.</summary>
    /// <exception cref="InitializerException">Set to something else.</exception>
    public double Scale
    {
        get;
        init =>
            field =
                value > 0 && double.IsFinite(value)
                    ? value
                    : throw new InitializerException(
                        $"`scale` must be positive and finite; received {PythonNumbers.Format(value)}."
                    );
    } = 1.0;

    /// <summary>Which fan divides.</summary>
    public FanMode Mode { get; init; }

    /// <summary>What is drawn from.</summary>
    public Distribution Distribution { get; init; }

    /// <summary>Which axes lead in and out; null for the guess by shape, <see cref="Fans.Of(Shape)"/>.</summary>
    public FanAxes? Axes { get; init; }

    /// <summary>How the fans are counted, by choice; null for what Keras does: the axes where they are given, else the
    /// guess by shape.</summary>
    public FanRule? Rule { get; init; }

    /// <summary>The rule by which the fans are counted: the one chosen, else the axes, else the guess by
    /// shape.</summary>
    public FanRule RuleInForce => Rule ?? (Axes is null ? FanRule.Heuristic : FanRule.Along(Axes));

    /// <summary>The fans of this shape, by the rule in force.</summary>
    /// <exception cref="InitializerException">The rule does not fit the shape.</exception>
    public Fans FansOf(Shape shape) => RuleInForce.Of(shape);

    /// <inheritdoc/>
    /// <remarks>A rule or axes that were chosen stay: they say themselves how fans are counted.</remarks>
    public override Initializer InLayout(KernelLayout layout) =>
        layout == KernelLayout.PyTorch && Rule is null && Axes is null
            ? this with
            {
                Rule = FanRule.Heuristic.InPyTorchLayout(),
            }
            : this;

    private protected override bool DrawsOneByOne => true;

    internal override Draw DrawFor(Shape shape, ElementType type, ParameterRounding rounding) =>
        DrawFor(Scale, FansOf(shape).Divisor(Mode), Distribution, corrected: true, type, rounding);

    private protected override Values ValuesFor(Shape shape, ElementType type, BackendRow row, SeedPair pair)
    {
        double variance = Scale / FansOf(shape).Divisor(Mode),
            limit = Math.Sqrt(3.0 * variance),
            deviation = Math.Sqrt(variance);
        return Distribution switch
        {
            Distribution.Uniform => row.Uniform(shape, type, -limit, limit, pair),
            Distribution.UntruncatedNormal => row.Normal(shape, type, 0, deviation, pair),
            _ => row.TruncatedNormal(shape, type, 0, deviation / TruncatedDeviation, pair),
        };
    }

    /// <summary>The rule of every generation: what they differ in is passed.</summary>
    /// <param name="scale">The variance to be divided; a NaN draws NaN.</param>
    /// <param name="divisor">What divides it.</param>
    /// <param name="distribution">What is drawn from.</param>
    /// <param name="corrected">Whether a truncated normal is widened to have the variance asked for; r1.2 did
    /// not.</param>
    /// <param name="type">The element type.</param>
    /// <param name="rounding">How parameters get into the element type.</param>
    internal static Draw DrawFor(
        double scale,
        double divisor,
        Distribution distribution,
        bool corrected,
        ElementType type,
        ParameterRounding rounding
    )
    {
        double variance = scale / divisor;
        switch (distribution)
        {
            case Distribution.Uniform:
                double limit = Math.Sqrt(3.0 * variance);
                return Draw.Uniform(type, -limit, limit, rounding);
            case Distribution.UntruncatedNormal:
                return Draw.Normal(type, 0, Math.Sqrt(variance), rounding);
            default:
                return Draw.TruncatedNormal(
                    type,
                    0,
                    corrected ? Math.Sqrt(variance) / TruncatedDeviation : Math.Sqrt(variance),
                    rounding
                );
        }
    }
}
