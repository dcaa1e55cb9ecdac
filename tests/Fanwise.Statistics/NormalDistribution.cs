namespace Fanwise.Statistics;

/// <summary>The standard normal, for comparing what is drawn with what is declared.</summary>
internal static class NormalDistribution
{
    /// <summary>P(Z &lt;= z).</summary>
    public static double Cumulative(double z) => MathNet.Numerics.Distributions.Normal.CDF(0, 1, z);

    /// <summary>P(Z &lt;= z) of a normal truncated at -2 and 2.</summary>
    public static double TruncatedCumulative(double z) =>
        Math.Clamp((Cumulative(z) - Cumulative(-2)) / (Cumulative(2) - Cumulative(-2)), 0, 1);
}
