using System.Globalization;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;

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

    private static readonly string[] DepthKeys = ["num_hidden_layers", "n_layer", "num_layers", "n_layers"];
    private readonly JudgeOptions _options;
    private readonly IReadOnlyList<RuledTensor> _ruled;
    private readonly Dictionary<string, StoredTensor> _stored;
    private readonly List<StartFinding> _findings = [];
    private readonly long? _depth;
    private readonly double _threshold;
    private readonly int _checks;

    private StartJudge(
        IReadOnlyList<RuledTensor> ruled,
        Dictionary<string, StoredTensor> stored,
        JsonElement configuration,
        JudgeOptions options
    )
    {
        (_ruled, _stored, _options, _depth) = (ruled, stored, options, DepthOf(configuration));
        _checks = ChecksOfATensor * Math.Max(1, ruled.Count(static tensor => tensor.Draw.Deviation != 0));
        _threshold = options.FalseAlarms / _checks;
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

    private static long? DepthOf(JsonElement configuration)
    {
        if (configuration.ValueKind == JsonValueKind.Object)
            foreach (string key in DepthKeys)
                if (
                    configuration.TryGetProperty(key, out JsonElement value)
                    && value.ValueKind == JsonValueKind.Number
                    && value.TryGetInt64(out long depth)
                    && depth > 0
                )
                    return depth;
        return null;
    }

    /// <summary>What a configuration gives and the checkpoint lacks, and the other way round. Tied tensors may be
    /// stored.</summary>
    private void CheckNames(HashSet<string> known)
    {
        foreach (RuledTensor tensor in _ruled)
            if (!_stored.ContainsKey(tensor.Tensor.Name))
                Add(tensor.Tensor.Name, "missing", $"it is not there: {Said(tensor)}", 1000);
        foreach (string name in _stored.Keys.Where(name => !known.Contains(name)))
            Add(name, "unexpected", "the configuration gives no tensor of this name", 900);
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
            int before = _findings.Count;
            JudgedTensor found = Judge(rule, stored, beginnings);
            judged.Add(found with { Findings = [.. _findings.Skip(before)] });
        }

        return new(
            judged,
            [.. _findings.OrderByDescending(static finding => finding.Severity)],
            judged.Sum(static tensor => tensor.Read),
            _checks,
            _options.FalseAlarms
        );
    }

    private bool Fits(RuledTensor rule, StoredTensor stored)
    {
        if (stored.Shape != rule.Tensor.Shape)
            Add(rule, "shape", $"the shape is {stored.Shape}, and the configuration gives {rule.Tensor.Shape}", 800);
        else if (stored.Values is not { } values || !values.ElementType.IsFloating())
            Add(rule, "type", $"the element type is {stored.Type}, which has no distribution", 800);
        else if (values.ElementType != rule.Tensor.ElementType)
            Add(
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
            Add(
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
            Add(rule, "constant", $"all values are {Number(figures.Minimum)}: {Said(rule)}", 700);
        else
        {
            // What repeats has fewer values of its own than the figures count.
            if (CheckRepeated(rule, repeated))
                CheckDeviation(rule, declared, figures, static ratio => Math.Abs(Math.Log(ratio)) > FarDeviation);
            else
                distance = CheckDrawn(rule, declared, figures, values.ElementType);
            if (rule.Draw.Source is null)
                CheckEqualTensors(rule, repeated, beginnings);
        }

        if (rule.Draw.ZeroRow is { } row && !repeated.IsZeroRow(row))
            Add(rule, "zero row", $"row {row} is not zero: {Said(rule)}", 600);
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
            Add(
                rule,
                "constant",
                $"{wrong} of {expected.Length} values are not {Number(expected[first])} (the first is "
                    + $"{Number(sample.Values[first])}): {Said(rule)}",
                700
            );
    }

    private double? CheckDrawn(
        RuledTensor rule,
        DeclaredDistribution declared,
        SampleStatistics figures,
        ElementType type
    )
    {
        bool isSphere = declared is SphereDistribution; // whose values hang together: their variance is exact
        double most = figures.Count == rule.Tensor.Shape.Elements ? 0.01 : 0.1;
        bool isSpread = CheckDeviation(
            rule,
            declared,
            figures,
            ratio => isSphere ? Math.Abs(ratio - 1) > most : figures.ChanceOfVariance < _threshold
        );
        if (isSphere)
            return null;
        if (isSpread && figures.ChanceOfMean < _threshold)
            Add(
                rule,
                "mean",
                $"the mean is {Number(figures.Mean)}: {Said(rule)}, whose mean is {Number(declared.Mean)}",
                50 + 10 * Math.Min(5, Math.Abs(figures.Mean - declared.Mean) / declared.Deviation)
            );
        if (
            TensorSample.RoundsDownTo(figures.Maximum, type) > declared.Upper
            || TensorSample.RoundsUpTo(figures.Minimum, type) < declared.Lower
        )
            Add(
                rule,
                "bounds",
                $"values reach from {Number(figures.Minimum)} to {Number(figures.Maximum)}: {Said(rule)}, which lies "
                    + $"between {Number(declared.Lower)} and {Number(declared.Upper)}",
                60
            );
        else if (isSpread && figures.ChanceOfExtremes < _threshold)
            Add(
                rule,
                "extremes",
                $"of {figures.Count} values the smallest is {Number(figures.Minimum)} and the largest "
                    + $"{Number(figures.Maximum)}, unlike the rule's: {Said(rule)}",
                40
            );
        double? distance = figures.Distance;
        if (!isSpread)
            return distance; // what is spread otherwise is distributed otherwise
        if (distance is { } far && figures.ChanceOfDistance(far) < _threshold)
            Add(
                rule,
                "distribution",
                $"the values are distributed otherwise (Kolmogorov-Smirnov distance {Number(far)}, kurtosis "
                    + $"{Number(figures.Kurtosis)}, the rule's {Number(declared.Kurtosis)}): {Said(rule)}",
                45 + far
            );
        else if (figures.ChanceOfKurtosis < _threshold)
            Add(
                rule,
                "kurtosis",
                $"the kurtosis is {Number(figures.Kurtosis)}: {Said(rule)}, whose kurtosis is "
                    + $"{Number(declared.Kurtosis)}",
                30
            );
        if (figures.ChanceOfZeros < _threshold)
            Add(rule, "zeros", $"{figures.Zeros} of {figures.Count} values are zero: {Said(rule)}", 55);
        return distance;
    }

    /// <returns>Whether it is as the rule has it.</returns>
    private bool CheckDeviation(
        RuledTensor rule,
        DeclaredDistribution declared,
        SampleStatistics figures,
        Func<double, bool> isWrong
    )
    {
        double ratio = figures.Deviation / declared.Deviation;
        bool isRight = !isWrong(ratio);
        if (!isRight)
            Add(
                rule,
                "deviation",
                $"deviation {Times(ratio)}: {Said(rule)}, whose deviation is {Number(declared.Deviation)}; found "
                    + $"{Number(figures.Deviation)}{Hint(ratio, figures.Count)}",
                100 + 10 * Math.Abs(Math.Log(Math.Max(ratio, 1e-9)))
            );
        return isRight;
    }

    /// <summary>Whether values repeat, or rows are zero.</summary>
    private bool CheckRepeated(RuledTensor rule, RepeatedValues repeated)
    {
        int before = _findings.Count;
        if (repeated.EqualShards() is { } shards)
            Add(
                rule,
                "equal shards",
                $"the same values stand in each of {shards.Count} shards along axis "
                    + $"{shards.Axis}: every "
                    + "shard was drawn "
                    + $"with one seed; {Said(rule)}",
                500
            );
        else if (repeated.EqualRows() is { } rows)
            Add(rule, "equal rows", $"the rows {rows.First} and {rows.Second} are equal; {Said(rule)}", 450);
        if (repeated.ZeroRows(out long firstZero) is > 0 and var zero)
            Add(
                rule,
                "zeros",
                $"{(zero == 1 ? $"row {firstZero} is" : $"{zero} rows are")} zero, the first of them row {firstZero}; "
                    + $"{Said(rule)}",
                400
            );
        return _findings.Count > before;
    }

    private void CheckEqualTensors(RuledTensor rule, RepeatedValues repeated, Dictionary<string, string> beginnings)
    {
        if (repeated.Beginning() is not { } beginning || beginnings.TryAdd(beginning, rule.Tensor.Name))
            return;
        Add(
            rule,
            "equal tensors",
            $"it begins with the values of '{beginnings[beginning]}': both were drawn with one seed; {Said(rule)}",
            480
        );
    }

    private void CheckCopy(RuledTensor rule, string source, TensorSample sample)
    {
        if (!_stored.TryGetValue(source, out StoredTensor? other) || other.Values?.ElementType.IsFloating() != true)
            return;
        double[] original = new TensorSample(other, _options.ValuesOfATensor, null).Values;
        if (!original.AsSpan().SequenceEqual(sample.Values))
            Add(rule, "constant", $"it is no copy of '{source}': {Said(rule)}", 650);
    }

    private void Add(RuledTensor rule, string check, string sentence, double severity) =>
        Add(rule.Tensor.Name, check, sentence, severity);

    private void Add(string tensor, string check, string sentence, double severity) =>
        _findings.Add(new(tensor, check, sentence, severity));

    /// <summary>What is known to make a deviation wrong by such a factor.</summary>
    private string Hint(double ratio, int count)
    {
        // The square of few values' deviation is uncertain by sqrt(2 / n).
        double near = Math.Clamp(3.5 * Math.Sqrt(2.0 / count), 0.02, 0.2);
        double square = ratio > 1 ? ratio * ratio : 1 / (ratio * ratio);
        string form = ratio > 1 ? "sqrt({0})" : "1 / sqrt({0})";
        if (_depth is { } depth && ratio > 1 && Math.Abs(square / (2.0 * depth) - 1) < near)
            return $" ({Formatted($"2 * {depth}")}: the scaling with the depth of {depth} layers is missing)";
        for (int shards = 2; shards <= 1024; shards *= 2)
            if (Math.Abs(square / shards - 1) < near)
                return ratio > 1
                    ? $" ({Formatted($"{shards}")}: as with the fans of one of {shards} shards)"
                    : $" ({Formatted($"{shards}")})";
        return "";

        string Formatted(string inner) => string.Format(CultureInfo.InvariantCulture, form, inner);
    }

    private static string Times(double ratio) =>
        ratio >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.###} times too large")
            : string.Create(CultureInfo.InvariantCulture, $"{1 / ratio:0.###} times too small");

    private static string Said(RuledTensor rule) => $"the rule at {rule.Place} says {rule.Draw.Words}";

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
