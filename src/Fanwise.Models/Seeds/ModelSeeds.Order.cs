namespace Fanwise.Models.Seeds;

/// <summary>Seeds that a value has drawn in another order than the model's file gives.</summary>
/// <remarks>A program draws in the order in which it makes its layers; what is read from a file, in the file's. A file
/// that was saved right after a program ran has the program's draws.</remarks>
internal sealed partial class ModelSeeds
{
    /// <summary>A program may draw more than its file tells: layers that are not in it, copies inside of
    /// wrappers.</summary>
    private const int MoreDraws = 16;

    /// <summary>Whether the value draws the seeds in another order than the file's.</summary>
    public bool IsOtherOrder { get; private set; }

    /// <summary>So many first draws of a value are looked at.</summary>
    private int MostDraws => (2 * drawsOfModel) + MoreDraws;

    /// <summary>Finds each tensor's seed among the first draws of a value.</summary>
    public void ConfirmInOtherOrder(long value)
    {
        long[] draws = RandomSeedSearch.Draws(value, MostDraws);
        HashSet<int> agreeing = [];
        foreach (SeedCase @case in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (@case.Candidates is not [{ Seed.DrawnAt: not null } candidate])
                continue;
            int at = Array.FindIndex(draws, candidate.Target.Matches);
            if (at < 0)
                continue;
            @case.Found(candidate, draws[at], at + 1);
            agreeing.Add(at);
        }

        _agreeing = agreeing.Count;
    }

    /// <summary>The lowest of a few small values that makes two tensors by any of its first draws.</summary>
    private long? SmallInOtherOrder()
    {
        SeedTarget[] leads = [.. Leads().Take(2).Select(static lead => lead.Candidates[0].Target)];
        if (leads.Length < 2)
            return null;
        for (long value = 0; value < SmallValues && value <= options.RandomSeedUpTo; value++)
        {
            cancellation.ThrowIfCancellationRequested();
            long[] draws = RandomSeedSearch.Draws(value, MostDraws);
            IsOtherOrder = Array.TrueForAll(leads, lead => Array.Exists(draws, lead.Matches));
            if (IsOtherOrder)
                return value;
        }

        return null;
    }

    /// <summary>The lowest of all values that has two of the seeds found among its first draws.</summary>
    private long? InOtherOrder((long Seed, int DrawnAt, double Information)[] found)
    {
        HashSet<long> seeds = [.. found.Select(static evidence => evidence.Seed)];
        if (seeds.Count < 2 || !RandomSeedSearch.Reaches(MostDraws))
            return null;
        long? value = RandomSeedSearch.RunAnywhere(
            MostDraws,
            found[0].Seed,
            value => RandomSeedSearch.Draws(value, MostDraws).Count(seeds.Contains) >= 2,
            options,
            cancellation
        );
        IsOtherOrder = value is not null;
        return value;
    }
}
