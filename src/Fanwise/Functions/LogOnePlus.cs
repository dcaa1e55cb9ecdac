namespace Fanwise.Functions;

/// <summary>log1p as glibc 2.36 computes it on x86-64 with FMA: Sun's fdlibm, with the products fused that GCC 12 fuses
/// there.</summary>
/// <remarks>Never the platform's: its result differs between systems. Compared with glibc over 1.5 10^6 arguments of
/// the form -k 2^-53. Source: fdlibm 5.3, s_log1p.c (Sun Microsystems' licence), as in glibc's
/// sysdeps/ieee754/dbl-64.</remarks>
internal static class LogOnePlus
{
    private const double Ln2High = 6.93147180369123816490e-01,
        Ln2Low = 1.90821492927058770002e-10;
    private const double P1 = 6.666666666666735130e-01,
        P2 = 3.999999999940941908e-01,
        P3 = 2.857142874366239149e-01,
        P4 = 2.222219843214978396e-01,
        P5 = 1.818357216161805012e-01,
        P6 = 1.531383769920937332e-01,
        P7 = 1.479819860511658591e-01;

    /// <summary>High words: of 2^-29 and 2^-54, of the border -0.2929, of the root of 2 without its exponent.</summary>
    private const int SmallHigh = 0x3e200000,
        TinyHigh = 0x3c900000,
        LowerBorder = unchecked((int)0xbfd2bec3),
        UpperBorder = 0x3FDA827A,
        RootFraction = 0x6a09e;

    /// <summary>ln(1 + x) for -1 &lt; x &lt; 1.</summary>
    public static double Of(double x)
    {
        int high = High(x);
        if (high < UpperBorder && (high & int.MaxValue) < SmallHigh)
            return (high & int.MaxValue) < TinyHigh ? x : Math.FusedMultiplyAdd(-(x * x), 0.5, x);
        int k = 0,
            fraction = 1;
        double f = x,
            correction = 0;
        if (!(high < UpperBorder && (high > 0 || high <= LowerBorder)))
        {
            double u = 1.0 + x;
            fraction = High(u);
            k = (fraction >> 20) - 1023;
            correction = (k > 0 ? 1.0 - (u - x) : x - (u - 1.0)) / u;
            fraction &= 0xfffff;
            if (fraction < RootFraction)
            {
                u = WithHigh(u, fraction | 0x3ff00000);
            }
            else
            {
                k++;
                u = WithHigh(u, fraction | 0x3fe00000);
                fraction = (0x100000 - fraction) >> 2;
            }

            f = u - 1.0;
        }

        double half = 0.5 * f * f;
        if (fraction == 0) // |f| < 2^-20
        {
            if (f == 0)
                return k == 0 ? 0 : Math.FusedMultiplyAdd(k, Ln2High, Math.FusedMultiplyAdd(k, Ln2Low, correction));
            double rest = half * Math.FusedMultiplyAdd(-0.66666666666666666, f, 1);
            return k == 0
                ? f - rest
                : Math.FusedMultiplyAdd(k, Ln2High, f - (rest - Math.FusedMultiplyAdd(k, Ln2Low, correction)));
        }

        double s = f / (2.0 + f),
            z = s * s,
            z2 = z * z,
            z4 = z2 * z2,
            z6 = z4 * z2;
        double sum = Math.FusedMultiplyAdd(z, P1, z2 * Math.FusedMultiplyAdd(z, P3, P2));
        sum = Math.FusedMultiplyAdd(z4, Math.FusedMultiplyAdd(z, P5, P4), sum);
        sum = Math.FusedMultiplyAdd(z6, Math.FusedMultiplyAdd(z, P7, P6), sum);
        double product = s * (half + sum);
        return k == 0
            ? f - (half - product)
            : Math.FusedMultiplyAdd(k, Ln2High, f - (half - (product + Math.FusedMultiplyAdd(k, Ln2Low, correction))));
    }

    private static int High(double x) => (int)(BitConverter.DoubleToInt64Bits(x) >> 32);

    private static double WithHigh(double x, int high) =>
        BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(x) & uint.MaxValue) | (long)high << 32);
}
