using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The logarithm, sine and cosine behind float64 normals: those of the C library that TensorFlow's published
/// numbers come from, every step in double.</summary>
/// <remarks>
/// <c>Fused(a, b, c)</c> is one rounding, every other operation its own; which is which is part of the promise. Where
/// the source branches, all ways are computed and one is selected.
/// Sources: ARM optimized-routines (MIT licence), log; the IBM accurate mathematical library as in glibc 2.36, sincos,
/// with the products fused that GCC 12 fuses.
/// </remarks>
internal static unsafe class DoubleFunctions<TLanes, TWords, TDoubles>
    where TLanes : struct, IDoubleLanes<TWords, TDoubles>
    where TWords : unmanaged
    where TDoubles : unmanaged
{
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

    /// <summary>The bits of 0.6875, where the reduced range of the logarithm begins.</summary>
    private const ulong LowestReduced = 0x3fe6000000000000;

    private const ulong Sign = 0x8000000000000000,
        One = 0x3ff0000000000000;

    /// <summary>ln x for 1e-7 &lt;= x &lt; 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles Log(TDoubles x) => Log(x, LogByTable(x));

    /// <summary>ln x, given what <see cref="LogByTable(TDoubles)"/> makes of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles Log(TDoubles x, TDoubles byTable) =>
        TLanes.Select(
            TLanes.LessThan(x, TLanes.Double(0.9375)),
            byTable,
            LogNearOne(TLanes.Subtract(x, TLanes.Double(1)))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles LogNearOne(TDoubles r)
    {
        TDoubles r2 = TLanes.Multiply(r, r),
            r3 = TLanes.Multiply(r, r2);
        TDoubles p = TLanes.Fused(
            r3,
            TLanes.Double(B10),
            TLanes.Fused(r2, TLanes.Double(B9), TLanes.Fused(r, TLanes.Double(B8), TLanes.Double(B7)))
        );
        TDoubles q = TLanes.Fused(r2, TLanes.Double(B6), TLanes.Fused(r, TLanes.Double(B5), TLanes.Double(B4)));
        TDoubles s = TLanes.Fused(
            r3,
            TLanes.Fused(r3, p, q),
            TLanes.Fused(r2, TLanes.Double(B3), TLanes.Fused(r, TLanes.Double(B2), TLanes.Double(B1)))
        );
        // r = high + low, so that high^2 / 2 is exact.
        TDoubles high = TLanes.Fused(r, TLanes.Double(-134217728), TLanes.Fused(r, TLanes.Double(134217728), r)),
            low = TLanes.Subtract(r, high),
            high2 = TLanes.Multiply(high, high);
        TDoubles sum = TLanes.Fused(high2, TLanes.Double(-0.5), r),
            rest = TLanes.Fused(high2, TLanes.Double(-0.5), TLanes.Subtract(r, sum));
        rest = TLanes.Fused(TLanes.Multiply(TLanes.Double(-0.5), low), TLanes.Add(high, r), rest);
        return TLanes.Add(sum, TLanes.Fused(s, r3, rest));
    }

    /// <summary>ln x for x &lt; 0.9375; a number elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles LogByTable(TDoubles x)
    {
        TWords places = LogPlace(x);
        return LogByTable(x, (ulong*)&places);
    }

    /// <summary>The places of x in <see cref="DoubleTables.Logarithm"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWords LogPlace(TDoubles x) =>
        TLanes.And(
            TLanes.ShiftRight(TLanes.Add(TLanes.AsWords(x), TLanes.Word(One - LowestReduced)), 44),
            TLanes.Word(2 * 127)
        );

    /// <summary>The same, given what <see cref="LogPlace"/> has made of x, in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles LogByTable(TDoubles x, ulong* places)
    {
        // x = 2^k z, 0.6875 <= z < 1.375; the table is indexed by the leading seven bits of z.
        TWords offset = TLanes.Add(TLanes.AsWords(x), TLanes.Word(One - LowestReduced));
        TLanes.LoadPairs(DoubleTables.Logarithm, places, out TDoubles inverse, out TDoubles logarithm);
        TDoubles k = TLanes.Exponent(TLanes.AsDoubles(offset));
        TDoubles z = TLanes.AsDoubles(
            TLanes.Add(TLanes.And(offset, TLanes.Word(0x000fffffffffffff)), TLanes.Word(LowestReduced))
        );
        TDoubles r = TLanes.Fused(z, inverse, TLanes.Double(-1)),
            r2 = TLanes.Multiply(r, r);
        TDoubles w = TLanes.Fused(k, TLanes.Double(Ln2High), logarithm),
            high = TLanes.Add(w, r);
        TDoubles low = TLanes.Fused(k, TLanes.Double(Ln2Low), TLanes.Add(TLanes.Subtract(w, high), r));
        TDoubles p = TLanes.Fused(
            r2,
            TLanes.Fused(r, TLanes.Double(A4), TLanes.Double(A3)),
            TLanes.Fused(r, TLanes.Double(A2), TLanes.Double(A1))
        );
        return TLanes.Add(TLanes.Fused(TLanes.Multiply(r, r2), p, TLanes.Fused(r2, TLanes.Double(A0), low)), high);
    }

    /// <summary>sin v and cos v for 0 &lt;= v &lt; 2 pi.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(TDoubles v, out TDoubles sine, out TDoubles cosine)
    {
        TDoubles a = Reduce(v, out TDoubles e, out TWords quadrant);
        SinCos(a, e, quadrant, out sine, out cosine);
    }

    /// <summary>a of the angle a + e beside the nearest multiple of pi / 2; and, in the low bits, which multiple that
    /// is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles Reduce(TDoubles v, out TDoubles e, out TWords quadrant)
    {
        // Below 0.855 the angle is v, below 2.426 it is pi / 2 - v, from there on v - n pi / 2 with n = 2, 3 or 4;
        // always a + e.
        TDoubles t = TLanes.Fused(v, TLanes.Double(TwoOverPi), TLanes.Double(RoundToInteger)),
            n = TLanes.Subtract(t, TLanes.Double(RoundToInteger));
        TDoubles y = TLanes.Fused(n, TLanes.Double(-M2), TLanes.Fused(n, TLanes.Double(-M1), v)),
            z = TLanes.Fused(n, TLanes.Double(-M3), y),
            d = TLanes.Fused(n, TLanes.Double(-M3), TLanes.Subtract(y, z));
        TDoubles a = TLanes.Fused(n, TLanes.Double(-M4), z);
        e = TLanes.Add(d, TLanes.Fused(n, TLanes.Double(-M4), TLanes.Subtract(z, a)));
        TDoubles y1 = TLanes.Subtract(TLanes.Double(HalfPi), v),
            a1 = TLanes.Add(y1, TLanes.Double(HalfPiLow)),
            e1 = TLanes.Add(TLanes.Subtract(y1, a1), TLanes.Double(HalfPiLow));
        TDoubles isFirst = TLanes.LessThan(v, TLanes.AsDoubles(TLanes.Word(0x3feb600000000000))),
            isLow = TLanes.LessThan(v, TLanes.AsDoubles(TLanes.Word(0x400368fd00000000)));
        a = TLanes.Select(isFirst, v, TLanes.Select(isLow, a1, a));
        e = TLanes.Select(isFirst, TLanes.Double(0), TLanes.Select(isLow, e1, e));
        quadrant = TLanes.AsWords(
            TLanes.Select(
                isFirst,
                TLanes.Double(RoundToInteger),
                TLanes.Select(isLow, TLanes.Double(RoundToInteger + 1), t)
            )
        );
        return a;
    }

    /// <summary>sin and cos of the angle that <see cref="Reduce"/> has reduced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(TDoubles a, TDoubles e, TWords quadrant, out TDoubles sine, out TDoubles cosine)
    {
        TWords places = AnglePlace(a);
        SinCos(a, e, quadrant, (ulong*)&places, out sine, out cosine);
    }

    /// <summary>The places in <see cref="DoubleTables.SinCos"/> of an angle that is reduced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWords AnglePlace(TDoubles a)
    {
        TDoubles x = TLanes.AsDoubles(TLanes.And(TLanes.AsWords(a), TLanes.Word(~Sign)));
        return TLanes.And(
            TLanes.ShiftLeft(TLanes.AsWords(TLanes.Add(x, TLanes.Double(RoundTo128th))), 2),
            TLanes.Word(4 * 127)
        );
    }

    /// <summary>The same, given what <see cref="AnglePlace"/> has made of a, in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(
        TDoubles a,
        TDoubles e,
        TWords quadrant,
        ulong* places,
        out TDoubles sine,
        out TDoubles cosine
    )
    {
        Reduced(a, e, places, out sine, out cosine);

        // Quadrant 1 exchanges both, 2 negates both, 3 exchanges and negates the sine.
        TWords odd = TLanes.Subtract(TLanes.Word(0), TLanes.And(quadrant, TLanes.Word(1))),
            negative = TLanes.And(TLanes.ShiftLeft(quadrant, 62), TLanes.Word(Sign));
        TWords s = TLanes.AsWords(sine),
            c = TLanes.AsWords(cosine),
            exchange = TLanes.And(TLanes.Xor(s, c), odd);
        sine = TLanes.AsDoubles(TLanes.Xor(s, exchange, negative));
        cosine = TLanes.AsDoubles(TLanes.Xor(c, exchange, TLanes.And(negative, TLanes.Xor(odd, TLanes.Word(Sign)))));
    }

    /// <summary>sin(a + e) and cos(a + e) for |a| &lt; 0.856.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduced(TDoubles a, TDoubles e, ulong* places, out TDoubles sine, out TDoubles cosine)
    {
        TWords sign = TLanes.And(TLanes.AsWords(a), TLanes.Word(Sign));
        TDoubles x = TLanes.AsDoubles(TLanes.Xor(TLanes.AsWords(a), sign)),
            signed = TLanes.AsDoubles(TLanes.Xor(TLanes.AsWords(e), sign));
        // x = k / 128 + rest.
        TDoubles nearest = TLanes.Add(x, TLanes.Double(RoundTo128th)),
            rest = TLanes.Subtract(x, TLanes.Subtract(nearest, TLanes.Double(RoundTo128th)));
        TLanes.LoadPairs(DoubleTables.SinCos, places, out TDoubles sineHigh, out TDoubles sineLow);
        TLanes.LoadPairs(DoubleTables.SinCos + 2, places, out TDoubles cosineHigh, out TDoubles cosineLow);

        TDoubles y = TLanes.Multiply(rest, rest),
            s = TLanes.Add(rest, TLanes.Fused(TLanes.Multiply(rest, y), SineTerm(y), signed)),
            c = TLanes.Fused(rest, signed, CosineTerm(y));
        TDoubles byTable = TLanes.Fused(s, cosineLow, sineLow);
        byTable = TLanes.Add(sineHigh, TLanes.Fused(s, cosineHigh, TLanes.FusedNegated(c, sineHigh, byTable)));
        sine = TLanes.Select(
            TLanes.LessThan(x, TLanes.Double(SmallAngle)),
            SmallSine(a, e),
            TLanes.AsDoubles(TLanes.Xor(TLanes.AsWords(byTable), sign))
        );

        rest = TLanes.Add(rest, signed);
        y = TLanes.Multiply(rest, rest);
        s = TLanes.Fused(TLanes.Multiply(rest, y), SineTerm(y), rest);
        c = CosineTerm(y);
        cosine = TLanes.Add(
            cosineHigh,
            TLanes.FusedNegated(
                s,
                sineHigh,
                TLanes.FusedNegated(c, cosineHigh, TLanes.FusedNegated(s, sineLow, cosineLow))
            )
        );
    }

    /// <summary>sin(a + e) for |a| &lt; 0.126.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles SmallSine(TDoubles a, TDoubles e)
    {
        TDoubles y = TLanes.Multiply(a, a),
            p = TLanes.Fused(TLanes.Double(S5), y, TLanes.Double(S4));
        p = TLanes.Fused(
            TLanes.Fused(TLanes.Fused(p, y, TLanes.Double(S3)), y, TLanes.Double(S2)),
            y,
            TLanes.Double(S1)
        );
        return TLanes.Add(a, TLanes.Fused(TLanes.Fused(p, a, TLanes.Multiply(TLanes.Double(-0.5), e)), y, e));
    }

    /// <summary>(sin r - r) / r^3, of y = r^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles SineTerm(TDoubles y) => TLanes.Fused(y, TLanes.Double(U5), TLanes.Double(U3));

    /// <summary>1 - cos r, of y = r^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles CosineTerm(TDoubles y) =>
        TLanes.Multiply(y, TLanes.Fused(y, TLanes.Fused(y, TLanes.Double(C6), TLanes.Double(C4)), TLanes.Double(0.5)));
}
