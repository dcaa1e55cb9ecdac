using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Plans;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>What the seeds of a model's tensors say of the value of <c>keras.utils.set_random_seed</c>, which draws
/// them all.</summary>
/// <remarks>This file has the order that the model's file gives; <c>ModelSeeds.Order.cs</c> any other.</remarks>
internal sealed partial class ModelSeeds(
    SeedCase[] cases,
    int drawsOfModel,
    SeedOptions options,
    CancellationToken cancellation
)
{
    /// <summary>Values that are tried before any search of initializers' seeds.</summary>
    private const long SmallValues = 10_000;

    /// <summary>Below this chance of being an accident, a seed that was found is believed.</summary>
    private const double Certain = 1e-4;

    /// <summary>How many tensors are searched for at first.</summary>
    private const int MostLeads = 4;

    private int _agreeing;
    private string _unreached = "";

    /// <summary>How many of all values draw the seeds that were found, by chance.</summary>
    public double ByChance =>
        Math.Pow(PythonRandom.LargestKerasSeed / (IsOtherOrder ? (double)MostDraws : 1), -_agreeing)
        * ((double)uint.MaxValue + 1);

    /// <summary>Gives each tensor its weight: by its name or its place in Keras' files.</summary>
    /// <returns>The names of the weights that no tensor has.</returns>
    public static string[] Match(SeedCase[] cases, WeightPlan plan)
    {
        StoredNames names = new(plan, [.. cases.Select(static @case => @case.Tensor)]);
        foreach (SeedCase @case in cases)
        {
            if (names.Find(@case.Tensor) is { } weight)
                @case.Take(weight);
            else
                @case.Decide(SeedVerdict.NotSearchable, "The model has no weight of this name.");
        }

        HashSet<string> there =
        [
            .. cases.Where(static @case => @case.Weight is not null).Select(static @case => @case.Weight!.Name),
        ];
        return [.. plan.Where(weight => !there.Contains(weight.Name)).Select(static weight => weight.Name)];
    }

    /// <summary>Whether the seed of a tensor was found that the value has drawn.</summary>
    public bool HasEvidence => cases.Any(static @case => @case.Evidence is not null);

    /// <summary>The tensors that are drawn first and tell enough.</summary>
    public SeedCase[] Leads() =>
        [
            .. cases
                .Where(@case =>
                    @case.Candidates is [{ Seed.DrawnAt: not null } candidate]
                    && candidate.Target.ByChance(options) < Certain
                )
                .OrderBy(static @case => @case.Candidates[0].Seed!.Value.DrawnAt)
                .Take(MostLeads),
        ];

    /// <summary>The lowest of a few small values that makes the tensor which is drawn first and tells enough.</summary>
    public long? Small()
    {
        SeedCase? lead = Leads().FirstOrDefault();
        if (lead is null)
            return null;
        (SeedTarget target, int draw) = (lead.Candidates[0].Target, lead.Candidates[0].Seed!.Value.DrawnAt!.Value);
        for (long value = 0; value < SmallValues && value <= options.RandomSeedUpTo; value++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (target.Matches(RandomSeedSearch.Draws(value, draw)[draw - 1]))
                return value;
        }

        return SmallInOtherOrder();
    }

    /// <summary>The lowest of all values that draws the seeds found: two of them at least, where there are
    /// two.</summary>
    public long? Any()
    {
        (long Seed, int DrawnAt, double Information)[] found =
        [
            .. cases
                .Where(@case => @case.Evidence is not null && @case.Candidates[0].Target.ByChance(options) < Certain)
                .Select(static @case => @case.Evidence!.Value)
                .OrderBy(static evidence => evidence.DrawnAt),
        ];
        if (found.Length == 0 || options.RandomSeedUpTo < 0)
            return null;
        // From the third draw on the scan is faster.
        (long Seed, int DrawnAt, double) lead = found.FirstOrDefault(static evidence => evidence.DrawnAt > 2, found[0]);
        if (!RandomSeedSearch.Reaches(lead.DrawnAt - 1))
        {
            _unreached = $" The first one is draw {lead.DrawnAt}, beyond those that the search for it reaches.";
            return null;
        }

        return InOrder(found, lead) ?? InOtherOrder(found);
    }

    private long? InOrder((long Seed, int DrawnAt, double Information)[] found, (long Seed, int DrawnAt, double) lead)
    {
        int needed = Math.Min(2, found.Select(static evidence => evidence.DrawnAt).Distinct().Count());
        return RandomSeedSearch.Run(
            lead.DrawnAt - 1,
            lead.Seed,
            value =>
            {
                long[] draws = RandomSeedSearch.Draws(value, found[^1].DrawnAt);
                return draws[lead.DrawnAt - 1] == lead.Seed
                    && found
                        .Where(evidence => draws[evidence.DrawnAt - 1] == evidence.Seed)
                        .Select(static evidence => evidence.DrawnAt)
                        .Distinct()
                        .Count() >= needed;
            },
            options,
            cancellation
        );
    }

    /// <summary>Compares everything that is still open with what the value gives.</summary>
    public void Confirm(WeightPlan plan)
    {
        foreach (SeedCase @case in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (@case.Weight is { } weight)
                @case.Confirm(plan[weight.Name]);
        }

        Dictionary<int, long> drawn = [];
        foreach (WeightSeed seed in plan.SelectMany(static weight => weight.Seeds))
            if (seed.DrawnAt is int at)
                drawn[at] = seed.Seed;
        _agreeing = cases
            .Select(static @case => @case.Evidence)
            .Where(evidence => evidence is { } found && drawn.GetValueOrDefault(found.DrawnAt) == found.Seed)
            .Select(static evidence => evidence!.Value.DrawnAt)
            .Distinct()
            .Count();
    }

    /// <summary>What there is to say of the value.</summary>
    public string Explain(long? value)
    {
        if (value is long known)
        {
            int drawn = cases.Count(static @case => @case.Weight?.Seeds is [{ DrawnAt: not null }, ..]),
                agreeing = cases.Count(static @case =>
                    @case.Weight?.Seeds is [{ DrawnAt: not null }, ..] && @case.Verdict == SeedVerdict.Found
                );
            string order = IsOtherOrder ? ", in another order than the model's file has: its layers were made so" : "";
            return ByChance < 0.01
                ? $"keras.utils.set_random_seed({known}) draws {agreeing} of the {drawn} random tensors{order}."
                : $"keras.utils.set_random_seed({known}) is the lowest value that draws what was found; about "
                    + $"{ByChance:0.#} others do too, for it is only {_agreeing} seed.";
        }

        if (options.RandomSeedUpTo < 0)
            return "The value of set_random_seed was not searched.";
        return HasEvidence
            ? _unreached.Length > 0
                ? $"The value of set_random_seed was not searched.{_unreached}"
                : $"No value of set_random_seed from 0 to {options.RandomSeedUpTo} draws the seeds that were found."
            : "No seed of an initializer was found, so nothing tells the value of set_random_seed.";
    }
}
