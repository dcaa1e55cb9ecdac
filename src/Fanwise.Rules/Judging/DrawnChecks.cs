using System.Globalization;
using System.Text.Json;
using static Fanwise.Rules.FindingList;

namespace Fanwise.Rules;

/// <summary>Holds the figures of a drawn tensor against its rule's distribution: deviation, mean, bounds, extremes,
/// distribution, kurtosis, zeros.</summary>
internal sealed class DrawnChecks
{
    private static readonly string[] DepthKeys = ["num_hidden_layers", "n_layer", "num_layers", "n_layers"];
    private readonly FindingList _findings;
    private readonly double _threshold;
    private readonly long? _depth;

    /// <param name="findings">Where a finding goes.</param>
    /// <param name="threshold">The chance below which a figure is no accident.</param>
    /// <param name="configuration">The network's, which may tell its depth.</param>
    public DrawnChecks(FindingList findings, double threshold, JsonElement configuration)
    {
        _findings = findings;
        _threshold = threshold;
        _depth = DepthOf(configuration);
    }

    /// <returns>The distance of the distributions; null where the values hang together.</returns>
    public double? Check(RuledTensor rule, DeclaredDistribution declared, SampleStatistics figures, ElementType type)
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
            _findings.Add(
                rule,
                "mean",
                $"the mean is {Number(figures.Mean)}: {Said(rule)}, whose mean is {Number(declared.Mean)}",
                50 + 10 * Math.Min(5, Math.Abs(figures.Mean - declared.Mean) / declared.Deviation)
            );
        if (
            TensorSample.RoundsDownTo(figures.Maximum, type) > declared.Upper
            || TensorSample.RoundsUpTo(figures.Minimum, type) < declared.Lower
        )
            _findings.Add(
                rule,
                "bounds",
                $"values reach from {Number(figures.Minimum)} to {Number(figures.Maximum)}: {Said(rule)}, which lies "
                    + $"between {Number(declared.Lower)} and {Number(declared.Upper)}",
                60
            );
        else if (isSpread && figures.ChanceOfExtremes < _threshold)
            _findings.Add(
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
            _findings.Add(
                rule,
                "distribution",
                $"the values are distributed otherwise (Kolmogorov-Smirnov distance {Number(far)}, kurtosis "
                    + $"{Number(figures.Kurtosis)}, the rule's {Number(declared.Kurtosis)}): {Said(rule)}",
                45 + far
            );
        else if (figures.ChanceOfKurtosis < _threshold)
            _findings.Add(
                rule,
                "kurtosis",
                $"the kurtosis is {Number(figures.Kurtosis)}: {Said(rule)}, whose kurtosis is "
                    + $"{Number(declared.Kurtosis)}",
                30
            );
        if (figures.ChanceOfZeros < _threshold)
            _findings.Add(rule, "zeros", $"{figures.Zeros} of {figures.Count} values are zero: {Said(rule)}", 55);
        return distance;
    }

    /// <returns>Whether it is as the rule has it.</returns>
    public bool CheckDeviation(
        RuledTensor rule,
        DeclaredDistribution declared,
        SampleStatistics figures,
        Func<double, bool> isWrong
    )
    {
        double ratio = figures.Deviation / declared.Deviation;
        bool isRight = !isWrong(ratio);
        if (!isRight)
            _findings.Add(
                rule,
                "deviation",
                $"deviation {Times(ratio)}: {Said(rule)}, whose deviation is {Number(declared.Deviation)}; found "
                    + $"{Number(figures.Deviation)}{Hint(ratio, figures.Count)}",
                100 + 10 * Math.Abs(Math.Log(Math.Max(ratio, 1e-9)))
            );
        return isRight;
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
}
