using System.Numerics.Tensors;

namespace Fanwise.Models.Reports;

/// <summary>What a report shows of a tensor's values.</summary>
/// <param name="Read">How many values were read.</param>
/// <param name="Mean">Their mean; the following are of finite values alone.</param>
/// <param name="Variance">The mean squared distance from it.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Zeros">How many are zero.</param>
/// <param name="NotFinite">How many are NaN or infinite.</param>
internal sealed record TensorSummary(
    int Read,
    double Mean,
    double Variance,
    double Minimum,
    double Maximum,
    int Zeros,
    int NotFinite
)
{
    public Histogram? Histogram { get; init; }

    /// <summary>Whether every finite value is the same.</summary>
    public bool IsConstant => Minimum == Maximum;

    /// <summary>The summary of these values, which it reorders where some are not finite.</summary>
    /// <param name="values">What was read.</param>
    /// <param name="declared">What they should be distributed as; it gives the histogram's range.</param>
    /// <param name="range">The histogram's range, where it is to be that of another.</param>
    public static TensorSummary Of(Span<double> values, DeclaredDistribution? declared, Histogram? range = null)
    {
        int read = values.Length,
            notFinite = 0;
        if (read > 0 && !double.IsFinite(TensorPrimitives.Sum<double>(values)))
        {
            int kept = 0;
            foreach (double value in values)
                if (double.IsFinite(value))
                    values[kept++] = value;
            notFinite = read - kept;
            values = values[..kept];
        }

        if (values.Length == 0)
            return new(read, double.NaN, double.NaN, double.NaN, double.NaN, 0, notFinite);
        double minimum = TensorPrimitives.Min<double>(values),
            maximum = TensorPrimitives.Max<double>(values);
        double mean = 0,
            variance = 0;
        foreach (double value in values)
            mean += value / values.Length;
        foreach (double value in values)
            variance += (value - mean) * (value - mean) / values.Length;
        if (minimum == maximum)
            (mean, variance) = (minimum, 0);
        TensorSummary summary = new(read, mean, variance, minimum, maximum, values.Count(0.0), notFinite);
        if (range is not null)
            return summary with { Histogram = Histogram.Of(values, range.Low, range.High, range.Counts.Length) };
        if (summary.IsConstant)
            return summary;
        (double low, double high) = Range(summary, declared);
        return summary with { Histogram = Histogram.Of(values, low, high, StepsFor(values.Length)) };
    }

    /// <summary>Few steps for few values, so that a step's count says something.</summary>
    private static int StepsFor(int values) =>
        values < 500 ? 16
        : values < 10_000 ? 32
        : 64;

    /// <summary>What the picture shows: the declared bounds, or as far as values reach but no further than five
    /// deviations.</summary>
    private static (double Low, double High) Range(TensorSummary summary, DeclaredDistribution? declared)
    {
        if (declared is { HasDensity: true })
        {
            // The values reach a little over the declared bounds where the element type is coarse; a wrong file, far.
            double reach = 4.5 * declared.Deviation;
            double low = Math.Max(declared.Lower, declared.Mean - reach),
                high = Math.Min(declared.Upper, declared.Mean + reach);
            double margin = 0.03 * (high - low);
            return (low - margin, high + margin);
        }

        double deviation = Math.Sqrt(summary.Variance);
        (double from, double to) = (
            Math.Max(summary.Minimum, summary.Mean - 5 * deviation),
            Math.Min(summary.Maximum, summary.Mean + 5 * deviation)
        );
        return from < to ? (from, to) : (summary.Minimum, summary.Maximum);
    }
}

/// <summary>Counts of values in equal steps.</summary>
/// <param name="Low">Where the first step begins.</param>
/// <param name="High">Where the last step ends.</param>
/// <param name="Counts">How many values are in each.</param>
/// <param name="Below">How many are below the first.</param>
/// <param name="Above">How many are above the last.</param>
internal sealed record Histogram(double Low, double High, int[] Counts, int Below, int Above)
{
    public static Histogram Of(ReadOnlySpan<double> values, double low, double high, int steps)
    {
        int[] counts = new int[steps];
        int below = 0,
            above = 0;
        double scale = steps / (high - low);
        foreach (double value in values)
        {
            if (value < low)
                below++;
            else if (value > high)
                above++;
            else
                counts[Math.Min(steps - 1, (int)((value - low) * scale))]++;
        }

        return new(low, high, counts, below, above);
    }

    /// <summary>The same counts in fewer steps: neighbours are added, by twos.</summary>
    public Histogram AtMost(int steps)
    {
        int[] counts = Counts;
        while (counts.Length > steps && counts.Length % 2 == 0)
            counts = [.. counts.Chunk(2).Select(static pair => pair[0] + pair[1])];
        return this with { Counts = counts };
    }

    /// <summary>The share of values that a distribution puts in each step.</summary>
    public double[] Expected(DeclaredDistribution declared)
    {
        double step = (High - Low) / Counts.Length;
        double[] shares = new double[Counts.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            double from = Low + i * step,
                to = Low + (i + 1) * step;
            // A sphere's share has no formula here; the others' are exact, also where a cut lies within a step.
            shares[i] =
                declared is SphereDistribution
                    ? declared.Probability(from, to)
                    : Math.Max(0, declared.Cumulative(to) - declared.Cumulative(from));
        }

        return shares;
    }
}
