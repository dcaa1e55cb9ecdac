using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The logarithm, sine and cosine behind float32 normals: those of the C library that TensorFlow's published
/// numbers come from, evaluated in double; rounded to single by the caller, once.</summary>
/// <remarks>
/// Never the platform's: its result differs between systems. A normal can meet only 2^23 arguments of each function, k
/// 2^-23 and 2 pi k 2^-23, so the functions take k.
/// Their sums are ordered for speed, not as the source has them; over all 2^23 inputs the singles are the same, with
/// fused multiply-adds and without (tested).
/// Source of algorithms and constants: ARM optimized-routines (MIT licence), logf and sincosf; in glibc since 2.28.
/// </remarks>
internal static unsafe class SingleFunctions<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    /// <summary>ln(1 + r) = r + A2 r^2 + A1 r^3 + A0 r^4.</summary>
    private const double A0 = -0.25089342214237154,
        A1 = 0.333456765744066,
        A2 = -0.4999997485802103;

    /// <summary>cos x = 1 + C1 x^2 + C2 x^4 + C3 x^6 + C4 x^8.</summary>
    private const double C1 = -0.49999999725108224,
        C2 = 0.041666623324344516,
        C3 = -0.001388676379437604,
        C4 = 2.4390450703564542E-05;

    /// <summary>sin x = x + S1 x^3 + S2 x^5 + S3 x^7.</summary>
    private const double S1 = -0.16666654943701084,
        S2 = 0.008332178146138854,
        S3 = -0.00019517298981385725;

    private const double HalfPi = Math.PI / 2,
        TwoTo23 = 8388608,
        TwoTo52 = 4503599627370496;

    /// <summary>Added to a small number, it leaves the nearest integer in the low bits: 1.5 * 2^52.</summary>
    private const double RoundToInteger = 6755399441055744;

    private const ulong One = 0x3FF0000000000000,
        FractionOfDouble = 0x000FFFFFFFFFFFFF,
        BitsOfTwoTo52 = 0x4330000000000000;

    /// <summary>The bits of 2^23 * 0.699..., where the reduced range of the logarithm begins.</summary>
    private const ulong LowestReduced = 0x3FE6600000000000 + (23UL << 52);

    /// <summary>The low 23 bits of a word, as a number: k, where the uniform is k 2^-23.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Fraction(W word) =>
        L.Subtract(L.AsDoubles(L.MaskedOr(word, L.Word(0x7FFFFF), L.Word(BitsOfTwoTo52))), L.Double(TwoTo52));

    /// <summary>k; of k = 0, 1e-7 in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D AtLeastLeast(D k) => L.Max(k, L.Double((double)1e-7f * TwoTo23));

    /// <summary>-2 ln(k 2^-23), where the lanes have an instruction for the tables.</summary>
    /// <remarks>k = 2^e z, z = c (1 + r): ln k = e ln 2 + ln c + ln(1 + r), where 1 / c and ln c are the table's; -2
    /// and 2^-23 have gone into the constants.</remarks>
    /// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
    /// <param name="k">1e-7 * 2^23 to 2^23 - 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D MinusTwiceLog(double* table, D k)
    {
        W offset = Offset(k);
        D z = L.AsDoubles(L.Add(L.And(offset, L.Word(FractionOfDouble)), L.Word(LowestReduced))),
            r = L.MultiplyAdd(z, L.Lookup(table, offset), L.Double(-1));
        D sum = L.MultiplyAdd(
            L.Exponent(L.AsDoubles(offset)),
            L.Double(-2 * SingleTables.Ln2),
            L.Lookup(table + SingleTables.LogarithmOfC, offset)
        );
        return MinusTwiceLog(r, sum);
    }

    /// <summary>The same bits by a table of all e and c, 6 KiB: where a table is in memory it costs no more than a
    /// small one, and saves the way from k to z and e.</summary>
    /// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
    /// <param name="k">1e-7 * 2^23 to 2^23 - 1.</param>
    /// <param name="places">What <see cref="Place"/> has given for each, in memory: from there they are read by the
    /// units that load, which have less to do than others.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D MinusTwiceLog(double* table, D k, ulong* places)
    {
        const int Bias = 1023; // of a double's exponent
        table += SingleTables.ByExponent - 2 * LookupTable.Entries * (Bias + SingleTables.LeastExponent);
        L.LoadPairs(table, places, out D inverse, out D sum);
        return MinusTwiceLog(L.MultiplyAdd(k, inverse, L.Double(-1)), sum);
    }

    /// <summary>Where the pair of k's exponent and sixteenth is: bits 48 and up of the offset number the
    /// pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Place(D k) => L.And(L.ShiftRight(Offset(k), 47), L.Word(~1UL));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Offset(D k) => L.Subtract(L.AsWords(k), L.Word(LowestReduced - One));

    /// <summary>sum - 2 ln(1 + r).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D MinusTwiceLog(D r, D sum)
    {
        D p = L.MultiplyAdd(L.Double(-2 * A0), r, L.Double(-2 * A1));
        p = L.MultiplyAdd(p, r, L.Double(-2 * A2));
        p = L.MultiplyAdd(p, r, L.Double(-2));
        return L.MultiplyAdd(p, r, sum);
    }

    /// <summary>x, what is left of 2 pi k 2^-23, rounded to single, beside the nearest multiple of pi / 2; and, in the
    /// low bits, which multiple that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Reduce(D k, out W quadrant)
    {
        D nearest = L.MultiplyAdd(k, L.Double(4 / TwoTo23), L.Double(RoundToInteger));
        quadrant = L.AsWords(nearest);
        // The angle is a single: half of its last bit is added to the double, and what lies below is cut off. No angle
        // lies half-way.
        W angle = L.And(
            L.Add(L.AsWords(L.Multiply(k, L.Double(4 * HalfPi / TwoTo23))), L.Word(0x10000000)),
            L.Word(~0x1FFFFFFFUL)
        );
        return L.MultiplyAdd(L.Subtract(nearest, L.Double(RoundToInteger)), L.Double(-HalfPi), L.AsDoubles(angle));
    }

    /// <summary>sin x and cos x of a reduced angle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(D x, out D sine, out D cosine)
    {
        D x2 = L.Multiply(x, x);
        D s = L.MultiplyAdd(L.Double(S3), x2, L.Double(S2)),
            c = L.MultiplyAdd(L.Double(C4), x2, L.Double(C3));
        s = L.MultiplyAdd(s, x2, L.Double(S1));
        c = L.MultiplyAdd(c, x2, L.Double(C2));
        c = L.MultiplyAdd(c, x2, L.Double(C1));
        sine = L.MultiplyAdd(s, L.Multiply(x2, x), x);
        cosine = L.MultiplyAdd(c, x2, L.Double(1));
    }

    /// <summary>Turns sines and cosines of the reduced angle into those of the angle: exchanged in odd quadrants, the
    /// sine negated in quadrants 2 and 3, the cosine in 1 and 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn(W quadrant, ref F sine, ref F cosine)
    {
        W bit0 = L.ShiftLeft32(quadrant, 31),
            bit1 = L.ShiftLeft32(quadrant, 30),
            sign = L.Word(0x80000000_80000000);
        W s = L.AsWords(sine),
            c = L.AsWords(cosine),
            exchange = L.And(L.Xor(s, c), L.Sign32(bit0));
        sine = L.AsSingles(L.XorMasked(L.Xor(s, exchange), bit1, sign));
        cosine = L.AsSingles(L.XorMasked(L.Xor(c, exchange, bit0), bit1, sign));
    }
}
