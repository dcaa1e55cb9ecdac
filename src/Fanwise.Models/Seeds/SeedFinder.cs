using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Models.PyTorch;

namespace Fanwise.Models.Seeds;

/// <summary>Which seeds made the tensors of a checkpoint: the way back from weights to the numbers that they were drawn
/// with.</summary>
/// <remarks>
/// Every seed of an initializer up to a limit is tried, and a few words of its stream are compared with those that the
/// first elements must come from. An answer is never a guess:
/// a seed counts as found when it makes every element of its tensor.
/// </remarks>
public static class SeedFinder
{
    /// <summary>A tensor is searched for where fewer seeds than this make it by chance.</summary>
    private const double MostByChance = 0.5;

    /// <summary>Without a model: each tensor by the named initializers with its own fans, and by the plain ones with
    /// Keras' defaults; as it stands and, unless the layout is Keras', turned from PyTorch's layout.</summary>
    /// <param name="tensors">What to ask about.</param>
    /// <param name="options">How far to search, and among whose numbers.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="CheckpointException">A tensor cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SeedAnswer Find(
        IReadOnlyList<StoredTensor> tensors,
        SeedOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        SeedCase[] cases = [.. tensors.Select(tensor => new SeedCase(tensor, cancellation))];
        foreach (SeedCase @case in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (@case.Verdict is null)
                @case.Consider(options);
        }

        Search(cases, options, cancellation);
        return new([.. cases.Select(@case => @case.Answer(options))]);
    }

    /// <summary>With a model: each tensor by the rule that the model has for it; and the value of
    /// <c>keras.utils.set_random_seed</c> behind the seeds.</summary>
    /// <param name="tensors">What to ask about; they are the model's by their names in the plan, or by Keras'
    /// paths; in PyTorch's layout by the names and axes that its modules have, or by the axes alone.</param>
    /// <param name="plan">The model's plan for a value of <c>set_random_seed</c>; or that of rules or of a TorchSharp
    /// module for their seed, from which and the names all streams come.</param>
    /// <param name="options">How far to search.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="CheckpointException">A tensor cannot be read.</exception>
    /// <exception cref="ModelException">The model has no plan, or none in the layout that the options name.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SeedAnswer Find(
        IReadOnlyList<StoredTensor> tensors,
        Func<long, WeightPlan> plan,
        SeedOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        WeightPlan any = plan(0);
        UnturnedTensors? unturned = NameSeeds.Are(any)
            ? null
            : UnturnedTensors.Of(tensors, any, options.Layout, options.ModuleNames);
        SeedCase[] cases = [.. (unturned?.Tensors ?? tensors).Select(tensor => new SeedCase(tensor, cancellation))];
        if (NameSeeds.Are(any))
            return new NameSeeds(cases, plan, options, cancellation).Find();
        string[] missing = ModelSeeds.Match(cases, any);
        foreach (SeedCase @case in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (@case.Weight is not null)
                @case.ConsiderWeight();
        }

        ModelSeeds seeds = new(cases, any.Draws, options, cancellation);
        long? value = seeds.Small();
        if (value is null)
        {
            // A few seeds tell the value, and the value tells all others without a search.
            Search(seeds.Leads(), options, cancellation);
            value = seeds.Any();
            if (value is null && !seeds.HasEvidence)
            {
                Search(cases, options, cancellation);
                value = seeds.Any();
            }
        }

        if (value is long known && seeds.IsOtherOrder)
            seeds.ConfirmInOtherOrder(known);
        else if (value is long inOrder)
            seeds.Confirm(plan(inOrder));
        Search(cases, options, cancellation); // what no value explains

        return new([.. cases.Select(@case => Held(@case.Answer(options))), .. Others()])
        {
            Layout = unturned is null ? KernelLayout.Keras : KernelLayout.PyTorch,
            RandomSeed = value,
            RandomSeedByChance = value is null ? 0 : seeds.ByChance,
            Explanation = seeds.Explain(value),
            Missing = missing,
        };

        // A person has the file's names before their eyes, not the plan's.
        TensorSeed Held(TensorSeed answer) =>
            unturned?.HolderOf(answer.Name) is ({ } name, var shape)
                ? answer with
                {
                    Name = name,
                    Shape = shape ?? answer.Shape,
                }
                : answer;

        IEnumerable<TensorSeed> Others()
        {
            foreach (StoredTensor tensor in unturned?.Others ?? [])
            {
                SeedCase other = new(tensor, cancellation);
                if (other.Verdict is null)
                    other.Decide(SeedVerdict.NotSearchable, "The model has no weight of this name.");
                yield return other.Answer(options);
            }
        }
    }

    /// <summary>With a program: the seed of PyTorch's generator that drew all tensors in their order.</summary>
    /// <param name="tensors">What to ask about; they are the program's by their names.</param>
    /// <param name="plan">The program's plan for a value of <c>torch.manual_seed</c>.</param>
    /// <param name="options">How far to search: <see cref="SeedOptions.RandomSeedUpTo"/>.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="CheckpointException">A tensor cannot be read.</exception>
    /// <exception cref="ModelException">The program has no plan.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SeedAnswer FindOfProgram(
        IReadOnlyList<StoredTensor> tensors,
        Func<uint, WeightPlan> plan,
        SeedOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        return new ProgramSeeds(tensors, plan, options, cancellation).Find();
    }

    /// <summary>One pass for all tensors whose question is open.</summary>
    private static void Search(SeedCase[] cases, SeedOptions options, CancellationToken cancellation)
    {
        var open = cases
            .Where(static @case => @case.Verdict is null)
            .SelectMany(@case =>
                @case
                    .Candidates.Where(candidate =>
                        candidate.Target.Probes.Count > 0 && candidate.Target.ByChance(options) < MostByChance
                    )
                    .Select(candidate => (Case: @case, Candidate: candidate))
            )
            .ToArray();
        if (open.Length > 0)
        {
            long?[] found = SeedSearch.Run(
                [.. open.Select(static pair => pair.Candidate.Target)],
                options,
                cancellation
            );
            for (int i = 0; i < open.Length; i++)
                if (found[i] is long seed && open[i].Case.Verdict is null)
                    open[i].Case.Found(open[i].Candidate, seed);
        }

        HashSet<SeedCase> searched = [.. open.Select(static pair => pair.Case)];
        foreach (SeedCase @case in cases)
            @case.Close(searched.Contains(@case));
    }
}
