using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>How one weight begins: its values, and why they are what they are.</summary>
/// <param name="Values">Shape, element type and values.</param>
/// <param name="Initializer">The initializer in words: <c>GlorotUniform</c>, <c>sqrt(RandomUniform)</c>.</param>
internal sealed record InitialValue(Values Values, string Initializer)
{
    /// <summary>The rule that draws or fills, without its seed; null where several make the values.</summary>
    public Initializer? Rule { get; init; }

    /// <summary>The seeds used, in order.</summary>
    public WeightSeed[] Seeds { get; init; } = [];
}
