using Fanwise.Draws;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Seeds;

/// <summary>A way in which a tensor may have been drawn.</summary>
/// <param name="Rule">The initializer by Keras' name.</param>
/// <param name="Target">The tensor, inverted as this draw.</param>
/// <param name="Seed">Whose seed it is in a model; null without one.</param>
internal sealed record Candidate(string Rule, SeedTarget Target, WeightSeed? Seed = null)
{
    /// <summary>The rules that are tried where no model says which: the named initializers with the tensor's own fans,
    /// and the plain ones with Keras' defaults.</summary>
    private static readonly RandomInitializer[] Tried =
    [
        Initializers.GlorotUniform(0),
        Initializers.GlorotNormal(0),
        Initializers.HeUniform(0),
        Initializers.HeNormal(0),
        Initializers.LecunUniform(0),
        Initializers.LecunNormal(0),
        Initializers.RandomUniform(0),
        Initializers.RandomNormal(0),
        Initializers.TruncatedNormal(0),
    ];

    private static readonly string[] Names =
    [
        "GlorotUniform",
        "GlorotNormal",
        "HeUniform",
        "HeNormal",
        "LecunUniform",
        "LecunNormal",
        "RandomUniform",
        "RandomNormal",
        "TruncatedNormal",
    ];

    /// <summary>How many rules are tried without a model.</summary>
    public static int Rules => Tried.Length;

    /// <summary>The rules, of those that are tried, whose reach the tensor's first elements are in; those that draw
    /// alike as one.</summary>
    public static IEnumerable<Candidate> Of(Values tensor) =>
        Tried
            .Zip(Names, (rule, name) => (Draw: rule.DrawFor(tensor.Shape, tensor.ElementType), Name: name))
            .GroupBy(static pair => pair.Draw, static pair => pair.Name)
            .Select(group => new Candidate(string.Join(" or ", group), new SeedTarget(tensor, group.Key)))
            .Where(static candidate => candidate.Target.OutOfReach is null);
}
