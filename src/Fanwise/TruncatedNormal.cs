using Fanwise.Draws;
using Fanwise.Draws.Frameworks;

namespace Fanwise;

/// <summary>Draws from a normal truncated at two deviations: <c>destination[i] = z * Deviation + Mean</c>, |z| &lt;
/// 2.</summary>
/// <remarks>Not corrected: the deviation of what is drawn is 0.8796 times <see cref="Deviation"/>.</remarks>
public sealed record TruncatedNormal : RandomInitializer
{
    /// <summary>The mean.</summary>
    public double Mean { get; init; }

    /// <summary>The standard deviation before truncation.</summary>
    public double Deviation { get; init; } = 0.05;

    private protected override bool DrawsOneByOne => true;

    internal override Draw DrawFor(Shape shape, ElementType type, ParameterRounding rounding) =>
        Draw.TruncatedNormal(type, Mean, Deviation, rounding);

    private protected override Values ValuesFor(Shape shape, ElementType type, BackendRow row, SeedPair pair) =>
        row.TruncatedNormal(shape, type, Mean, Deviation, pair);
}
