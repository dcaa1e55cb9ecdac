using Fanwise.Draws;

namespace Fanwise.Tests.Explained;

public class DeclaredDistributionTests
{
    public static TheoryData<DeclaredDistribution> All =>
        [
            new UniformDistribution(-0.25, 0.75),
            new NormalDistribution(1, 0.1),
            new TruncatedNormalDistribution(-2, 3),
            BoundedNormalDistribution.Of(0, 1, -0.6, 2.5),
            FirstWithinDistribution.Of(0.5, 0.25),
            new SphereDistribution(3, 2),
            new SphereDistribution(4, 1),
            new SphereDistribution(17, 1),
            new SphereDistribution(1000, 1),
            new SphereDistribution(1001, 0.5),
            new SphereDistribution(100_000, 1),
        ];

    [Theory]
    [MemberData(nameof(All))]
    public void TheDensityHasTheMomentsThatAreDeclared(DeclaredDistribution distribution)
    {
        double low = Math.Max(distribution.Lower, distribution.Mean - 12 * distribution.Deviation),
            high = Math.Min(distribution.Upper, distribution.Mean + 12 * distribution.Deviation);
        const int steps = 200_000;
        double mass = 0,
            mean = 0,
            second = 0,
            fourth = 0;
        // In pieces, for the density may jump.
        double[] edges = distribution.NearlyAll is { } most ? [low, most.Lower, most.Upper, high] : [low, high];
        for (int piece = 1; piece < edges.Length; piece++)
        {
            double step = (edges[piece] - edges[piece - 1]) / steps;
            for (int i = 0; i < steps; i++)
            {
                double x = edges[piece - 1] + (i + 0.5) * step,
                    weight = distribution.Density(x) * step,
                    centred = x - distribution.Mean;
                mass += weight;
                mean += weight * x;
                second += weight * centred * centred;
                fourth += weight * centred * centred * centred * centred;
            }
        }

        mass.ShouldBe(1, 1e-6);
        mean.ShouldBe(distribution.Mean, 1e-6);
        second.ShouldBe(distribution.Variance, 1e-6 * (1 + distribution.Variance));
        (fourth / (second * second)).ShouldBe(distribution.Kurtosis, 1e-4);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void TheShareBelowAPlaceIsTheDensitysIntegral(DeclaredDistribution distribution)
    {
        double low = Math.Max(distribution.Lower, distribution.Mean - 9 * distribution.Deviation);
        foreach (double x in (double[])[-3, -2.1, -1, -0.2, 0, 0.7, 1.9, 3])
        {
            double place = distribution.Mean + x * distribution.Deviation;
            // In pieces, for the density may jump.
            double share = 0;
            const int pieces = 40;
            for (int i = 0; i < pieces; i++)
                share += distribution.Probability(
                    low + (place - low) * i / pieces,
                    low + (place - low) * (i + 1) / pieces
                );
            distribution.Cumulative(place).ShouldBe(place <= low ? 0 : share, 2e-4);
        }
    }

    [Theory]
    [InlineData(Backend.TensorFlow)]
    [InlineData(Backend.Jax)]
    [InlineData(Backend.Torch)]
    [InlineData(Backend.NumPy)]
    public void ValuesOfEveryBackendAreDistributedAsDeclared(Backend backend)
    {
        foreach (
            RandomInitializer initializer in (RandomInitializer[])
                [
                    new RandomUniform { Minimum = -0.25, Maximum = 0.5 },
                    new RandomNormal { Mean = 1, Deviation = 0.5 },
                    new TruncatedNormal { Mean = 1, Deviation = 0.5 },
                ]
        )
        {
            Values values = (initializer with { Backend = backend }).ValuesFor([100_000], ElementType.Float64, 7, 0);
            DeclaredDistribution declared = DeclaredDistribution.Of(values).ShouldNotBeNull($"{initializer}");
            double[] drawn = [.. values.ToTensor().As<double>().ToArray().Order()];
            double distance = drawn
                .Select((value, i) => Math.Abs(declared.Cumulative(value) - (i + 0.5) / drawn.Length))
                .Max();
            distance.ShouldBeLessThan(1.95 / Math.Sqrt(drawn.Length), $"{initializer}"); // one in a thousand is farther
            declared.Mean.ShouldBe(drawn.Average(), 0.01);
        }
    }

    [Fact]
    public void KerasTruncatedNormalOnPyTorchLeavesItsBoundsSometimes()
    {
        Values values = (new TruncatedNormal { Deviation = 0.5 } with { Backend = Backend.Torch }).ValuesFor(
            [8],
            ElementType.Float32,
            7,
            0
        );
        DeclaredDistribution declared = DeclaredDistribution.Of(values)!;
        declared.Lower.ShouldBe(double.NegativeInfinity);
        (double lower, double upper, double share) = declared.NearlyAll!.Value;
        (lower, upper).ShouldBe((-1, 1));
        share.ShouldBe(4.286e-6, 1e-9); // P(|z| > 2)^4
    }

    [Fact]
    public void ProbabilitiesAreThoseOfTheTables()
    {
        new NormalDistribution(0, 2).Probability(-2, 2).ShouldBe(0.6826894921370859, 1e-10);
        new NormalDistribution(0, 2).Probability(double.NegativeInfinity, double.PositiveInfinity).ShouldBe(1, 1e-8);
        new TruncatedNormalDistribution(0, 1)
            .Probability(-1, 1)
            .ShouldBe(0.6826894921370859 / 0.9544997361036416, 1e-10);
        new UniformDistribution(-1, 1).Probability(0.5, 9).ShouldBe(0.25, 1e-10);
        new PointDistribution(3).Probability(0, 2).ShouldBe(0);
        new PointDistribution(3).Probability(0, 3).ShouldBe(1);
    }

    [Theory]
    [InlineData("he_normal")]
    [InlineData("glorot_uniform")]
    [InlineData("untruncated")]
    [InlineData("random_uniform")]
    [InlineData("truncated_normal")]
    [InlineData("orthogonal")]
    [InlineData("orthogonal_wide")]
    public void WhatIsDrawnHasTheMomentsOfWhatIsDeclared(string name)
    {
        (Initializer initializer, Shape shape) = name switch
        {
            "he_normal" => ((Initializer)Initializers.HeNormal(1), (Shape)new[] { 3, 3, 64, 64 }),
            "glorot_uniform" => (Initializers.GlorotUniform(2), new[] { 200, 200 }),
            "untruncated" => (
                Initializers.VarianceScaling(0.5, FanMode.FanOut, Distribution.UntruncatedNormal, 3),
                new[] { 200, 200 }
            ),
            "random_uniform" => (Initializers.RandomUniform(-1, 3, 4), new[] { 40_000 }),
            "truncated_normal" => (Initializers.TruncatedNormal(1, 2, 5), new[] { 40_000 }),
            "orthogonal" => (Initializers.Orthogonal(2, 6), new[] { 10, 20, 150 }),
            _ => (Initializers.Orthogonal(2, 6), new[] { 100, 200 }),
        };
        DeclaredDistribution declared = DeclaredDistribution.Of(initializer.ValuesFor(shape, ElementType.Float32))!;
        float[] values = [.. initializer.Create<float>(shape)];
        double mean = values.Average(static value => (double)value),
            variance = values.Average(value => (value - mean) * (value - mean));
        // Five standard errors; the draws are fixed by their seeds.
        mean.ShouldBe(declared.Mean, 5 * declared.Deviation / Math.Sqrt(values.Length));
        (variance / declared.Variance).ShouldBe(1, 5 * Math.Sqrt((declared.Kurtosis - 1) / values.Length));
        values.ShouldAllBe(value => value >= declared.Lower - 1e-6 && value <= declared.Upper + 1e-6);
    }

    [Fact]
    public void ValuesWithoutOneDistributionHaveNone()
    {
        DeclaredDistribution.Of(Draw.Integers(ElementType.Int32)).ShouldBeNull();
        DeclaredDistribution.Of(Initializers.Identity.ValuesFor([3, 3], ElementType.Float32)).ShouldBeNull();
        DeclaredDistribution
            .Of(Initializers.Ones.ValuesFor([3], ElementType.Float32))
            .ShouldBe(new PointDistribution(1));
        DeclaredDistribution.Of(Initializers.Orthogonal(1).ValuesFor([0, 3], ElementType.Float32)).ShouldBeNull();
    }
}
