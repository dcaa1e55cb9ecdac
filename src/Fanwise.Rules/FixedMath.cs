namespace Fanwise.Rules;

/// <summary>Logarithm and power with the same bits on every machine: sums and products alone, in a fixed
/// order.</summary>
internal static class FixedMath
{
    private const double Ln2 = 0.6931471805599453;
    private const double SquareRootOfHalf = 0.7071067811865476;

    /// <summary>Both series end below the last bit of a double after this many terms.</summary>
    private const int Terms = 24;

    /// <summary>The natural logarithm: <c>2 atanh((m - 1) / (m + 1)) + e ln 2</c> of <c>x = m 2^e</c>, m on [1/2, 1)
    /// times 2 where it is below the root of 1/2.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsInfinity(x))
            return double.NaN;
        int exponent = Math.ILogB(x) + 1;
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa < SquareRootOfHalf)
        {
            mantissa *= 2;
            exponent--;
        }

        double ratio = (mantissa - 1) / (mantissa + 1),
            square = ratio * ratio,
            sum = 0;
        for (int i = Terms; i >= 0; i--)
            sum = sum * square + 1.0 / (2 * i + 1);
        return 2 * ratio * sum + exponent * Ln2;
    }

    /// <summary>e to a power, by Taylor's series on [-ln 2 / 2, ln 2 / 2].</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x) || Math.Abs(x) > 1000)
            return x < 0 ? 0
                : x > 0 ? double.PositiveInfinity
                : x;
        double twos = Math.Round(x / Ln2),
            rest = x - twos * Ln2,
            sum = 0;
        for (int i = Terms; i >= 1; i--)
            sum = (sum + 1) * rest / i;
        return Math.ScaleB(1 + sum, (int)twos);
    }

    /// <summary>A power; whole exponents by repeated squaring, a half by the root.</summary>
    public static double Pow(double x, double y)
    {
        const double MostSquared = 1 << 20;
        if (y == 0.5)
            return Math.Sqrt(x);
        if (y == Math.Floor(y) && Math.Abs(y) <= MostSquared)
        {
            double product = 1,
                power = x;
            for (long left = (long)Math.Abs(y); left > 0; left >>= 1)
            {
                if ((left & 1) != 0)
                    product *= power;
                power *= power;
            }

            return y < 0 ? 1 / product : product;
        }

        return x == 0 && y > 0 ? 0 : Exp(y * Log(x));
    }
}
