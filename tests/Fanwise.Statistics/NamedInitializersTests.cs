namespace Fanwise.Statistics;

/// <summary>Each named initializer draws from the distribution that its name declares: a million values, one row a
/// name.</summary>
public class NamedInitializersTests
{
    private static readonly Shape Kernel = [500, 2000]; // fan in 500, fan out 2000, mean 1250

    /// <summary>Name, initializer, its declared distribution and that distribution's variance; written from the papers'
    /// formulas, not from the code.</summary>
    public static TheoryData<string, Initializer, string, double> Named =>
        new()
        {
            { "glorot_uniform", Initializers.GlorotUniform(1), "uniform", 1.0 / 1250 },
            { "glorot_normal", Initializers.GlorotNormal(2), "truncated", 1.0 / 1250 },
            { "xavier_uniform", Initializers.XavierUniform(3), "uniform", 1.0 / 1250 },
            { "xavier_normal", Initializers.XavierNormal(4), "truncated", 1.0 / 1250 },
            { "he_uniform", Initializers.HeUniform(5), "uniform", 2.0 / 500 },
            { "he_normal", Initializers.HeNormal(6), "truncated", 2.0 / 500 },
            { "lecun_uniform", Initializers.LecunUniform(7), "uniform", 1.0 / 500 },
            { "lecun_normal", Initializers.LecunNormal(8), "truncated", 1.0 / 500 },
            {
                "variance_scaling, fan out, untruncated",
                Initializers.VarianceScaling(3, FanMode.FanOut, Distribution.UntruncatedNormal, 9),
                "normal",
                3.0 / 2000
            },
            { "random_uniform", Initializers.RandomUniform(10), "uniform", 0.1 * 0.1 / 12 },
            { "random_normal", Initializers.RandomNormal(11), "normal", 0.05 * 0.05 },
            { "truncated_normal", Initializers.TruncatedNormal(12), "truncated", 0.05 * 0.05 * 0.7737413 },
        };

    [Theory]
    [MemberData(nameof(Named))]
    public void DrawsFromTheDeclaredDistribution(
        string name,
        Initializer initializer,
        string distribution,
        double variance
    )
    {
        float[] sample = Draw(initializer);
        double deviation = Math.Sqrt(variance);
        // The deviation of a standard normal truncated at 2 is 0.8796; its limits are twice what it was before
        // truncation.
        Func<double, double> cumulative = distribution switch
        {
            "uniform" => x => Math.Clamp(0.5 + x / (2 * Math.Sqrt(3) * deviation), 0, 1),
            "normal" => x => NormalDistribution.Cumulative(x / deviation),
            _ => x => NormalDistribution.TruncatedCumulative(x / deviation * 0.8796256610342398),
        };
        KolmogorovSmirnov.Statistic(sample, cumulative).ShouldBeLessThan(KolmogorovSmirnov.CriticalValue, name);
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void DrawsWithTheDeclaredMeanAndVariance(
        string name,
        Initializer initializer,
        string distribution,
        double variance
    )
    {
        float[] sample = Draw(initializer);
        double mean = sample.Average(static x => (double)x),
            measured = sample.Average(x => (x - mean) * (x - mean));
        // Five standard errors: of a mean sqrt(v / n); of a variance v sqrt((kurtosis - 1) / n), kurtosis at most 3.
        Math.Abs(mean).ShouldBeLessThan(5 * Math.Sqrt(variance / sample.Length), $"{name}, {distribution}");
        Math.Abs(measured / variance - 1)
            .ShouldBeLessThan(5 * Math.Sqrt(2.0 / sample.Length), $"{name}, {distribution}");
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void NeighboursDoNotCorrelate(string name, Initializer initializer, string distribution, double variance)
    {
        float[] sample = Draw(initializer);
        foreach (int lag in new[] { 1, 2, 4, 2000 })
        {
            double sum = 0;
            for (int i = lag; i < sample.Length; i++)
                sum += (double)sample[i] * sample[i - lag];
            Math.Abs(sum / (sample.Length - lag) / variance)
                .ShouldBeLessThan(5 / Math.Sqrt(sample.Length - lag), $"{name}, {distribution}, lag {lag}");
        }
    }

    [Fact]
    public void SeedsGiveUnrelatedNumbers()
    {
        float[] one = Draw(Initializers.RandomNormal(0, 1, 1)),
            two = Draw(Initializers.RandomNormal(0, 1, 2));
        Math.Abs(one.Zip(two, static (a, b) => (double)a * b).Average()).ShouldBeLessThan(5 / Math.Sqrt(one.Length));
    }

    [Fact]
    public void ADistributionThatIsNotTheDeclaredOneIsFound()
    {
        float[] uniform = Draw(Initializers.GlorotUniform(1));
        KolmogorovSmirnov
            .Statistic(uniform, x => NormalDistribution.TruncatedCumulative(x * Math.Sqrt(1250) * 0.8796256610342398))
            .ShouldBeGreaterThan(KolmogorovSmirnov.CriticalValue);
    }

    private static float[] Draw(Initializer initializer)
    {
        float[] sample = new float[Kernel.Elements];
        initializer.Fill<float>(Kernel, sample);
        return sample;
    }
}
