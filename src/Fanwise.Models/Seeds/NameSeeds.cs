using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>The seed of a plan whose tensors have their streams from that seed and their names: a start by rules, or
/// that of a TorchSharp module.</summary>
internal sealed class NameSeeds(
    SeedCase[] cases,
    Func<long, WeightPlan> plan,
    SeedOptions options,
    CancellationToken cancellation
)
{
    /// <summary>The key of a plan's metadata that names the scheme.</summary>
    private const string MetadataKey = "stream";

    /// <summary>Tensors that are looked for, each of which is enough: some may have been trained or replaced.</summary>
    private const int MostLeads = 2;

    private const long Chunk = 1 << 14;

    /// <summary>Whether a plan's tensors have their streams from their names.</summary>
    public static bool Are(WeightPlan plan) =>
        plan.Metadata.TryGetValue(MetadataKey, out string? scheme) && scheme == TensorKeys.Scheme;

    public SeedAnswer Find()
    {
        WeightPlan any = plan(0),
            other = plan(1);
        string[] missing = ModelSeeds.Match(cases, any);
        List<SeedCase> random = [];
        foreach (SeedCase @case in cases.Where(static @case => @case.Weight is not null))
            if (any[@case.Weight!.Name].Values.Equals(other[@case.Weight.Name].Values))
                @case.ConsiderWeight();
            else
                random.Add(@case);
        long? seed = Search([.. random.Where(IsLead).OrderByDescending(Elements).Take(MostLeads)]);
        WeightPlan? found = seed is { } known ? plan(known) : null;
        foreach (SeedCase @case in random)
        {
            cancellation.ThrowIfCancellationRequested();
            if (found is not null && TensorChecks.Agree(@case.Values, found[@case.Name].Values, cancellation))
                @case.FoundByName(seed!.Value);
            else
                @case.Decide(
                    found is null ? SeedVerdict.NotFound : SeedVerdict.NotInitial,
                    found is null
                        ? $"No seed from 0 to {options.RandomSeedUpTo} gives it under its name."
                        : $"It is not what the seed {seed} gives under its name."
                );
        }

        int drawn = random.Count(static @case => @case.Verdict == SeedVerdict.Found);
        return new([.. cases.Select(@case => @case.Answer(options))])
        {
            RandomSeed = seed,
            Explanation =
                seed is not null ? $"The seed {seed} draws {drawn} of the {random.Count} random tensors."
                : options.RandomSeedUpTo < 0 ? "The plan's seed was not searched."
                : $"No seed from 0 to {options.RandomSeedUpTo} draws one of the random tensors.",
            Missing = missing,
        };
    }

    private static long Elements(SeedCase @case) => @case.Values.Shape.Elements;

    /// <summary>Whether a tensor is one draw under its own name, enough to tell a seed by, and no trained
    /// one.</summary>
    private static bool IsLead(SeedCase @case) =>
        Elements(@case) >= NamedLead.FewElements
        && NamedLead.Drawn(@case.Weight!.Values) is { Draw.Multiplier: not 0 } drawn
        && drawn.Stream == TensorKeys.Of(0, @case.Weight.Name)
        && (@case.Weight.Values is RoundedValues || SeedTarget.Of(@case.Values, drawn) is { OutOfReach: null });

    /// <summary>The lowest seed that gives one of the leads.</summary>
    private long? Search(SeedCase[] leads)
    {
        if (leads.Length == 0)
            return null;
        NamedLead[] looked = [.. leads.Select(static lead => new NamedLead(lead.Values, lead.Weight!))];
        long next = 0,
            lowest = long.MaxValue,
            end = options.RandomSeedUpTo + 1;
        Together.Run(
            options.Threads,
            () =>
            {
                // Chunks are handed out in ascending order and finished, so what is found is the lowest.
                while (Volatile.Read(ref lowest) == long.MaxValue)
                {
                    long start = (Interlocked.Increment(ref next) - 1) * Chunk;
                    if (start >= end)
                        break;
                    cancellation.ThrowIfCancellationRequested();
                    for (long seed = start; seed < Math.Min(start + Chunk, end); seed++)
                        if (Gives(seed))
                        {
                            Lower(ref lowest, seed);
                            break;
                        }

                    options.Progress?.Report(new("seeds of the plan", Math.Min(start + Chunk, end), end));
                }
            }
        );
        return lowest == long.MaxValue ? null : lowest;

        bool Gives(long seed)
        {
            foreach (NamedLead lead in looked)
                if (lead.MayBe((ulong)seed) && TensorChecks.Agree(lead.Tensor, lead.Under((ulong)seed), cancellation))
                    return true;
            return false;
        }
    }

    private static void Lower(ref long lowest, long seed)
    {
        long seen;
        while (seed < (seen = Volatile.Read(ref lowest)))
            Interlocked.CompareExchange(ref lowest, seed, seen);
    }
}
