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
internal static unsafe class SingleFunctions<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
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
    public static TDoubles Fraction(TWords word) =>
        TLanes.Subtract(
            TLanes.AsDoubles(TLanes.MaskedOr(word, TLanes.Word(0x7FFFFF), TLanes.Word(BitsOfTwoTo52))),
            TLanes.Double(TwoTo52)
        );

    /// <summary>k; of k = 0, 1e-7 in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles AtLeastLeast(TDoubles k) => TLanes.Max(k, TLanes.Double((double)1e-7f * TwoTo23));

    /// <summary>r and sum of -2 ln(k 2^-23) = sum - 2 ln(1 + r), where the lanes have an instruction for the
    /// tables.</summary>
    /// <remarks>k = 2^e z, z = c (1 + r): ln k = e ln 2 + ln c + ln(1 + r), where 1 / c and ln c are the table's; -2
    /// and 2^-23 have gone into the constants.</remarks>
    /// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
    /// <param name="word">Whose low 23 bits are k.</param>
    /// <param name="terms">The constants.</param>
    /// <param name="sum">-2 (e ln 2 + ln c).</param>
    /// <returns>r.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles LogByLookup(double* table, TWords word, LogTerms terms, out TDoubles sum)
    {
        TDoubles k = TLanes.Max(
            TLanes.Subtract(
                TLanes.AsDoubles(TLanes.MaskedOr(word, terms.Fraction, TLanes.AsWords(terms.TwoTo52))),
                terms.TwoTo52
            ),
            terms.Least
        );
        TWords offset = TLanes.Add(TLanes.AsWords(k), terms.ToOffset);
        TDoubles z = TLanes.AsDoubles(TLanes.Add(TLanes.And(offset, terms.FractionOfDouble), terms.LowestReduced));
        TDoubles r = TLanes.MultiplyAdd(z, TLanes.Lookup(table, offset), terms.MinusOne);
        sum = TLanes.MultiplyAdd(
            TLanes.Exponent(TLanes.AsDoubles(offset)),
            terms.Ln2,
            TLanes.Lookup(table + SingleTables.LogarithmOfC, offset)
        );
        return r;
    }

    /// <summary>sum - 2 ln(1 + r) of two registers in turn, each of which would wait for its own results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Log(ref TDoubles r, TDoubles sum, ref TDoubles r1, TDoubles sum1, LogTerms terms)
    {
        TDoubles p = TLanes.MultiplyAdd(terms.Fourth, r, terms.Third),
            p1 = TLanes.MultiplyAdd(terms.Fourth, r1, terms.Third);
        p = TLanes.MultiplyAdd(p, r, terms.Second);
        p1 = TLanes.MultiplyAdd(p1, r1, terms.Second);
        p = TLanes.MultiplyAdd(p, r, terms.First);
        p1 = TLanes.MultiplyAdd(p1, r1, terms.First);
        r = TLanes.MultiplyAdd(p, r, sum);
        r1 = TLanes.MultiplyAdd(p1, r1, sum1);
    }

    /// <summary>The constants of <see cref="LogByLookup"/>.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly struct LogTerms()
    {
        public readonly TWords Fraction = TLanes.Word(0x7FFFFF),
            ToOffset = TLanes.Word(unchecked(One - SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LowestReduced)),
            FractionOfDouble = TLanes.Word(SingleFunctions<TLanes, TWords, TDoubles, TSingles>.FractionOfDouble),
            LowestReduced = TLanes.Word(SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LowestReduced);
        public readonly TDoubles TwoTo52 = TLanes.Double(SingleFunctions<TLanes, TWords, TDoubles, TSingles>.TwoTo52),
            Least = TLanes.Double((double)1e-7f * TwoTo23),
            MinusOne = TLanes.Double(-1),
            Ln2 = TLanes.Double(-2 * SingleTables.Ln2),
            First = TLanes.Double(-2),
            Second = TLanes.Double(-2 * A2),
            Third = TLanes.Double(-2 * A1),
            Fourth = TLanes.Double(-2 * A0);
    }

    /// <summary>The same bits by a table of all e and c, 6 KiB: where a table is in memory it costs no more than a
    /// small one, and saves the way from k to z and e.</summary>
    /// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
    /// <param name="k">1e-7 * 2^23 to 2^23 - 1.</param>
    /// <param name="places">What <see cref="Place"/> has given for each, in memory: from there they are read by the
    /// units that load, which have less to do than others.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles MinusTwiceLog(double* table, TDoubles k, ulong* places)
    {
        const int Bias = 1023; // of a double's exponent
        table += SingleTables.ByExponent - 2 * LookupTable.Entries * (Bias + SingleTables.LeastExponent);
        TLanes.LoadPairs(table, places, out TDoubles inverse, out TDoubles sum);
        return MinusTwiceLog(TLanes.MultiplyAdd(k, inverse, TLanes.Double(-1)), sum);
    }

    /// <summary>Where the pair of k's exponent and sixteenth is: bits 48 and up of the offset number the
    /// pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWords Place(TDoubles k) => TLanes.And(TLanes.ShiftRight(Offset(k), 47), TLanes.Word(~1UL));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords Offset(TDoubles k) => TLanes.Subtract(TLanes.AsWords(k), TLanes.Word(LowestReduced - One));

    /// <summary>sum - 2 ln(1 + r).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles MinusTwiceLog(TDoubles r, TDoubles sum)
    {
        TDoubles p = TLanes.MultiplyAdd(TLanes.Double(-2 * A0), r, TLanes.Double(-2 * A1));
        p = TLanes.MultiplyAdd(p, r, TLanes.Double(-2 * A2));
        p = TLanes.MultiplyAdd(p, r, TLanes.Double(-2));
        return TLanes.MultiplyAdd(p, r, sum);
    }

    /// <summary>x, what is left of 2 pi k 2^-23, rounded to single, beside the nearest multiple of pi / 2; and, in the
    /// low bits, which multiple that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles Reduce(TDoubles k, out TWords quadrant)
    {
        TDoubles nearest = TLanes.MultiplyAdd(k, TLanes.Double(4 / TwoTo23), TLanes.Double(RoundToInteger));
        quadrant = TLanes.AsWords(nearest);
        // The angle is a single: half of its last bit is added to the double, and what lies below is cut off. No angle
        // lies half-way.
        TWords angle = TLanes.And(
            TLanes.Add(
                TLanes.AsWords(TLanes.Multiply(k, TLanes.Double(4 * HalfPi / TwoTo23))),
                TLanes.Word(0x10000000)
            ),
            TLanes.Word(~0x1FFFFFFFUL)
        );
        return TLanes.MultiplyAdd(
            TLanes.Subtract(nearest, TLanes.Double(RoundToInteger)),
            TLanes.Double(-HalfPi),
            TLanes.AsDoubles(angle)
        );
    }

    /// <summary>sin x and cos x of a reduced angle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(TDoubles x, SinCosTerms terms, out TDoubles sine, out TDoubles cosine)
    {
        TDoubles x2 = TLanes.Multiply(x, x);
        TDoubles s = TLanes.MultiplyAdd(terms.Sine7, x2, terms.Sine5),
            c = TLanes.MultiplyAdd(terms.Cosine8, x2, terms.Cosine6);
        s = TLanes.MultiplyAdd(s, x2, terms.Sine3);
        c = TLanes.MultiplyAdd(c, x2, terms.Cosine4);
        c = TLanes.MultiplyAdd(c, x2, terms.Cosine2);
        sine = TLanes.MultiplyAdd(s, TLanes.Multiply(x2, x), x);
        cosine = TLanes.MultiplyAdd(c, x2, terms.Cosine0);
    }

    /// <summary>The constants of <see cref="SinCos"/>, in registers where there are enough.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly struct SinCosTerms()
    {
        public readonly TDoubles Sine3 = TLanes.Double(S1),
            Sine5 = TLanes.Double(S2),
            Sine7 = TLanes.Double(S3),
            Cosine0 = TLanes.Double(1),
            Cosine2 = TLanes.Double(C1),
            Cosine4 = TLanes.Double(C2),
            Cosine6 = TLanes.Double(C3),
            Cosine8 = TLanes.Double(C4);
    }

    /// <summary>Turns sines and cosines of the reduced angle into those of the angle: exchanged in odd quadrants, the
    /// sine negated in quadrants 2 and 3, the cosine in 1 and 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn(TWords quadrant, ref TSingles sine, ref TSingles cosine)
    {
        TWords bit0 = TLanes.ShiftLeft32(quadrant, 31),
            bit1 = TLanes.ShiftLeft32(quadrant, 30),
            sign = TLanes.Word(0x80000000_80000000);
        TWords s = TLanes.AsWords(sine),
            c = TLanes.AsWords(cosine),
            exchange = TLanes.And(TLanes.Xor(s, c), TLanes.Sign32(bit0));
        sine = TLanes.AsSingles(TLanes.XorMasked(TLanes.Xor(s, exchange), bit1, sign));
        cosine = TLanes.AsSingles(TLanes.XorMasked(TLanes.Xor(c, exchange, bit0), bit1, sign));
    }
}
