using System.Globalization;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Models.PyTorch;

namespace Fanwise.Models.Seeds;

/// <summary>The question which seed made one tensor, until it is answered. Keeps state.</summary>
internal sealed class SeedCase
{
    /// <summary>What follows a rule's name where the tensor is turned.</summary>
    private const string Turned = " in PyTorch's layout";

    private readonly StoredTensor _tensor;
    private readonly CancellationToken _cancellation;
    private Candidate? _found;
    private long? _seed;
    private int? _drawnAt;
    private int _rules = 1;
    private bool _confirmed;
    private string _explanation = "";

    public SeedCase(StoredTensor tensor, CancellationToken cancellation)
    {
        (_tensor, _cancellation) = (tensor, cancellation);
        if (tensor.Values is null || !tensor.Values.ElementType.IsFloating())
            Decide(SeedVerdict.NotSearchable, $"No initializer draws elements of the type {tensor.Type}.");
        else if (tensor.Shape.Elements == 0)
            Decide(SeedVerdict.Constant, "It has no elements.");
        else if (TensorChecks.IsConstant(tensor.Values, cancellation) && tensor.Shape.Elements > 1)
            Decide(SeedVerdict.Constant, "All elements are one value, which no seed changes.");
    }

    public StoredTensor Tensor => _tensor;

    public string Name => _tensor.Name;

    public Values Values => _tensor.Values!;

    /// <summary>The answer; null while it is open.</summary>
    public SeedVerdict? Verdict { get; private set; }

    /// <summary>The weight of the model that the tensor is; null without a model, or where it has none of the
    /// name.</summary>
    public PlannedWeight? Weight { get; private set; }

    /// <summary>The ways in which the tensor may have been drawn.</summary>
    public IReadOnlyList<Candidate> Candidates { get; private set; } = [];

    /// <summary>The seed that made it, and where in the model's stream of seeds that is; null where it was not
    /// found.</summary>
    public (long Seed, int DrawnAt, double Information)? Evidence =>
        _seed is long seed && _found is { Seed.DrawnAt: int at } candidate
            ? (seed, at, candidate.Target.Information)
            : null;

    public void Decide(SeedVerdict verdict, string explanation) => (Verdict, _explanation) = (verdict, explanation);

    /// <summary>Takes the tensor as this weight of the model.</summary>
    public void Take(PlannedWeight weight)
    {
        if (weight.Shape != _tensor.Shape || _tensor.Values?.ElementType != weight.ElementType)
            Decide(
                SeedVerdict.NotSearchable,
                $"The model's weight of this name is {weight.Shape} of {weight.ElementType.Name()}."
            );
        else
            Weight = weight;
    }

    /// <summary>Asks by rules of which any may be the tensor's, as it stands or turned from PyTorch's layout.</summary>
    public void Consider(SeedOptions options)
    {
        Values[] turned = options.Layout == KernelLayout.Keras ? [] : [.. TurnedGuesses.Of(Values)];
        Candidates =
        [
            .. Candidate.Of(Values, options.Backend),
            .. turned
                .SelectMany(values => Candidate.Of(values, options.Backend))
                .Select(static candidate => candidate with { Rule = candidate.Rule + Turned }),
        ];
        _rules = Candidate.Rules * (1 + turned.Length);
        if (Candidates.Count > 0)
            return;
        if (TensorChecks.LooksOrthogonal(Values) || Array.Exists(turned, TensorChecks.LooksOrthogonal))
            Decide(
                SeedVerdict.NotSearchable,
                "It is orthogonal, and the seed of an orthogonal matrix cannot be searched."
            );
        else
            Decide(
                SeedVerdict.NotInitial,
                "It is not an initial value of any named initializer with this shape's fans: it was trained, or "
                    + "drawn by another rule."
            );
    }

    /// <summary>Asks by the model's rule.</summary>
    public void ConsiderWeight()
    {
        Values expected = Weight!.Values;
        if (expected.Shape.Elements == 0)
            return;
        if (Weight.Seeds.Count == 0)
        {
            if (TensorChecks.Agree(Values, expected, _cancellation))
                Decide(
                    SeedVerdict.Constant,
                    $"It is what the model begins with ({Weight.InitializerName}), whatever the seed."
                );
            else
                Decide(SeedVerdict.NotInitial, $"It is not what the model begins with ({Weight.InitializerName}).");
        }
        else if (
            Weight.Seeds.All(static seed => seed.DrawnAt is null) && TensorChecks.Agree(Values, expected, _cancellation)
        )
        {
            Decide(
                SeedVerdict.Found,
                $"{Weight.InitializerName} with the seed that the model gives, {Weight.Seeds[0].Seed}."
            );
            _seed = Weight.Seeds[0].Seed;
        }
        else if (SeedTarget.Of(Values, expected) is not { } target)
        {
            Decide(
                SeedVerdict.NotSearchable,
                expected is OrthogonalValues or FactorValues
                    ? "The seed of an orthogonal matrix cannot be searched."
                    : $"It is made of several draws or of an altered one ({Weight.InitializerName}), whose seeds "
                        + "are not searched."
            );
        }
        else
        {
            Verdict = null; // a constant where the model draws is for the inversion to refuse
            if (target.OutOfReach is int element)
                Decide(SeedVerdict.NotInitial, OutOfReach(element));
            else if (Weight.Seeds[0].Use > 0)
                Decide(
                    SeedVerdict.NotSearchable,
                    $"Its seed is the use {Weight.Seeds[0].Use} of a seed generator; only first uses are searched."
                );
            else
                Candidates = [new(Weight.InitializerName, target, Weight.Seeds[0])];
        }
    }

    /// <summary>The seed was found, and makes every element.</summary>
    public void Found(Candidate candidate, long seed)
    {
        _found = candidate;
        _seed = seed;
        Decide(SeedVerdict.Found, "");
    }

    /// <summary>The seed was found as this draw of a value, wherever the model's file has it.</summary>
    public void Found(Candidate candidate, long seed, int drawnAt)
    {
        Found(candidate, seed);
        _drawnAt = drawnAt;
    }

    /// <summary>Where the question is still open after a search, says why.</summary>
    public void Close(bool searched)
    {
        if (Verdict is not null)
            return;
        if (searched)
            Decide(SeedVerdict.NotFound, "");
        else if (Candidates.Count > 0 && Candidates.All(static candidate => candidate.Target.Probes.Count == 0))
            Decide(
                SeedVerdict.NotSearchable,
                "Seeds of its generator are not searched one by one, and none that was tried makes it."
            );
        else
            Decide(SeedVerdict.TooFew, "");
    }

    /// <summary>The value of <c>set_random_seed</c> is known, and so what the weight should be.</summary>
    public void Confirm(PlannedWeight weight)
    {
        if (Verdict is SeedVerdict.Found or SeedVerdict.Constant or SeedVerdict.NotInitial)
            return;
        if (TensorChecks.Agree(Values, weight.Values, _cancellation))
        {
            _found = Candidates.Count > 0 ? Candidates[0] : null;
            _seed = weight.Seeds[0].Seed;
            _confirmed = true;
            bool isFactor = weight.Values is OrthogonalValues or FactorValues;
            Decide(
                SeedVerdict.Found,
                $"{weight.InitializerName} with the seed {_seed}"
                    + $"{(isFactor ? ", to the tolerance of an orthogonal factor" : "")}."
            );
        }
        else if (Candidates.Count == 0)
        {
            Decide(
                SeedVerdict.NotInitial,
                $"It is not what the value of set_random_seed gives ({weight.InitializerName})."
            );
        }
    }

    /// <summary>A plan's seed gives it under its name.</summary>
    public void FoundByName(long seed)
    {
        (_seed, _confirmed) = (seed, true);
        Decide(SeedVerdict.Found, $"{Weight!.InitializerName} with the seed {seed} and its name.");
    }

    /// <summary>The answer.</summary>
    public TensorSeed Answer(SeedOptions options)
    {
        double chance = Candidates.Select(candidate => candidate.Target.ByChance(options)).DefaultIfEmpty().Min();
        double missed = Candidates.Count == 0 ? 0 : Candidates.Max(static candidate => candidate.Target.ChanceOfMiss);
        string explanation = Verdict switch
        {
            SeedVerdict.NotFound when Candidates.Count > 0 => $"No seed from 0 to {options.UpTo} makes it by "
                + $"{RulesTried()}"
                + $"{(missed > 1e-6 ? $" (one would be missed with a chance of {missed:0.0e+0})" : "")}.",
            SeedVerdict.TooFew =>
                $"Too few elements: {chance:0.#} or more of the seeds from 0 to {options.UpTo} make them by "
                    + $"{RulesTried()}.",
            SeedVerdict.Found when _found is not null && !_confirmed =>
                $"{_found.Rule} with the seed {_seed} (chance of an accident: "
                    + $"{Chance(_found.Target.ByChance(options) * _rules)}).",
            _ => _explanation,
        };
        return new(_tensor.Name, _tensor.Shape, _tensor.Type, Verdict!.Value, explanation)
        {
            Rule = _found?.Rule ?? Weight?.InitializerName ?? "",
            Seed = _seed,
            DrawnAt = _drawnAt ?? (Weight?.Seeds is [{ DrawnAt: int at }, ..] ? at : null),
            ByChance = _found is null || _confirmed ? 0 : _found.Target.ByChance(options) * _rules,
        };
    }

    /// <summary>Every rule once; one that was tried as the tensor stands is not told again for the turned
    /// one.</summary>
    private string RulesTried()
    {
        string[] rules = [.. Candidates.Select(static candidate => candidate.Rule).Distinct(StringComparer.Ordinal)];
        return string.Join(
            " or ",
            rules.Where(rule =>
                !rule.EndsWith(Turned, StringComparison.Ordinal) || !rules.Contains(rule[..^Turned.Length])
            )
        );
    }

    private static string Chance(double chance) =>
        chance < 1e-99 ? "below 1e-99" : chance.ToString("0e+0", CultureInfo.InvariantCulture);

    private string OutOfReach(int element) =>
        element == 0 && Values.Shape.Elements > 1
            ? $"It is not an initial value: {Weight!.InitializerName} does not draw its first elements, whatever "
                + "the seed."
            : $"It is not an initial value: {Weight!.InitializerName} does not draw the elements from {element} "
                + "on, whatever the seed.";
}
