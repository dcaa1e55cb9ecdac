namespace Fanwise.Rules;

/// <summary>Figures of a sample and the probabilities that chance alone takes them so far from a
/// distribution's.</summary>
internal sealed class SampleStatistics
{
    /// <summary>Fewer values have a kurtosis whose own distribution is too skewed to be judged.</summary>
    private const int LeastForKurtosis = 100_000;

    /// <summary>Fewer values have no distribution that could be told from another.</summary>
    private const int LeastForDistribution = 8;
    private static readonly NormalDistribution Standard = new(0, 1);
    private readonly double[] _sorted;
    private readonly DeclaredDistribution _rule;
    private readonly ElementType _type;

    /// <summary>The figures of finite values; there is at least one.</summary>
    public SampleStatistics(ReadOnlySpan<double> values, DeclaredDistribution rule, ElementType type)
    {
        (_rule, _type) = (rule, type);
        _sorted = values.ToArray();
        Array.Sort(_sorted);
        double sum = 0;
        foreach (double value in _sorted)
            sum += value;
        Mean = sum / _sorted.Length;
        double second = 0,
            fourth = 0;
        foreach (double value in _sorted)
        {
            double square = (value - Mean) * (value - Mean);
            second += square;
            fourth += square * square;
        }

        (second, fourth) = (second / _sorted.Length, fourth / _sorted.Length);
        Deviation = Math.Sqrt(second);
        Kurtosis = second > 0 ? fourth / (second * second) : 1;
    }

    public int Count => _sorted.Length;

    public double Mean { get; }

    public double Deviation { get; }

    public double Kurtosis { get; }

    public double Minimum => _sorted[0];

    public double Maximum => _sorted[^1];

    public bool IsConstant => Minimum == Maximum;

    public int Zeros => _sorted.AsSpan().Count(0.0);

    /// <summary>Of the mean: that of n values is nearly normal around the rule's.</summary>
    public double ChanceOfMean => TwoSided((Mean - _rule.Mean) / (_rule.Deviation / Math.Sqrt(Count)));

    /// <summary>Of the variance: a chi-square, by Wilson and Hilferty's cube root (1931), with as many degrees of
    /// freedom as the rule's kurtosis leaves.</summary>
    public double ChanceOfVariance
    {
        get
        {
            double around = (Mean - _rule.Mean) / _rule.Deviation,
                ratio = Deviation * Deviation / _rule.Variance + around * around,
                freedom = 2 * Count / (_rule.Kurtosis - 1),
                spread = 2 / (9 * freedom);
            return TwoSided((Math.Cbrt(ratio) - (1 - spread)) / Math.Sqrt(spread));
        }
    }

    /// <summary>Of the kurtosis: a normal's has the variance 24 / n; null where there are too few values, or the rule
    /// is no normal.</summary>
    public double? ChanceOfKurtosis =>
        _rule is NormalDistribution && Count >= LeastForKurtosis
            ? TwoSided((Kurtosis - 3) / Math.Sqrt(24.0 / Count))
            : null;

    /// <summary>That the farthest values are so near, or, where the rule has no bounds, so far.</summary>
    public double ChanceOfExtremes
    {
        get
        {
            double inside =
                    _rule.Cumulative(TensorSample.RoundsUpTo(Maximum, _type))
                    - _rule.Cumulative(TensorSample.RoundsDownTo(Minimum, _type)),
                near = Math.Pow(Math.Max(0, inside), Count);
            if (double.IsFinite(_rule.Upper))
                return near;
            double farthest = Math.Max(
                    Math.Abs(TensorSample.RoundsDownTo(Maximum, _type) - _rule.Mean),
                    Math.Abs(TensorSample.RoundsUpTo(Minimum, _type) - _rule.Mean)
                ),
                beyond = 2 * Standard.Cumulative(-farthest / _rule.Deviation);
            return Math.Min(1, 2 * Math.Min(near, Count * beyond));
        }
    }

    /// <summary>The largest distance between the share of values below a place and the rule's; null where there are too
    /// few values. Places lie between two elements, so that the grain of a coarse type is no distance.</summary>
    public double? Distance
    {
        get
        {
            if (Count < LeastForDistribution || _rule is SphereDistribution)
                return null;
            double most = 0;
            for (int i = 0; i < _sorted.Length; )
            {
                int end = i + 1;
                while (end < _sorted.Length && _sorted[end] == _sorted[i])
                    end++;
                double below = _rule.Cumulative(TensorSample.RoundsDownTo(_sorted[i], _type)),
                    above = _rule.Cumulative(TensorSample.RoundsUpTo(_sorted[i], _type));
                most = Math.Max(most, Math.Abs((double)i / Count - below));
                most = Math.Max(most, Math.Abs((double)end / Count - above));
                i = end;
            }

            return most;
        }
    }

    /// <summary>Of a distance between distributions: Kolmogorov's series, with Stephens' correction for n
    /// (1970).</summary>
    public double ChanceOfDistance(double distance)
    {
        double root = Math.Sqrt(Count),
            x = (root + 0.12 + 0.11 / root) * distance,
            sum = 0;
        if (x < 0.3)
            return 1; // the series converges slowly where nothing is rejected
        for (int k = 1; k <= 100; k++)
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        return Math.Clamp(sum, 0, 1);
    }

    /// <summary>Of so many zeros: a bound of Chernoff's on Poisson's tail. A generator's grid may hold zero
    /// itself.</summary>
    public double ChanceOfZeros
    {
        get
        {
            const double Grid = 1.0 / (1 << 22);
            double share =
                    _rule.Cumulative(TensorSample.RoundsUpTo(0, _type))
                    - _rule.Cumulative(TensorSample.RoundsDownTo(0, _type)),
                expected = Count * Math.Max(share, Grid),
                zeros = Zeros;
            return zeros <= expected ? 1 : Math.Exp(-(zeros * Math.Log(zeros / expected) - zeros + expected));
        }
    }

    private static double TwoSided(double z) => 2 * Standard.Cumulative(-Math.Abs(z));
}
