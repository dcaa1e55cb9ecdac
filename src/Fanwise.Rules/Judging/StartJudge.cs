using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using static Fanwise.Rules.FindingList;

namespace Fanwise.Rules;

/// <summary>Holds a start, whoever made it, against rules: no seed is needed, for what is judged is which distribution
/// each tensor's values have, and whether values repeat that should not.</summary>
internal sealed class StartJudge
{
    /// <summary>Checks of a tensor that chance can fail: mean, variance, kurtosis, extremes, distribution,
    /// zeros.</summary>
    private const int ChecksOfATensor = 6;

    /// <summary>The logarithm of a deviation's factor that is wrong also where values repeat.</summary>
    private const double FarDeviation = 0.25;

    private readonly JudgeOptions _options;
    private readonly IReadOnlyList<RuledTensor> _ruled;
    private readonly Dictionary<string, StoredTensor> _stored;
    private readonly FindingList _findings = new();
    private readonly DrawnChecks _drawn;
    private readonly int _checks;

    private StartJudge(
        IReadOnlyList<RuledTensor> ruled,
        Dictionary<string, StoredTensor> stored,
        JsonElement configuration,
        JudgeOptions options
    )
    {
        _ruled = ruled;
        _stored = stored;
        _options = options;
        _checks = ChecksOfATensor * Math.Max(1, ruled.Count(static tensor => tensor.Draw.Deviation != 0));
        _drawn = new(_findings, options.FalseAlarms / _checks, configuration);
    }

    /// <summary>The report on a checkpoint.</summary>
    public static StartReport Judge(
        RuleSet rules,
        CheckpointReader checkpoint,
        JsonElement configuration,
        JudgeOptions options,
        CancellationToken cancellation
    )
    {
        Check(options);
        Dictionary<string, StoredTensor> stored = new(StringComparer.Ordinal);
        foreach (StoredTensor tensor in checkpoint.Tensors)
            if (!stored.TryAdd(tensor.Name, tensor))
                throw new RuleException($"A tensor's name stands once; '{tensor.Name}' is stored twice.");
        bool hasTensors = rules.HasTensors && configuration.ValueKind == JsonValueKind.Object;
        IReadOnlyList<TensorSpec> shapes = hasTensors
            ? rules.Tensors(configuration)
            :
            [
                .. checkpoint.Tensors.Select(static tensor => new TensorSpec(
                    tensor.Name,
                    tensor.Shape,
                    tensor.Values?.ElementType ?? ElementType.Float32
                )),
            ];
        IReadOnlyList<RuledTensor> ruled = rules.Apply(shapes, configuration);
        StartJudge judge = new(ruled, stored, configuration, options);
        if (hasTensors)
            judge.CheckNames([.. shapes.Select(static shape => shape.Name)]);
        return judge.Run(cancellation);
    }

    private static void Check(JudgeOptions options)
    {
        if (!(options.FalseAlarms > 0 && options.FalseAlarms <= 0.5))
            throw new RuleException(
                $"The probability of a false alarm is above 0 and at most 0.5; received {options.FalseAlarms:R}."
            );
        if (options.ValuesOfATensor is < 4096 or > 1 << 26)
            throw new RuleException(
                $"Of a tensor 4096 to {1 << 26} values are read; received {options.ValuesOfATensor}."
            );
    }

    /// <summary>What a configuration gives and the checkpoint lacks, and the other way round. Tied tensors may be
    /// stored.</summary>
    private void CheckNames(HashSet<string> known)
    {
        foreach (RuledTensor tensor in _ruled)
            if (!_stored.ContainsKey(tensor.Tensor.Name))
                _findings.Add(tensor.Tensor.Name, "missing", $"it is not there: {Said(tensor)}", 1000);
        foreach (string name in _stored.Keys.Where(name => !known.Contains(name)))
            _findings.Add(name, "unexpected", "the configuration gives no tensor of this name", 900);
    }

    private StartReport Run(CancellationToken cancellation)
    {
        List<JudgedTensor> judged = [];
        Dictionary<string, string> beginnings = new(StringComparer.Ordinal);
        foreach (RuledTensor rule in _ruled)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!_stored.TryGetValue(rule.Tensor.Name, out StoredTensor? stored) || !Fits(rule, stored))
                continue;
            int before = _findings.All.Count;
            JudgedTensor found = Judge(rule, stored, beginnings);
            judged.Add(found with { Findings = [.. _findings.All.Skip(before)] });
        }

        return new(
            judged,
            [.. _findings.All.OrderByDescending(static finding => finding.Severity)],
            judged.Sum(static tensor => tensor.Read),
            _checks,
            _options.FalseAlarms
        );
    }

    private bool Fits(RuledTensor rule, StoredTensor stored)
    {
        if (stored.Shape != rule.Tensor.Shape)
            _findings.Add(
                rule,
                "shape",
                $"the shape is {stored.Shape}, and the configuration gives {rule.Tensor.Shape}",
                800
            );
        else if (stored.Values is not { } values || !values.ElementType.IsFloating())
            _findings.Add(rule, "type", $"the element type is {stored.Type}, which has no distribution", 800);
        else if (values.ElementType != rule.Tensor.ElementType)
            _findings.Add(
                rule,
                "type",
                $"the element type is {stored.Type}, and the configuration gives {rule.Tensor.ElementType.Name()}",
                1
            );
        return stored.Shape == rule.Tensor.Shape && stored.Values?.ElementType.IsFloating() == true;
    }

    private JudgedTensor Judge(RuledTensor rule, StoredTensor stored, Dictionary<string, string> beginnings)
    {
        Values values = stored.Values!;
        if (values.Shape.Elements == 0)
            return new(rule, 0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, null, []);
        TensorSample sample = new(stored, _options.ValuesOfATensor, rule.Draw.ZeroRow);
        double[] finite = [.. sample.Values.Where(double.IsFinite)];
        if (finite.Length < sample.Values.Length)
            _findings.Add(
                rule,
                "not finite",
                $"{sample.Values.Length - finite.Length} of {sample.Values.Length} values are NaN or infinite",
                950
            );
        Values told = ToldValues(rule);
        if (finite.Length == 0)
            return new(
                rule,
                sample.Values.Length,
                double.NaN,
                double.NaN,
                double.NaN,
                double.NaN,
                double.NaN,
                null,
                []
            );
        DeclaredDistribution? declared = DeclaredDistribution.Of(told);
        SampleStatistics figures = new(finite, declared ?? new PointDistribution(0), values.ElementType);
        double? distance = null;
        RepeatedValues repeated = new(sample, values, rule.Draw.ZeroRow);
        if (declared is null or { Variance: 0 })
            CheckGiven(rule, told, sample, values);
        else if (figures.IsConstant && figures.Count > 1)
            _findings.Add(rule, "constant", $"all values are {Number(figures.Minimum)}: {Said(rule)}", 700);
        else
        {
            // What repeats has fewer values of its own than the figures count.
            if (CheckRepeated(rule, repeated))
                _drawn.CheckDeviation(
                    rule,
                    declared,
                    figures,
                    static ratio => Math.Abs(Math.Log(ratio)) > FarDeviation
                );
            else
                distance = _drawn.Check(rule, declared, figures, values.ElementType);
            if (rule.Draw.Source is null)
                CheckEqualTensors(rule, repeated, beginnings);
        }

        if (rule.Draw.ZeroRow is { } row && !repeated.IsZeroRow(row))
            _findings.Add(rule, "zero row", $"row {row} is not zero: {Said(rule)}", 600);
        if (rule.Draw.Source is { } source)
            CheckCopy(rule, source, sample);
        return new(
            rule,
            sample.Values.Length,
            figures.Mean,
            figures.Deviation,
            figures.Kurtosis,
            figures.Minimum,
            figures.Maximum,
            distance,
            []
        );
    }

    /// <summary>What the rule draws; which numbers does not matter. A copy is drawn as its source.</summary>
    private Values ToldValues(RuledTensor rule)
    {
        RuleDraw draw = rule.Draw;
        if (draw.Source is { } source && _ruled.FirstOrDefault(other => other.Tensor.Name == source) is { } copied)
            draw = copied.Draw;
        return draw.Values(rule.Tensor.Shape, rule.Tensor.ElementType, default);
    }

    /// <summary>A tensor whose every value the rule gives: a constant, an identity.</summary>
    private void CheckGiven(RuledTensor rule, Values told, TensorSample sample, Values stored)
    {
        if (told is not (ConstantValues or IdentityValues or ZeroRowValues))
            return;
        double[] expected = told is ConstantValues { Value: var value }
            ? [.. Enumerable.Repeat(value, sample.Values.Length)]
            : new TensorSample(
                new(rule.Tensor.Name, stored.Shape, stored.ElementType.Name(), told),
                _options.ValuesOfATensor,
                rule.Draw.ZeroRow
            ).Values;
        int wrong = 0,
            first = -1;
        for (int i = 0; i < expected.Length; i++)
            if (sample.Values[i] != expected[i])
            {
                wrong++;
                first = first < 0 ? i : first;
            }

        if (wrong > 0)
            _findings.Add(
                rule,
                "constant",
                $"{wrong} of {expected.Length} values are not {Number(expected[first])} (the first is "
                    + $"{Number(sample.Values[first])}): {Said(rule)}",
                700
            );
    }

    /// <summary>Whether values repeat, or rows are zero.</summary>
    private bool CheckRepeated(RuledTensor rule, RepeatedValues repeated)
    {
        int before = _findings.All.Count;
        if (repeated.EqualShards() is { } shards)
            _findings.Add(
                rule,
                "equal shards",
                $"the same values stand in each of {shards.Count} shards along axis "
                    + $"{shards.Axis}: every shard was drawn with one seed; {Said(rule)}",
                500
            );
        else if (repeated.EqualRows() is { } rows)
            _findings.Add(rule, "equal rows", $"the rows {rows.First} and {rows.Second} are equal; {Said(rule)}", 450);
        long zero = repeated.ZeroRows(out long firstZero);
        if (zero > 0)
            _findings.Add(
                rule,
                "zeros",
                $"{(zero == 1 ? $"row {firstZero} is" : $"{zero} rows are")} zero, the first of them row {firstZero}; "
                    + $"{Said(rule)}",
                400
            );
        return _findings.All.Count > before;
    }

    private void CheckEqualTensors(RuledTensor rule, RepeatedValues repeated, Dictionary<string, string> beginnings)
    {
        if (repeated.Beginning() is not { } beginning || beginnings.TryAdd(beginning, rule.Tensor.Name))
            return;
        _findings.Add(
            rule,
            "equal tensors",
            $"it begins with the values of '{beginnings[beginning]}': both were drawn with one seed; " + Said(rule),
            480
        );
    }

    private void CheckCopy(RuledTensor rule, string source, TensorSample sample)
    {
        if (!_stored.TryGetValue(source, out StoredTensor? other) || other.Values?.ElementType.IsFloating() != true)
            return;
        double[] original = new TensorSample(other, _options.ValuesOfATensor, null).Values;
        if (!original.AsSpan().SequenceEqual(sample.Values))
            _findings.Add(rule, "constant", $"it is no copy of '{source}': {Said(rule)}", 650);
    }
}
