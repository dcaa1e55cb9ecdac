using Fanwise.Models.Plans;

namespace Fanwise.Models.Reports;

/// <summary>What other backends draw a weight's values from, where that is another distribution.</summary>
/// <param name="Who">The names of those backends, as <c>KERAS_BACKEND</c> takes them.</param>
/// <param name="Declared">The distribution.</param>
internal sealed record ElsewhereDensity(IReadOnlyList<string> Who, DeclaredDistribution Declared)
{
    /// <summary>Shares of all values that differ by less are the rounding of a bound.</summary>
    private const double Grain = 1e-7;

    /// <summary>The densities of Keras' other backends; none where all are the weight's own, or a backend is none of
    /// the plan's choices.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="backend">The backend of its plan; null where the plan has none.</param>
    /// <param name="own">What its values are declared to be.</param>
    public static IReadOnlyList<ElsewhereDensity> Of(PlannedWeight weight, string? backend, DeclaredDistribution own)
    {
        if (weight.Initializer is not RandomInitializer random || backend is null)
            return [];
        List<(string Backend, DeclaredDistribution Declared)> others = [];
        foreach (string name in Backends.Names)
            if (
                name != backend
                && DeclaredOn(random with { Backend = Backends.Parse(name) }, weight) is { } other
                && Differ(own, other)
            )
                others.Add((name, other));
        List<ElsewhereDensity> densities = [];
        foreach ((string name, DeclaredDistribution declared) in others)
        {
            int like = densities.FindIndex(density => !Differ(density.Declared, declared));
            if (like < 0)
                densities.Add(new([name], declared));
            else
                densities[like] = densities[like] with { Who = [.. densities[like].Who, name] };
        }

        return densities;
    }

    private static DeclaredDistribution? DeclaredOn(RandomInitializer initializer, PlannedWeight weight)
    {
        try
        {
            return
                DeclaredDistribution.Of(initializer.ValuesFor(weight.Shape, weight.ElementType, seed: 0, use: 0))
                    is { HasDensity: true } declared
                ? declared
                : null;
        }
        catch (InitializerException)
        {
            return null; // a type that this backend does not draw
        }
    }

    /// <summary>Whether more values lie beyond one of these places than the grain explains.</summary>
    private static bool Differ(DeclaredDistribution left, DeclaredDistribution right)
    {
        if (left.Equals(right))
            return false;
        for (double deviations = -4; deviations <= 4; deviations += 0.5)
        {
            double place = left.Mean + deviations * left.Deviation;
            if (Math.Abs(left.Cumulative(place) - right.Cumulative(place)) > Grain)
                return true;
        }

        return false;
    }
}
