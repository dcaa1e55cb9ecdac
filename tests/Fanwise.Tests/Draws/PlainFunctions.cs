using Fanwise.Functions;

namespace Fanwise.Tests.Draws;

/// <summary>Logarithm, sine and cosine as the source branches and orders them, one value at a time.</summary>
internal static unsafe class PlainFunctions
{
    private const double SingleLn2 = 0.6931471805599453;

    /// <summary>ln(1 + r) - r = SingleA2 r^2 + SingleA1 r^3 + SingleA0 r^4.</summary>
    private const double SingleA0 = -0.25089342214237154,
        SingleA1 = 0.333456765744066,
        SingleA2 = -0.4999997485802103;

    /// <summary>cos x = 1 + SingleC1 x^2 + SingleC2 x^4 + SingleC3 x^6 + SingleC4 x^8.</summary>
    private const double SingleC1 = -0.49999999725108224,
        SingleC2 = 0.041666623324344516,
        SingleC3 = -0.001388676379437604,
        SingleC4 = 2.4390450703564542E-05;

    /// <summary>sin x = x + SingleS1 x^3 + SingleS2 x^5 + SingleS3 x^7.</summary>
    private const double SingleS1 = -0.16666654943701084,
        SingleS2 = 0.008332178146138854,
        SingleS3 = -0.00019517298981385725;

    private const double SingleHalfPi = 1.5707963267948966;

    /// <summary>2 / pi * 2^24: x times this, plus 2^23, has the nearest quadrant above bit 24.</summary>
    private const double QuadrantScale = 0.6366197723675814 * 16777216;

    /// <summary>1 / c for the c in the middle of each sixteenth of [0.7, 1.4).</summary>
    private static ReadOnlySpan<double> SingleInverseC =>
        [
            1.398907162146528,
            1.3403141896637998,
            1.286432210124115,
            1.2367150214269895,
            1.1906977166711752,
            1.1479821020556429,
            1.1082251448272158,
            1.0711297413057381,
            1.036437278977283,
            1.0,
            0.9492859795739057,
            0.8951049428609004,
            0.8476821620351103,
            0.8050314851692001,
            0.7664671008843108,
            0.731428603316328,
        ];

    /// <summary>ln c.</summary>
    private static ReadOnlySpan<double> SingleLogC =>
        [
            -0.33569133332882284,
            -0.2929040563774074,
            -0.2518726580937369,
            -0.21245868807117255,
            -0.17453945183745634,
            -0.1380057072319758,
            -0.10275976698545139,
            -0.06871392447020525,
            -0.0357891387398228,
            0.0,
            0.05204517742929496,
            0.11081431298787942,
            0.1652495223695143,
            0.21687389031699977,
            0.2659635028121397,
            0.3127556664073557,
        ];

    /// <summary>ln x of a normal positive x: x = 2^k z, z = c (1 + r), ln x = k ln 2 + ln c + ln(1 + r).</summary>
    public static float Log(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x),
            offset = bits - 0x3f330000;
        int i = (int)(offset >> 19) & 15,
            k = (int)offset >> 23;
        double z = BitConverter.UInt32BitsToSingle(bits - (offset & 0xff800000));
        double r = z * SingleInverseC[i] - 1,
            r2 = r * r;
        double y = SingleA0 * r2 + (SingleA1 * r + SingleA2);
        return (float)(y * r2 + (SingleLogC[i] + k * SingleLn2 + r));
    }

    /// <summary>sin x and cos x for 0 &lt;= x &lt; 2 pi, reduced to the nearest quadrant.</summary>
    public static (float Sine, float Cosine) SinCos(float angle)
    {
        int quadrant = (int)(angle * QuadrantScale) + 0x800000 >> 24;
        double x = angle - quadrant * SingleHalfPi;
        double x2 = x * x,
            x3 = x2 * x,
            x4 = x2 * x2;
        double sine = x + x3 * SingleS1 + x3 * x2 * (SingleS2 + x2 * SingleS3);
        double cosine = 1 + x2 * SingleC1 + x4 * SingleC2 + x4 * x2 * (SingleC3 + x2 * SingleC4);
        return (quadrant & 3) switch
        {
            0 => ((float)sine, (float)cosine),
            1 => ((float)cosine, -(float)sine),
            2 => (-(float)sine, -(float)cosine),
            _ => (-(float)cosine, (float)sine),
        };
    }

    // Near 1: ln(1 + r) = r - r^2 / 2 + B1 r^3 + ...
    private const double B1 = 0.3333333333333352,
        B2 = -0.24999999999998432,
        B3 = 0.19999999999320328,
        B4 = -0.16666666669929706,
        B5 = 0.14285715076560868,
        B6 = -0.12499997863982555,
        B7 = 0.11110712032936046,
        B8 = -0.10000486757818193,
        B9 = 0.09181994006195467,
        B10 = -0.08328363062289341;

    // Elsewhere: ln(1 + r) = r + A0 r^2 + A1 r^3 + ...
    private const double Ln2High = 0.6931471805598903,
        Ln2Low = 5.497923018708371E-14;
    private const double A0 = -0.5000000000000001,
        A1 = 0.33333333331825593,
        A2 = -0.2499999999622955,
        A3 = 0.20000304511814496,
        A4 = -0.16667054827627667;

    // Reduction by multiples of pi / 2, which is HalfPi + HalfPiLow, or M1 + M2 + M3 + M4.
    private const double HalfPi = 1.5707963267948966,
        HalfPiLow = 6.123233995736766E-17;
    private const double M1 = 1.5707963407039642,
        M2 = -1.3909067564377153E-08,
        M3 = -4.97899623147991E-17,
        M4 = -1.9034889620193266E-25,
        TwoOverPi = 0.6366197723675814;

    /// <summary>Added and taken away, it rounds a double to an integer; shifted by 2^-7, to a multiple of 1 /
    /// 128.</summary>
    private const double RoundToInteger = 6755399441055744,
        RoundTo128th = 52776558133248;

    // sin x near 0, and sin and cos of what is left of x beside the nearest 128th.
    private const double SmallAngle = 0.126,
        S1 = -0.16666666666666666,
        S2 = 0.008333333333332329,
        S3 = -0.00019841269834414642,
        S4 = 2.755729806860771E-06,
        S5 = -2.5022014848318398E-08;
    private const double U3 = -0.16666666666666488,
        U5 = 0.008333332142857223,
        C4 = -0.04166666666666644,
        C6 = 0.001388888740079376;

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
        if (high < 0x3e400000)
            return (v, 1); // v < 2^-27
        if (high < 0x3feb6000)
            return (Sine(v, 0), Cosine(v, 0)); // v < 0.855
        if (high < 0x400368fd) // v < 2.426
        {
            double y = HalfPi - v,
                a = y + HalfPiLow,
                e = y - a + HalfPiLow;
            return (Cosine(a, e), Sine(a, e));
        }
        else
        {
            double n = Fma(v, TwoOverPi, RoundToInteger) - RoundToInteger; // 2, 3 or 4
            double y = Fma(-n, M2, Fma(-n, M1, v)),
                z = Fma(-n, M3, y),
                d = Fma(-n, M3, y - z);
            double a = Fma(-n, M4, z),
                e = d + Fma(-n, M4, z - a);
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
        double r2 = r * r,
            r3 = r * r2;
        double p = Fma(r3, B10, Fma(r2, B9, Fma(r, B8, B7)));
        double q = Fma(r2, B6, Fma(r, B5, B4));
        double s = Fma(r3, Fma(r3, p, q), Fma(r2, B3, Fma(r, B2, B1)));
        // r = high + low, so that high^2 / 2 is exact.
        double high = Fma(-r, 134217728, Fma(r, 134217728, r)),
            low = r - high,
            high2 = high * high;
        double sum = Fma(high2, -0.5, r),
            rest = Fma(high2, -0.5, r - sum);
        rest = Fma(-0.5 * low, high + r, rest);
        return sum + Fma(s, r3, rest);
    }

    private static double LogByTable(ulong bits)
    {
        ulong offset = bits - 0x3fe6000000000000;
        int i = (int)(offset >> 45) & 127;
        double k = (long)offset >> 52,
            z = BitConverter.UInt64BitsToDouble(bits - (offset & 0xfff0000000000000));
        double r = Fma(z, DoubleTables.Logarithm[2 * i], -1),
            r2 = r * r;
        double w = Fma(k, Ln2High, DoubleTables.Logarithm[2 * i + 1]),
            high = w + r,
            low = Fma(k, Ln2Low, w - high + r);
        double p = Fma(r2, Fma(r, A4, A3), Fma(r, A2, A1));
        return Fma(r * r2, p, Fma(r2, A0, low)) + high;
    }

    /// <summary>sin(a + e).</summary>
    private static double Sine(double a, double e)
    {
        double x = Math.Abs(a);
        if (x < SmallAngle)
        {
            double y = a * a,
                p = Fma(Fma(Fma(Fma(S5, y, S4), y, S3), y, S2), y, S1);
            return a + Fma(Fma(p, a, -(0.5 * e)), y, e);
        }
        else
        {
            if (a < 0)
                e = -e;
            double g = x + RoundTo128th;
            int k = (int)BitConverter.DoubleToUInt64Bits(g);
            x -= g - RoundTo128th;
            double y = x * x,
                s = x + Fma(x * y, Fma(y, U5, U3), e),
                c = Fma(x, e, y * Fma(y, Fma(y, C6, C4), 0.5));
            double result =
                DoubleTables.SinCos[4 * k]
                + Fma(
                    s,
                    DoubleTables.SinCos[4 * k + 2],
                    Fma(
                        -c,
                        DoubleTables.SinCos[4 * k],
                        Fma(s, DoubleTables.SinCos[4 * k + 3], DoubleTables.SinCos[4 * k + 1])
                    )
                );
            return a < 0 ? -result : result;
        }
    }

    /// <summary>cos(a + e).</summary>
    private static double Cosine(double a, double e)
    {
        double x = Math.Abs(a);
        if (a < 0)
            e = -e;
        double g = x + RoundTo128th;
        int k = (int)BitConverter.DoubleToUInt64Bits(g);
        x = x - (g - RoundTo128th) + e;
        double y = x * x,
            s = Fma(x * y, Fma(y, U5, U3), x),
            c = y * Fma(y, Fma(y, C6, C4), 0.5);
        return DoubleTables.SinCos[4 * k + 2]
            + Fma(
                -s,
                DoubleTables.SinCos[4 * k],
                Fma(
                    -c,
                    DoubleTables.SinCos[4 * k + 2],
                    Fma(-s, DoubleTables.SinCos[4 * k + 1], DoubleTables.SinCos[4 * k + 3])
                )
            );
    }

    private static double Fma(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);
}
