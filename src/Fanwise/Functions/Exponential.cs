namespace Fanwise.Functions;

/// <summary>e^x in double with fixed bits: computed with twice the digits and rounded, so that it is the nearest double
/// but in some ties that nobody can tell apart.</summary>
internal static class Exponential
{
    private const double Ln2High = 0.6931471805599453,
        Ln2Low = 2.3190468138462996e-17,
        InverseLn2 = 1.4426950408889634;

    /// <summary>Enough terms of the series for |r| at most ln 2 / 2^9.</summary>
    private const int Terms = 10;

    /// <summary>How often the reduced power is squared.</summary>
    private const int Squarings = 8;

    /// <summary>1 / n! from n = 11 down: enough of them for 12 digits, for |r| at most ln 2 / 2.</summary>
    private static ReadOnlySpan<double> QuickTerms =>
        [
            1.0 / 39916800,
            1.0 / 3628800,
            1.0 / 362880,
            1.0 / 40320,
            1.0 / 5040,
            1.0 / 720,
            1.0 / 120,
            1.0 / 24,
            1.0 / 6,
            1.0 / 2,
            1,
            1,
        ];

    /// <summary>e^x; 0 and infinity where a double cannot hold it.</summary>
    public static double Of(double x)
    {
        if (x < -745.2)
            return 0;
        if (x > 709.8)
            return double.PositiveInfinity;
        double k = Math.Round(x * InverseLn2);
        // r = x - k ln 2 in two doubles.
        double product = k * Ln2High,
            rest = Math.FusedMultiplyAdd(k, Ln2High, -product);
        (double high, double low) = Sum(x - product, -rest - k * Ln2Low);
        double scale = 1.0 / (1 << Squarings);
        high *= scale;
        low *= scale;
        // e^r - 1 by its series, from the last term on.
        (double sumHigh, double sumLow) = (0, 0);
        for (int term = Terms; term >= 1; term--)
        {
            (sumHigh, sumLow) = Add(1, sumHigh, sumLow);
            (sumHigh, sumLow) = Multiply(sumHigh, sumLow, high, low);
            (sumHigh, sumLow) = Divide(sumHigh, sumLow, term);
        }

        // (1 + s)^2 - 1 = s (2 + s).
        for (int i = 0; i < Squarings; i++)
        {
            (double more, double moreLow) = Add(2, sumHigh, sumLow);
            (sumHigh, sumLow) = Multiply(sumHigh, sumLow, more, moreLow);
        }

        (sumHigh, sumLow) = Add(1, sumHigh, sumLow);
        return Math.ScaleB(sumHigh + sumLow, (int)k);
    }

    /// <summary>e^x for -40 &lt; x &lt; 40, to 12 digits.</summary>
    public static double Quick(double x)
    {
        double k = Math.Round(x * InverseLn2),
            r = x - k * Ln2High,
            sum = 0;
        foreach (double term in QuickTerms)
            sum = sum * r + term;
        return sum * BitConverter.Int64BitsToDouble((long)k + 1023 << 52);
    }

    private static (double High, double Low) Sum(double a, double b)
    {
        double sum = a + b,
            other = sum - a;
        return (sum, a - (sum - other) + (b - other));
    }

    private static (double High, double Low) Add(double a, double high, double low)
    {
        (double sum, double rest) = Sum(a, high);
        return Sum(sum, rest + low);
    }

    private static (double High, double Low) Multiply(double a, double aLow, double b, double bLow)
    {
        double product = a * b,
            rest = Math.FusedMultiplyAdd(a, b, -product) + (a * bLow + aLow * b);
        return Sum(product, rest);
    }

    private static (double High, double Low) Divide(double high, double low, double by)
    {
        double quotient = high / by,
            rest = Math.FusedMultiplyAdd(-quotient, by, high) + low;
        return Sum(quotient, rest / by);
    }
}
