using Fanwise.Draws;
using Fanwise.Draws.Frameworks;

namespace Fanwise;

/// <summary>Draws from a normal: <c>destination[i] = z * Deviation + Mean</c>.</summary>
public sealed record RandomNormal : RandomInitializer
{
    /// <summary>The mean.</summary>
    public double Mean { get; init; }

    /// <summary>The standard deviation.</summary>
    public double Deviation { get; init; } = 0.05;

    private protected override bool DrawsOneByOne => true;

    internal override Draw DrawFor(Shape shape, ElementType type, ParameterRounding rounding) =>
        Draw.Normal(type, Mean, Deviation, rounding);

    private protected override Values ValuesFor(Shape shape, ElementType type, BackendRow row, SeedPair pair) =>
        row.Normal(shape, type, Mean, Deviation, pair);
}
