using System.Globalization;

namespace Fanwise.Models.Reports;

/// <summary>How much of a model a page shows, so that a browser opens it at once: everything of ordinary models, a
/// choice of the weights of those with thousands.</summary>
/// <param name="Steps">The most steps of a histogram.</param>
/// <param name="Weights">The most weights.</param>
internal sealed record ReportDetail(int Steps, int Weights)
{
    /// <summary>No page is larger: 5 MB.</summary>
    public const int MostBytes = 5_000_000;

    private const int Fine = 64,
        Medium = 32,
        Coarse = 16;

    /// <summary>What a page of so many weights begins with; about what fits.</summary>
    public static ReportDetail For(int weights) =>
        weights <= 2000 ? new(Fine, weights)
        : weights <= 4000 ? new(Medium, weights)
        : new(Coarse, Math.Min(weights, 8000));

    /// <summary>Less; null where there is no less.</summary>
    public ReportDetail? Less =>
        Steps > Coarse ? this with { Steps = Steps / 2 }
        : Weights > 1 ? this with { Weights = Weights / 2 }
        : null;

    /// <summary>The weights that are shown, in their order: those with warnings first, up to half, and the others
    /// evenly chosen.</summary>
    public int[] Choice(IReadOnlyList<ReportWeight> weights)
    {
        if (weights.Count <= Weights)
            return [.. Enumerable.Range(0, weights.Count)];
        int[] flagged = [.. Places(flagged: true)],
            others = [.. Places(flagged: false)];
        int[] first = Even(flagged, Math.Max(Weights / 2, Weights - others.Length));
        return [.. first, .. Even(others, Weights - first.Length)];

        IEnumerable<int> Places(bool flagged) =>
            Enumerable.Range(0, weights.Count).Where(i => weights[i].Warnings.Count > 0 == flagged);
    }

    /// <summary>What the page says of the weights that it leaves out; null where it shows all.</summary>
    public static string? Sentence(IReadOnlyList<ReportWeight> weights, int[] shown)
    {
        if (shown.Length == weights.Count)
            return null;
        int flagged = weights.Count(static weight => weight.Warnings.Count > 0),
            there = shown.Count(i => weights[i].Warnings.Count > 0);
        return $"This page shows {Whole(shown.Length)} of {Whole(weights.Count)} weights: {Whole(there)} of the "
            + $"{Whole(flagged)} with warnings, and evenly chosen ones of the others. Every weight was looked at; "
            + "sums and "
            + "counts are of all.";
    }

    /// <summary>So many of these, or all, evenly spread, the first among them.</summary>
    public static T[] Even<T>(T[] all, int count) =>
        all.Length <= count
            ? all
            : [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)])];

    private static string Whole(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
