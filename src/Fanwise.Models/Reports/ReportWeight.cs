using Fanwise.Models.Plans;

namespace Fanwise.Models.Reports;

/// <summary>A tensor of a report with what was found in it.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Explained">What a plan says of it; null for a file's.</param>
/// <param name="Summary">Its values; null where they are not read.</param>
/// <param name="Other">The tensor that it is compared with.</param>
/// <param name="OtherSummary">That one's values.</param>
/// <param name="Difference">The largest distance between two values at one place; null where the two cannot be
/// compared.</param>
internal sealed record ReportWeight(
    ReportTensor Tensor,
    WeightExplanation? Explained,
    TensorSummary? Summary,
    ReportTensor? Other,
    TensorSummary? OtherSummary,
    double? Difference
)
{
    /// <summary>Beyond so many standard errors a difference is no chance: of 10,000 weights, one in a thousand pages
    /// would have one.</summary>
    private const double MostErrors = 5.5;

    /// <summary>The plan's warnings, and those of the values.</summary>
    public IReadOnlyList<(string Code, string Sentence, double? Factor)> Warnings { get; private init; } = [];

    /// <summary>What other backends would draw, where that is another distribution.</summary>
    public IReadOnlyList<ElsewhereDensity> Elsewhere { get; private init; } = [];

    /// <summary>A weight with what is found in it.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="explained">What a plan says of it.</param>
    /// <param name="other">What it is compared with.</param>
    /// <param name="limit">The most values that are read of each.</param>
    /// <param name="notes">What somebody else found; null where the page judges by itself.</param>
    /// <param name="backend">The backend of its plan, where the plan has one and nothing is compared.</param>
    public static ReportWeight Of(
        ReportTensor tensor,
        WeightExplanation? explained,
        ReportTensor? other,
        int limit,
        IEnumerable<ReportNote>? notes = null,
        string? backend = null
    )
    {
        double[]? values = tensor.Unread is null ? TensorSampler.Read(tensor, limit) : null;
        double[]? others = other is { Unread: null } ? TensorSampler.Read(other, limit) : null;
        // Slices of equal tensors are at equal places, so values are compared before a summary reorders them.
        double? difference =
            values is not null && others is not null && tensor.Shape == other!.Shape ? Distance(values, others) : null;
        DeclaredDistribution? declared = tensor.Declared is { HasDensity: true } distribution ? distribution : null;
        TensorSummary? summary = values is null ? null : TensorSummary.Of(values, declared);
        TensorSummary? second = others is null ? null : TensorSummary.Of(others, declared, summary?.Histogram);
        if (summary is { IsConstant: true } && second is { IsConstant: false } && second.Histogram is { } range)
            summary = TensorSummary.Of(values, declared, range);
        return new(tensor, explained, summary, other, second, difference)
        {
            Warnings = notes is null
                ? [.. WarningsOf(explained, summary, declared)]
                : [.. notes.Select(static note => (note.Code, Sentence(note.Sentence), (double?)null))],
            Elsewhere =
                explained is null || declared is null || summary?.Histogram is null
                    ? []
                    : ElsewhereDensity.Of(explained.Weight, backend, declared),
        };
    }

    private static string Sentence(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..] + ".";

    private static IEnumerable<(string, string, double?)> WarningsOf(
        WeightExplanation? explained,
        TensorSummary? summary,
        DeclaredDistribution? declared
    )
    {
        foreach (ExplanationWarning warning in explained?.Warnings ?? [])
            yield return (warning.Code, warning.Sentence, warning.Factor);
        if (summary is null)
            yield break;
        if (summary.NotFinite > 0)
            yield return (
                "not-finite",
                $"{summary.NotFinite} of the {summary.Read} values read are NaN or infinite.",
                null
            );
        // An orthogonal matrix' elements are not independent; its variance is exact.
        if (declared is null or SphereDistribution || summary.Read < 2 || !double.IsFinite(summary.Mean))
            yield break;
        double mean = Math.Abs(summary.Mean - declared.Mean) / (declared.Deviation / Math.Sqrt(summary.Read));
        double spread =
            Math.Abs(summary.Variance / declared.Variance - 1) / Math.Sqrt((declared.Kurtosis - 1) / summary.Read);
        // Small samples have skewed variances; coarse types have a grain.
        if (
            summary.Read >= 100
            && (mean > MostErrors || spread > MostErrors)
            && (
                mean > MostErrors && Math.Abs(summary.Mean - declared.Mean) > 0.01 * declared.Deviation
                || Math.Abs(summary.Variance / declared.Variance - 1) > 0.02
            )
        )
            yield return (
                "unlike-declared",
                $"Mean {summary.Mean:0.####e+0} and deviation {Math.Sqrt(summary.Variance):0.####e+0} are not "
                    + $"those declared, {declared.Mean:0.####e+0} and {declared.Deviation:0.####e+0}.",
                null
            );
    }

    private static double Distance(double[] values, double[] others)
    {
        double most = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double distance = Math.Abs(values[i] - others[i]);
            if (distance > most || double.IsNaN(distance) && !(double.IsNaN(values[i]) && double.IsNaN(others[i])))
                most = double.IsNaN(distance) ? double.PositiveInfinity : distance;
        }

        return most;
    }
}
