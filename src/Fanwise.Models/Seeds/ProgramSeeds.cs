using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Seeds;

/// <summary>The seed of one generator that drew all tensors of a program, each at its place in the generator's
/// words.</summary>
internal sealed class ProgramSeeds(
    IReadOnlyList<StoredTensor> tensors,
    Func<uint, WeightPlan> plan,
    SeedOptions options,
    CancellationToken cancellation
)
{
    /// <summary>The tensors that are searched for, each of which is enough: some may have been trained or
    /// replaced.</summary>
    private const int MostLeads = 2;

    /// <summary>Seeds that people choose: up to here all leads are looked at together, above it one after the
    /// other.</summary>
    private const long SmallSeeds = 1 << 20;

    /// <summary>A tensor leads where so many bits are known of its words: more than a seed has.</summary>
    private const double EnoughInformation = 48;

    public SeedAnswer Find()
    {
        WeightPlan any = plan(0);
        Dictionary<string, StoredTensor> stored = new(StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors)
            stored[tensor.Name] = tensor;
        long? seed = null;
        if (options.RandomSeedUpTo >= 0 && Leads(any, stored) is { Length: > 0 } leads)
            seed = Search(leads);
        Dictionary<string, PlannedWeight> given = (seed is null or 0 ? any : plan((uint)seed)).ToDictionary(
            static weight => weight.Name,
            StringComparer.Ordinal
        );
        TensorSeed[] answers = [.. tensors.Select(tensor => Answer(tensor, given, seed))];
        TensorSeed[] random =
        [
            .. answers.Where(answer => given.GetValueOrDefault(answer.Name) is { Seeds.Count: > 0 }),
        ];
        int drawn = random.Count(static answer => answer.Verdict == SeedVerdict.Found);
        return new(answers)
        {
            RandomSeed = seed,
            Explanation =
                seed is not null ? $"torch.manual_seed({seed}) draws {drawn} of the {random.Length} random tensors."
                : options.RandomSeedUpTo < 0 ? "The value of torch.manual_seed was not searched."
                : $"No value of torch.manual_seed from 0 to {options.RandomSeedUpTo} draws one of the random tensors.",
            Missing = [.. any.Where(weight => !stored.ContainsKey(weight.Name)).Select(static weight => weight.Name)],
        };
    }

    private long? Search(SeedTarget[] leads)
    {
        SeedOptions small = options with { RandomSeedUpTo = Math.Min(SmallSeeds, options.RandomSeedUpTo) };
        long? seed = SeedSearch.RunForAny(leads, small, cancellation);
        if (options.RandomSeedUpTo > SmallSeeds)
            foreach (SeedTarget lead in leads)
                seed ??= SeedSearch.RunForAny([lead], options, cancellation);
        return seed;
    }

    /// <summary>The first tensors whose elements a seed may have drawn, and that tell enough.</summary>
    private static SeedTarget[] Leads(WeightPlan any, Dictionary<string, StoredTensor> stored) =>
        [
            .. any.Where(weight => weight.Seeds.Count > 0 && IsOf(weight, stored.GetValueOrDefault(weight.Name)))
                .Select(weight => SeedTarget.Of(stored[weight.Name].Values!, weight.Values))
                .OfType<SeedTarget>()
                .Where(static target =>
                    target is { OutOfReach: null, Probes.Count: > 0, Information: > EnoughInformation }
                )
                .Take(MostLeads),
        ];

    private static bool IsOf(PlannedWeight weight, StoredTensor? tensor) =>
        tensor?.Values is { } values && values.Shape == weight.Shape && values.ElementType == weight.ElementType;

    private TensorSeed Answer(StoredTensor tensor, Dictionary<string, PlannedWeight> given, long? seed)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!given.TryGetValue(tensor.Name, out PlannedWeight? weight))
            return Told(SeedVerdict.NotSearchable, "The model has no weight of this name.");
        if (!IsOf(weight, tensor))
            return Told(
                SeedVerdict.NotSearchable,
                $"The model's weight of this name is {weight.Shape} of {weight.ElementType.Name()}."
            );
        string rule = weight.InitializerName;
        if (weight.Seeds.Count == 0)
            return TensorChecks.Agree(tensor.Values!, weight.Values, cancellation)
                ? Told(SeedVerdict.Constant, $"It is what the model begins with ({rule}), whatever the seed.")
                : Told(SeedVerdict.NotInitial, $"It is not what the model begins with ({rule}).");
        if (seed is null)
            return Told(SeedVerdict.NotFound, $"No seed that was searched makes it by {rule}.");
        return TensorChecks.Agree(tensor.Values!, weight.Values, cancellation)
            ? Told(SeedVerdict.Found, $"{rule}, as torch.manual_seed({seed}) draws it.") with
            {
                Seed = seed,
            }
            : Told(SeedVerdict.NotInitial, $"It is not what torch.manual_seed({seed}) gives ({rule}).");

        TensorSeed Told(SeedVerdict verdict, string explanation) =>
            new(tensor.Name, tensor.Shape, tensor.Type, verdict, explanation) { Rule = weight?.InitializerName ?? "" };
    }
}
