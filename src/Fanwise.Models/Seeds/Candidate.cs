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
    public static IEnumerable<Candidate> Of(Values tensor, Backend backend) =>
        Tried
            .Zip(Names, (rule, name) => (Values: Drawn(rule with { Backend = backend }, tensor), Name: name))
            .Where(static pair => pair.Values is not null)
            .GroupBy(static pair => IdentityOf(pair.Values!))
            .Select(group => new Candidate(
                string.Join(" or ", group.Select(static pair => pair.Name)),
                SeedTarget.Of(tensor, group.First().Values!)!
            ))
            .Where(static candidate => candidate.Target.OutOfReach is null);

    private static string IdentityOf(Values values)
    {
        IdentityWriter writer = new();
        writer.Write(values);
        return writer.Digest();
    }

    /// <summary>The tensor by a rule and some seed; null where the backend does not draw its type.</summary>
    private static Values? Drawn(RandomInitializer rule, Values tensor)
    {
        try
        {
            return rule.ValuesFor(tensor.Shape, tensor.ElementType, 0, 0);
        }
        catch (InitializerException)
        {
            return null;
        }
    }
}
