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
internal static unsafe class DoubleFunctions<L, W, D>
    where L : struct, IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
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
    public static D Log(D x) => Log(x, LogByTable(x));

    /// <summary>ln x, given what <see cref="LogByTable"/> makes of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Log(D x, D byTable) =>
        L.Select(L.LessThan(x, L.Double(0.9375)), byTable, LogNearOne(L.Subtract(x, L.Double(1))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D LogNearOne(D r)
    {
        D r2 = L.Multiply(r, r),
            r3 = L.Multiply(r, r2);
        D p = L.Fused(r3, L.Double(B10), L.Fused(r2, L.Double(B9), L.Fused(r, L.Double(B8), L.Double(B7))));
        D q = L.Fused(r2, L.Double(B6), L.Fused(r, L.Double(B5), L.Double(B4)));
        D s = L.Fused(r3, L.Fused(r3, p, q), L.Fused(r2, L.Double(B3), L.Fused(r, L.Double(B2), L.Double(B1))));
        // r = high + low, so that high^2 / 2 is exact.
        D high = L.Fused(r, L.Double(-134217728), L.Fused(r, L.Double(134217728), r)),
            low = L.Subtract(r, high),
            high2 = L.Multiply(high, high);
        D sum = L.Fused(high2, L.Double(-0.5), r),
            rest = L.Fused(high2, L.Double(-0.5), L.Subtract(r, sum));
        rest = L.Fused(L.Multiply(L.Double(-0.5), low), L.Add(high, r), rest);
        return L.Add(sum, L.Fused(s, r3, rest));
    }

    /// <summary>ln x for x &lt; 0.9375; a number elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D LogByTable(D x)
    {
        // x = 2^k z, 0.6875 <= z < 1.375; the table is indexed by the leading seven bits of z.
        W offset = L.Add(L.AsWords(x), L.Word(One - LowestReduced));
        W place = L.And(L.ShiftRight(offset, 44), L.Word(2 * 127));
        L.LoadPairs(DoubleTables.Logarithm, (ulong*)&place, out D inverse, out D logarithm);
        D k = L.Exponent(L.AsDoubles(offset));
        D z = L.AsDoubles(L.Add(L.And(offset, L.Word(0x000fffffffffffff)), L.Word(LowestReduced)));
        D r = L.Fused(z, inverse, L.Double(-1)),
            r2 = L.Multiply(r, r);
        D w = L.Fused(k, L.Double(Ln2High), logarithm),
            high = L.Add(w, r);
        D low = L.Fused(k, L.Double(Ln2Low), L.Add(L.Subtract(w, high), r));
        D p = L.Fused(r2, L.Fused(r, L.Double(A4), L.Double(A3)), L.Fused(r, L.Double(A2), L.Double(A1)));
        return L.Add(L.Fused(L.Multiply(r, r2), p, L.Fused(r2, L.Double(A0), low)), high);
    }

    /// <summary>sin v and cos v for 0 &lt;= v &lt; 2 pi.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(D v, out D sine, out D cosine)
    {
        D a = Reduce(v, out D e, out W quadrant);
        SinCos(a, e, quadrant, out sine, out cosine);
    }

    /// <summary>a of the angle a + e beside the nearest multiple of pi / 2; and, in the low bits, which multiple that
    /// is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Reduce(D v, out D e, out W quadrant)
    {
        // Below 0.855 the angle is v, below 2.426 it is pi / 2 - v, from there on v - n pi / 2 with n = 2, 3 or 4;
        // always a + e.
        D t = L.Fused(v, L.Double(TwoOverPi), L.Double(RoundToInteger)),
            n = L.Subtract(t, L.Double(RoundToInteger));
        D y = L.Fused(n, L.Double(-M2), L.Fused(n, L.Double(-M1), v)),
            z = L.Fused(n, L.Double(-M3), y),
            d = L.Fused(n, L.Double(-M3), L.Subtract(y, z));
        D a = L.Fused(n, L.Double(-M4), z);
        e = L.Add(d, L.Fused(n, L.Double(-M4), L.Subtract(z, a)));
        D y1 = L.Subtract(L.Double(HalfPi), v),
            a1 = L.Add(y1, L.Double(HalfPiLow)),
            e1 = L.Add(L.Subtract(y1, a1), L.Double(HalfPiLow));
        D isFirst = L.LessThan(v, L.AsDoubles(L.Word(0x3feb600000000000))),
            isLow = L.LessThan(v, L.AsDoubles(L.Word(0x400368fd00000000)));
        a = L.Select(isFirst, v, L.Select(isLow, a1, a));
        e = L.Select(isFirst, L.Double(0), L.Select(isLow, e1, e));
        quadrant = L.AsWords(
            L.Select(isFirst, L.Double(RoundToInteger), L.Select(isLow, L.Double(RoundToInteger + 1), t))
        );
        return a;
    }

    /// <summary>sin and cos of the angle that <see cref="Reduce"/> has reduced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(D a, D e, W quadrant, out D sine, out D cosine)
    {
        Reduced(a, e, out sine, out cosine);

        // Quadrant 1 exchanges both, 2 negates both, 3 exchanges and negates the sine.
        W odd = L.Subtract(L.Word(0), L.And(quadrant, L.Word(1))),
            negative = L.And(L.ShiftLeft(quadrant, 62), L.Word(Sign));
        W s = L.AsWords(sine),
            c = L.AsWords(cosine),
            exchange = L.And(L.Xor(s, c), odd);
        sine = L.AsDoubles(L.Xor(s, exchange, negative));
        cosine = L.AsDoubles(L.Xor(c, exchange, L.And(negative, L.Xor(odd, L.Word(Sign)))));
    }

    /// <summary>sin(a + e) and cos(a + e) for |a| &lt; 0.856.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduced(D a, D e, out D sine, out D cosine)
    {
        W sign = L.And(L.AsWords(a), L.Word(Sign));
        D x = L.AsDoubles(L.Xor(L.AsWords(a), sign)),
            signed = L.AsDoubles(L.Xor(L.AsWords(e), sign));
        // x = k / 128 + rest.
        D nearest = L.Add(x, L.Double(RoundTo128th)),
            rest = L.Subtract(x, L.Subtract(nearest, L.Double(RoundTo128th)));
        W place = L.And(L.ShiftLeft(L.AsWords(nearest), 2), L.Word(4 * 127));
        L.LoadPairs(DoubleTables.SinCos, (ulong*)&place, out D sineHigh, out D sineLow);
        L.LoadPairs(DoubleTables.SinCos + 2, (ulong*)&place, out D cosineHigh, out D cosineLow);

        D y = L.Multiply(rest, rest),
            s = L.Add(rest, L.Fused(L.Multiply(rest, y), SineTerm(y), signed)),
            c = L.Fused(rest, signed, CosineTerm(y));
        D byTable = L.Fused(s, cosineLow, sineLow);
        byTable = L.Add(sineHigh, L.Fused(s, cosineHigh, L.FusedNegated(c, sineHigh, byTable)));
        sine = L.Select(
            L.LessThan(x, L.Double(SmallAngle)),
            SmallSine(a, e),
            L.AsDoubles(L.Xor(L.AsWords(byTable), sign))
        );

        rest = L.Add(rest, signed);
        y = L.Multiply(rest, rest);
        s = L.Fused(L.Multiply(rest, y), SineTerm(y), rest);
        c = CosineTerm(y);
        cosine = L.Add(
            cosineHigh,
            L.FusedNegated(s, sineHigh, L.FusedNegated(c, cosineHigh, L.FusedNegated(s, sineLow, cosineLow)))
        );
    }

    /// <summary>sin(a + e) for |a| &lt; 0.126.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D SmallSine(D a, D e)
    {
        D y = L.Multiply(a, a),
            p = L.Fused(L.Double(S5), y, L.Double(S4));
        p = L.Fused(L.Fused(L.Fused(p, y, L.Double(S3)), y, L.Double(S2)), y, L.Double(S1));
        return L.Add(a, L.Fused(L.Fused(p, a, L.Multiply(L.Double(-0.5), e)), y, e));
    }

    /// <summary>(sin r - r) / r^3, of y = r^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D SineTerm(D y) => L.Fused(y, L.Double(U5), L.Double(U3));

    /// <summary>1 - cos r, of y = r^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D CosineTerm(D y) =>
        L.Multiply(y, L.Fused(y, L.Fused(y, L.Double(C6), L.Double(C4)), L.Double(0.5)));
}
