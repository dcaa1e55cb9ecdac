namespace Fanwise.Statistics;

/// <summary>The one-sample test of Kolmogorov and Smirnov: how far an empirical distribution is from a declared
/// one.</summary>
internal static class KolmogorovSmirnov
{
    /// <summary>The largest distance between the empirical distribution and <paramref name="cumulative"/>, times the
    /// root of the sample size.</summary>
    public static double Statistic(float[] sample, Func<double, double> cumulative)
    {
        float[] sorted = [.. sample];
        Array.Sort(sorted);
        double largest = 0,
            n = sorted.Length;
        for (int i = 0; i < sorted.Length; i++)
        {
            double expected = cumulative(sorted[i]);
            largest = Math.Max(largest, Math.Max((i + 1) / n - expected, expected - i / n));
        }

        return largest * Math.Sqrt(n);
    }

    /// <summary>The value that the statistic exceeds with probability 1e-5: sqrt(-ln(1e-5 / 2) / 2). Smirnov 1948,
    /// asymptotic; fixed seeds make each test's outcome fixed.</summary>
    public static double CriticalValue { get; } = Math.Sqrt(-Math.Log(1e-5 / 2) / 2);
}
