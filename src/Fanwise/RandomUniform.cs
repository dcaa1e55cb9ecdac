using Fanwise.Draws;
using Fanwise.Draws.Frameworks;

namespace Fanwise;

/// <summary>Draws uniformly from [Minimum, Maximum): <c>destination[i] = u * (Maximum - Minimum) + Minimum</c>, u on
/// [0, 1).</summary>
public sealed record RandomUniform : RandomInitializer
{
    /// <summary>The lower bound, included.</summary>
    public double Minimum { get; init; } = -0.05;

    /// <summary>The upper bound, excluded (but for rounding in short element types).</summary>
    public double Maximum { get; init; } = 0.05;

    private protected override bool DrawsOneByOne => true;

    internal override Draw DrawFor(Shape shape, ElementType type, ParameterRounding rounding) =>
        Draw.Uniform(type, Minimum, Maximum, rounding);

    private protected override Values ValuesFor(Shape shape, ElementType type, BackendRow row, SeedPair pair) =>
        row.Uniform(shape, type, Minimum, Maximum, pair);
}
