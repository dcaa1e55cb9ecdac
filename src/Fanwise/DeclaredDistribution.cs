using Fanwise.Draws;
using Fanwise.Draws.Twister;
using Fanwise.Functions;

namespace Fanwise;

/// <summary>The distribution that values are drawn from: what a histogram of them is held against. Immutable.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Variance">The variance.</param>
/// <param name="Lower">No value is below it; minus infinity for a normal.</param>
/// <param name="Upper">No value is above it; infinity for a normal.</param>
/// <param name="Kurtosis">The fourth central moment over the squared variance: how uncertain the variance of a sample
/// is.</param>
public abstract record DeclaredDistribution(double Mean, double Variance, double Lower, double Upper, double Kurtosis)
{
    /// <summary>The probability density at x; zero outside of the bounds. Meaningless where <see cref="HasDensity"/> is
    /// false.</summary>
    public abstract double Density(double x);

    /// <summary>Bounds that all values keep but a share, where a generator gives up; null where <see cref="Lower"/> and
    /// <see cref="Upper"/> say all.</summary>
    public virtual (double Lower, double Upper, double Share)? NearlyAll => null;

    /// <summary>The share of values at or below x.</summary>
    public virtual double Cumulative(double x) => Probability(Lower, x);

    /// <summary>Whether there is a density: constants have none.</summary>
    public virtual bool HasDensity => true;

    /// <summary>The standard deviation.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>What these values are distributed as, taken from what draws them; null where that is not one
    /// distribution (values that a layer composes).</summary>
    public static DeclaredDistribution? Of(Values values) =>
        values switch
        {
            DrawnValues { Draw: var draw } => Of(draw),
            ConstantValues { Value: var value } => new PointDistribution(value),
            OrthogonalValues { Shape: { Elements: > 0 } shape } orthogonal => OfOrthogonal(
                shape,
                shape.Rank - 1,
                orthogonal.Gain
            ),
            FactorValues { Shape: { Elements: > 0 } shape } factor => OfOrthogonal(
                shape,
                factor.ColumnAxis,
                factor.Gain
            ),
            BoundedNormalValues bounded => BoundedNormalDistribution.Of(
                bounded.Draw.Addend,
                bounded.Draw.Multiplier,
                bounded.Draw.Addend + bounded.Lower * bounded.Draw.Multiplier,
                bounded.Draw.Addend + bounded.Upper * bounded.Draw.Multiplier
            ),
            RoundedValues rounded => Of(rounded.Single), // the grain aside
            ZeroRowValues rows => Of(rows.Inner), // of the other rows
            null => throw new ArgumentNullException(nameof(values)),
            _ => values.Declared,
        };

    /// <summary>What a draw is distributed as, its element type's grain aside; null for integers.</summary>
    public static DeclaredDistribution? Of(Draw draw) =>
        draw.Kind switch
        {
            _ when draw.Multiplier == 0 && draw.Kind != DrawKind.Integer => new PointDistribution(draw.Addend),
            DrawKind.Uniform => new UniformDistribution(
                Math.Min(draw.Addend, draw.Addend + draw.Multiplier),
                Math.Max(draw.Addend, draw.Addend + draw.Multiplier)
            ),
            DrawKind.Normal => new NormalDistribution(draw.Addend, Math.Abs(draw.Multiplier)),
            DrawKind.TruncatedNormal => new TruncatedNormalDistribution(draw.Addend, Math.Abs(draw.Multiplier)),
            _ => null,
        };

    /// <summary>The probability of values on [<paramref name="from"/>, <paramref name="to"/>], by Simpson's rule over
    /// the density.</summary>
    public double Probability(double from, double to)
    {
        if (!HasDensity)
            return from <= Mean && Mean <= to ? 1 : 0;
        // Beyond ten deviations nothing is left to add; beyond the bounds nothing is.
        (from, to) = (
            Math.Max(from, Math.Max(Lower, Mean - 10 * Deviation)),
            Math.Min(to, Math.Min(Upper, Mean + 10 * Deviation))
        );
        if (!(from < to))
            return 0;
        const int steps = 256;
        double step = (to - from) / steps,
            sum = Density(from) + Density(to);
        for (int i = 1; i < steps; i++)
            sum += (i % 2 == 1 ? 4 : 2) * Density(from + i * step);
        return Math.Min(1, sum * step / 3);
    }

    private static DeclaredDistribution OfOrthogonal(Shape shape, int columnAxis, double gain)
    {
        long columns = shape.Lengths[columnAxis];
        return gain == 0
            ? new PointDistribution(0)
            : new SphereDistribution(Math.Max(shape.Elements / columns, columns), Math.Abs(gain));
    }
}

/// <summary>One value, always.</summary>
/// <param name="Value">The value.</param>
public sealed record PointDistribution(double Value) : DeclaredDistribution(Value, 0, Value, Value, 1)
{
    /// <inheritdoc/>
    public override bool HasDensity => false;

    /// <inheritdoc/>
    public override double Density(double x) => x == Value ? double.PositiveInfinity : 0;

    /// <inheritdoc/>
    public override double Cumulative(double x) => x >= Value ? 1 : 0;
}

/// <summary>A uniform on [low, high).</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public sealed record UniformDistribution(double Low, double High)
    : DeclaredDistribution(Low + (High - Low) / 2, (High - Low) * (High - Low) / 12, Low, High, 1.8)
{
    /// <inheritdoc/>
    public override double Density(double x) => x >= Low && x <= High ? 1 / (High - Low) : 0;

    /// <inheritdoc/>
    public override double Cumulative(double x) => Math.Clamp((x - Low) / (High - Low), 0, 1);
}

/// <summary>A normal.</summary>
/// <param name="Centre">The mean.</param>
/// <param name="Scale">The standard deviation.</param>
public sealed record NormalDistribution(double Centre, double Scale)
    : DeclaredDistribution(Centre, Scale * Scale, double.NegativeInfinity, double.PositiveInfinity, 3)
{
    /// <inheritdoc/>
    public override double Density(double x) => StandardDensity((x - Centre) / Scale) / Scale;

    internal static DeclaredDistribution Of(double mean, double deviation) =>
        deviation == 0 ? new PointDistribution(mean) : new NormalDistribution(mean, Math.Abs(deviation));

    /// <inheritdoc/>
    public override double Cumulative(double x) => StandardCumulative((x - Centre) / Scale);

    internal static double StandardDensity(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    internal static double StandardCumulative(double z) => (1 + ErrorFunction.Double(z / Math.Sqrt(2))) / 2;
}

/// <summary>A normal truncated at two deviations.</summary>
/// <param name="Centre">The mean.</param>
/// <param name="Scale">The standard deviation before truncation.</param>
public sealed record TruncatedNormalDistribution(double Centre, double Scale)
    : DeclaredDistribution(
        Centre,
        Scale * Scale * StandardVariance,
        Centre - 2 * Scale,
        Centre + 2 * Scale,
        FourthMoment / (StandardVariance * StandardVariance)
    )
{
    /// <summary>The variance of a standard normal that is truncated at -2 and 2: 0.7737.</summary>
    public const double StandardVariance = VarianceScaling.TruncatedDeviation * VarianceScaling.TruncatedDeviation;

    /// <summary>P(|z| &lt; 2).</summary>
    private const double Inside = 0.9544997361036416;

    /// <summary>E z^4 = 3 - 2 (2^3 + 3 * 2) phi(2) / P(|z| &lt; 2), with phi(2) = 0.05399.</summary>
    private const double FourthMoment = 3 - 28 * 0.05399096651318806 / Inside;

    /// <inheritdoc/>
    public override double Density(double x)
    {
        double z = (x - Centre) / Scale;
        return Math.Abs(z) <= 2 ? NormalDistribution.StandardDensity(z) / (Inside * Scale) : 0;
    }

    /// <inheritdoc/>
    public override double Cumulative(double x) =>
        Math.Clamp((NormalDistribution.StandardCumulative((x - Centre) / Scale) - (1 - Inside) / 2) / Inside, 0, 1);
}

/// <summary>A normal truncated at bounds of its own.</summary>
/// <remarks>Moments of a standard normal on [a, b]: m(k) = (k - 1) m(k - 2) - (b^(k - 1) phi(b) - a^(k - 1) phi(a)) /
/// P(a &lt; z &lt; b).</remarks>
public sealed record BoundedNormalDistribution : DeclaredDistribution
{
    private BoundedNormalDistribution(
        double centre,
        double scale,
        double lower,
        double upper,
        double mean,
        double variance,
        double kurtosis
    )
        : base(mean, variance, lower, upper, kurtosis) => (Centre, Scale) = (centre, scale);

    /// <summary>The mean before truncation.</summary>
    public double Centre { get; }

    /// <summary>The standard deviation before truncation.</summary>
    public double Scale { get; }

    private double Inside => At(Upper) - At(Lower);

    /// <summary>The normal of this mean and deviation, truncated at two bounds.</summary>
    public static BoundedNormalDistribution Of(double centre, double scale, double lower, double upper)
    {
        double a = (lower - centre) / scale,
            b = (upper - centre) / scale,
            inside = NormalDistribution.StandardCumulative(b) - NormalDistribution.StandardCumulative(a);
        double[] moments = new double[5];
        moments[0] = 1;
        for (int k = 1; k < moments.Length; k++)
            moments[k] = (k > 1 ? (k - 1) * moments[k - 2] : 0) - (Edge(b, k) - Edge(a, k)) / inside;
        double m = moments[1],
            variance = moments[2] - m * m,
            fourth = moments[4] - 4 * m * moments[3] + 6 * m * m * moments[2] - 3 * m * m * m * m;
        return new(
            centre,
            scale,
            lower,
            upper,
            centre + scale * m,
            scale * scale * variance,
            fourth / (variance * variance)
        );
    }

    /// <inheritdoc/>
    public override double Density(double x) =>
        x >= Lower && x <= Upper ? NormalDistribution.StandardDensity((x - Centre) / Scale) / (Inside * Scale) : 0;

    /// <inheritdoc/>
    public override double Cumulative(double x) => Math.Clamp((At(x) - At(Lower)) / Inside, 0, 1);

    private static double Edge(double z, int k) =>
        double.IsInfinity(z) ? 0 : Math.Pow(z, k - 1) * NormalDistribution.StandardDensity(z);

    private double At(double x) => NormalDistribution.StandardCumulative((x - Centre) / Scale);
}

/// <summary>One coordinate of a point that is uniform on a sphere: an element of an orthogonal matrix (Muirhead 1982,
/// theorem 1.5.7).</summary>
/// <param name="Dimensions">The dimensions of the space: the longer side of the matrix.</param>
/// <param name="Radius">The gain.</param>
/// <remarks>density(x) = c (1 - (x / radius)²)^((n - 3) / 2) / radius, c = Γ(n / 2) / (sqrt(π) Γ((n - 1) /
/// 2)).</remarks>
public sealed record SphereDistribution(long Dimensions, double Radius)
    : DeclaredDistribution(0, Radius * Radius / Dimensions, -Radius, Radius, 3.0 * Dimensions / (Dimensions + 2))
{
    /// <summary>Two dimensions have poles at the bounds, one has two points.</summary>
    public override bool HasDensity => Dimensions > 2;

    /// <inheritdoc/>
    public override double Density(double x)
    {
        double t = x / Radius,
            inside = 1 - t * t;
        return inside < 0 ? 0 : Constant * Math.Pow(inside, (Dimensions - 3) / 2.0) / Radius;
    }

    private double Constant { get; } = RatioOfGammas(Dimensions) / Math.Sqrt(Math.PI);

    /// <summary>Γ(n / 2) / Γ((n - 1) / 2), by r(n) = (n - 2) / 2 / r(n - 1) from r(2) = 1 / sqrt(π); by its asymptotic
    /// series for large n.</summary>
    private static double RatioOfGammas(long n)
    {
        if (n > 1000)
            return Math.Sqrt(n / 2.0) * (1 - 3 / (4.0 * n) - 7 / (32.0 * n * n));
        double ratio = 1 / Math.Sqrt(Math.PI);
        for (long m = 3; m <= n; m++)
            ratio = (m - 2) / 2.0 / ratio;
        return ratio;
    }
}

/// <summary>Keras' truncated normal on PyTorch: the first of four normals that lies within two deviations, and the very
/// first where none does.</summary>
/// <remarks>Source: keras/src/backend/torch/random.py, truncated_normal. With q the share of a normal beyond two
/// deviations, q^4 of the values are a normal's beyond them.</remarks>
internal sealed record FirstWithinDistribution : DeclaredDistribution
{
    private const double Cut = 2;
    private static readonly double Inside = 1 - 2 * NormalDistribution.StandardCumulative(-Cut),
        GivenUp = Math.Pow(1 - Inside, TorchFirstWithin.Candidates);

    private FirstWithinDistribution(double centre, double scale, double variance, double kurtosis)
        : base(centre, scale * scale * variance, double.NegativeInfinity, double.PositiveInfinity, kurtosis) =>
        (Centre, Scale) = (centre, scale);

    public double Centre { get; }

    public double Scale { get; }

    public override (double Lower, double Upper, double Share)? NearlyAll =>
        (Centre - Cut * Scale, Centre + Cut * Scale, GivenUp);

    /// <summary>The values of this mean and deviation before the cut.</summary>
    public static DeclaredDistribution Of(double mean, double deviation)
    {
        if (deviation == 0)
            return new PointDistribution(mean);
        BoundedNormalDistribution within = BoundedNormalDistribution.Of(0, 1, -Cut, Cut);
        double inner = within.Variance,
            innerFourth = within.Kurtosis * inner * inner,
            outer = (1 - Inside * inner) / (1 - Inside),
            outerFourth = (3 - Inside * innerFourth) / (1 - Inside),
            variance = (1 - GivenUp) * inner + GivenUp * outer,
            fourth = (1 - GivenUp) * innerFourth + GivenUp * outerFourth;
        return new FirstWithinDistribution(mean, Math.Abs(deviation), variance, fourth / (variance * variance));
    }

    public override double Density(double x)
    {
        double z = (x - Centre) / Scale,
            share = Math.Abs(z) <= Cut ? (1 - GivenUp) / Inside : GivenUp / (1 - Inside);
        return share * NormalDistribution.StandardDensity(z) / Scale;
    }

    public override double Cumulative(double x)
    {
        double z = (x - Centre) / Scale,
            edge = NormalDistribution.StandardCumulative(-Cut),
            beyond = GivenUp / (1 - Inside);
        if (z <= -Cut)
            return beyond * NormalDistribution.StandardCumulative(z);
        if (z >= Cut)
            return 1 - beyond * NormalDistribution.StandardCumulative(-z);
        return GivenUp / 2 + (1 - GivenUp) * (NormalDistribution.StandardCumulative(z) - edge) / Inside;
    }
}
