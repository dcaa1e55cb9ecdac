namespace Fanwise.Draws;

/// <summary>The logarithm, sine and cosine behind float64 normals: those of the C library that TensorFlow's published numbers come from, every step in double.</summary>
/// <remarks>
/// <c>Fma(a, b, c)</c> is one rounding, every other operation its own; where a processor has no fused multiply-add an emulated one gives the same bits.
/// Sources: ARM optimized-routines (MIT licence), log; the IBM accurate mathematical library as in glibc 2.36, sincos, with the products fused that GCC 12 fuses.
/// </remarks>
internal static class DoubleFunctions
{
    // Near 1: ln(1 + r) = r - r^2 / 2 + B1 r^3 + ...
    private const double B1 = 0.3333333333333352, B2 = -0.24999999999998432, B3 = 0.19999999999320328, B4 = -0.16666666669929706, B5 = 0.14285715076560868, B6 = -0.12499997863982555, B7 = 0.11110712032936046, B8 = -0.10000486757818193, B9 = 0.09181994006195467, B10 = -0.08328363062289341;

    // Elsewhere: ln(1 + r) = r + A0 r^2 + A1 r^3 + ...
    private const double Ln2High = 0.6931471805598903, Ln2Low = 5.497923018708371E-14;
    private const double A0 = -0.5000000000000001, A1 = 0.33333333331825593, A2 = -0.2499999999622955, A3 = 0.20000304511814496, A4 = -0.16667054827627667;

    // Reduction by multiples of pi / 2, which is HalfPi + HalfPiLow, or M1 + M2 + M3 + M4.
    private const double HalfPi = 1.5707963267948966, HalfPiLow = 6.123233995736766E-17;
    private const double M1 = 1.5707963407039642, M2 = -1.3909067564377153E-08, M3 = -4.97899623147991E-17, M4 = -1.9034889620193266E-25, TwoOverPi = 0.6366197723675814;

    /// <summary>Added and taken away, it rounds a double to an integer; shifted by 2^-7, to a multiple of 1 / 128.</summary>
    private const double RoundToInteger = 6755399441055744, RoundTo128th = 52776558133248;

    // sin x near 0, and sin and cos of what is left of x beside the nearest 128th.
    private const double SmallAngle = 0.126, S1 = -0.16666666666666666, S2 = 0.008333333333332329, S3 = -0.00019841269834414642, S4 = 2.755729806860771E-06, S5 = -2.5022014848318398E-08;
    private const double U3 = -0.16666666666666488, U5 = 0.008333332142857223, C4 = -0.04166666666666644, C6 = 0.001388888740079376;

    /// <summary>ln x for 1e-7 &lt;= x &lt; 1.</summary>
    public static double Log(double x)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(x);
        return bits >= 0x3fee000000000000 ? LogNearOne(x - 1) : LogByTable(bits);
    }

    /// <summary>sin v and cos v for 0 &lt;= v &lt; 2 pi.</summary>
    public static (double Sine, double Cosine) SinCos(double v)
    {
        uint high = (uint)(BitConverter.DoubleToUInt64Bits(v) >> 32);
        if (high < 0x3e400000) return (v, 1); // v < 2^-27
        if (high < 0x3feb6000) return (Sine(v, 0), Cosine(v, 0)); // v < 0.855
        if (high < 0x400368fd) // v < 2.426
        {
            double y = HalfPi - v, a = y + HalfPiLow, e = y - a + HalfPiLow;
            return (Cosine(a, e), Sine(a, e));
        }
        else
        {
            double n = Fma(v, TwoOverPi, RoundToInteger) - RoundToInteger; // 2, 3 or 4
            double y = Fma(-n, M2, Fma(-n, M1, v)), z = Fma(-n, M3, y), d = Fma(-n, M3, y - z);
            double a = Fma(-n, M4, z), e = d + Fma(-n, M4, z - a);
            return n switch
            {
                2 => (-Sine(a, e), -Cosine(a, e)),
                3 => (-Cosine(a, e), Sine(a, e)),
                _ => (Sine(a, e), Cosine(a, e)),
            };
        }
    }

    private static double LogNearOne(double r)
    {
        double r2 = r * r, r3 = r * r2;
        double p = Fma(r3, B10, Fma(r2, B9, Fma(r, B8, B7)));
        double q = Fma(r2, B6, Fma(r, B5, B4));
        double s = Fma(r3, Fma(r3, p, q), Fma(r2, B3, Fma(r, B2, B1)));
        // r = high + low, so that high^2 / 2 is exact.
        double high = Fma(-r, 134217728, Fma(r, 134217728, r)), low = r - high, high2 = high * high;
        double sum = Fma(high2, -0.5, r), rest = Fma(high2, -0.5, r - sum);
        rest = Fma(-0.5 * low, high + r, rest);
        return sum + Fma(s, r3, rest);
    }

    private static double LogByTable(ulong bits)
    {
        ulong offset = bits - 0x3fe6000000000000;
        int i = (int)(offset >> 45) & 127;
        double k = (long)offset >> 52, z = BitConverter.UInt64BitsToDouble(bits - (offset & 0xfff0000000000000));
        double r = Fma(z, DoubleTables.InverseC[i], -1), r2 = r * r;
        double w = Fma(k, Ln2High, DoubleTables.LogC[i]), high = w + r, low = Fma(k, Ln2Low, w - high + r);
        double p = Fma(r2, Fma(r, A4, A3), Fma(r, A2, A1));
        return Fma(r * r2, p, Fma(r2, A0, low)) + high;
    }

    /// <summary>sin(a + e).</summary>
    private static double Sine(double a, double e)
    {
        double x = Math.Abs(a);
        if (x < SmallAngle)
        {
            double y = a * a, p = Fma(Fma(Fma(Fma(S5, y, S4), y, S3), y, S2), y, S1);
            return a + Fma(Fma(p, a, -(0.5 * e)), y, e);
        }
        else
        {
            if (a < 0) e = -e;
            double g = x + RoundTo128th;
            int k = (int)BitConverter.DoubleToUInt64Bits(g);
            x -= g - RoundTo128th;
            double y = x * x, s = x + Fma(x * y, Fma(y, U5, U3), e), c = Fma(x, e, y * Fma(y, Fma(y, C6, C4), 0.5));
            double result = DoubleTables.SineHigh[k] + Fma(s, DoubleTables.CosineHigh[k], Fma(-c, DoubleTables.SineHigh[k], Fma(s, DoubleTables.CosineLow[k], DoubleTables.SineLow[k])));
            return a < 0 ? -result : result;
        }
    }

    /// <summary>cos(a + e).</summary>
    private static double Cosine(double a, double e)
    {
        double x = Math.Abs(a);
        if (a < 0) e = -e;
        double g = x + RoundTo128th;
        int k = (int)BitConverter.DoubleToUInt64Bits(g);
        x = x - (g - RoundTo128th) + e;
        double y = x * x, s = Fma(x * y, Fma(y, U5, U3), x), c = y * Fma(y, Fma(y, C6, C4), 0.5);
        return DoubleTables.CosineHigh[k] + Fma(-s, DoubleTables.SineHigh[k], Fma(-c, DoubleTables.CosineHigh[k], Fma(-s, DoubleTables.SineLow[k], DoubleTables.CosineLow[k])));
    }

    private static double Fma(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);
}
