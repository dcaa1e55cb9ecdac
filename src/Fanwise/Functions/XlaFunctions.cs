using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The inverse error function behind JAX's float32 normals, as XLA compiles it for processors with fused
/// multiplication; every fused step is part of the promise.</summary>
/// <remarks>Sources: M. Giles 2010, Approximating the erfinv function (the polynomials); S. Moshier's Cephes (log1p,
/// log); xla/hlo/builder/lib/math.cc.</remarks>
internal static class XlaFunctions<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    private const ulong Both = 0x00000001_00000001;

    /// <summary>Below this the logarithm of 1 + x is a quotient of polynomials: the root of 2, less 1.</summary>
    private const uint SmallArgument = 0x3ED413CD;
    private const uint Q0 = 0x417101AD,
        Q1 = 0x42A6185B,
        Q2 = 0x435DC32D,
        Q3 = 0x439A8CA3,
        Q4 = 0x43586D8A,
        Q5 = 0x42707982;
    private const float P0 = 4.527e-5f;
    private const uint P1 = 0x3EFF40C5,
        P2 = 0x40D284FA,
        P3 = 0x41EF4B9C,
        P4 = 0x4273CC76,
        P5 = 0x426473AD,
        P6 = 0x41A05101;

    /// <summary>ln 2 in two parts, and the coefficients of the logarithm, highest first.</summary>
    private const float Ln2High = 0.693359375f,
        Ln2Low = -2.12194440e-4f,
        HalfRoot = 0.707106781186547524f,
        SmallestNormal = 1.17549435e-38f;
    private const float L0 = 7.0376836292e-2f,
        L1 = -1.1514610310e-1f,
        L2 = 1.1676998740e-1f,
        L3 = -1.2420140846e-1f,
        L4 = 1.4249322787e-1f,
        L5 = -1.6668057665e-1f,
        L6 = 2.0000714765e-1f,
        L7 = -2.4999993993e-1f,
        L8 = 3.3333331174e-1f;

    /// <summary>Where the tail of the inverse error function begins: ln(1 - u^2) of -5.</summary>
    private const float Tail = 5;

    /// <summary>-u^2, of which <see cref="LogOnePlus"/> is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles MinusSquare(TSingles u) => TLanes.Multiply(u, Negated(u));

    /// <summary>ln(1 + x) for -1 &lt;= x &lt;= 0.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="small">What <see cref="SmallLogOnePlus"/> gives.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles LogOnePlus(TSingles x, TSingles small) =>
        TLanes.Select(TLanes.LessThan(Negated(x), Bits(SmallArgument)), small, Log(TLanes.Add(x, TLanes.Single(1))));

    /// <summary>The inverse of the error function, for |u| &lt;= 1.</summary>
    /// <param name="u">The argument.</param>
    /// <param name="log">ln(1 - u^2).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles InverseErf(TSingles u, TSingles log)
    {
        TSingles p = Central(TLanes.Subtract(TLanes.Single(-2.5f), log));
        if (!All(log, TLanes.Single(Tail)))
        {
            TSingles tail = Far(TLanes.Subtract(TLanes.Sqrt(Negated(log)), TLanes.Single(3)));
            p = TLanes.Select(TLanes.LessThan(TLanes.Single(-Tail), log), p, tail);
            TSingles one = TLanes.AsSingles(TLanes.And(TLanes.AsWords(u), TLanes.Word(0x7FFFFFFF * Both)));
            p = TLanes.Select(TLanes.LessThan(one, TLanes.Single(1)), p, TLanes.Single(float.PositiveInfinity));
        }

        return TLanes.Multiply(u, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Negated(TSingles x) =>
        TLanes.AsSingles(TLanes.Xor(TLanes.AsWords(x), TLanes.Word(0x80000000 * Both)));

    private static TSingles Bits(uint bits) => TLanes.Single(BitConverter.UInt32BitsToSingle(bits));

    /// <summary>Whether |a| &lt; limit in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool All(TSingles a, TSingles limit) => TLanes.Within(a, limit) == (1u << (2 * TLanes.Count)) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Central(TSingles w)
    {
        TSingles p = TLanes.Fused(Bits(0x32F16588), w, Bits(0x34B84B36));
        p = TLanes.Fused(p, w, Bits(0xB66C7357));
        p = TLanes.Fused(p, w, Bits(0xB6935AC1));
        p = TLanes.Fused(p, w, Bits(0x396532DB));
        p = TLanes.Fused(p, w, Bits(0xBAA45408));
        p = TLanes.Fused(p, w, Bits(0xBB88E4EF));
        p = TLanes.Fused(p, w, Bits(0x3E7C8F63));
        return TLanes.Fused(p, w, Bits(0x3FC02E2F));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Far(TSingles w)
    {
        TSingles p = TLanes.Fused(Bits(0xB951F09B), w, Bits(0x38D3B56B));
        p = TLanes.Fused(p, w, Bits(0x3AB0DC72));
        p = TLanes.Fused(p, w, Bits(0xBB70BDE7));
        p = TLanes.Fused(p, w, Bits(0x3BBC127B));
        p = TLanes.Fused(p, w, Bits(0xBBF9C5D7));
        p = TLanes.Fused(p, w, Bits(0x3C1AA57E));
        p = TLanes.Fused(p, w, Bits(0x3F8036DB));
        return TLanes.Fused(p, w, Bits(0x40354F7E));
    }

    /// <summary>ln(1 + x) for |x| below the root of 2, less 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles SmallLogOnePlus(TSingles x)
    {
        TSingles q = TLanes.Add(x, Bits(Q0));
        q = TLanes.Fused(q, x, Bits(Q1));
        q = TLanes.Fused(q, x, Bits(Q2));
        q = TLanes.Fused(q, x, Bits(Q3));
        q = TLanes.Fused(q, x, Bits(Q4));
        q = TLanes.Fused(q, x, Bits(Q5));
        TSingles p = TLanes.Fused(TLanes.Single(P0), x, Bits(P1));
        p = TLanes.Fused(p, x, Bits(P2));
        p = TLanes.Fused(p, x, Bits(P3));
        p = TLanes.Fused(p, x, Bits(P4));
        p = TLanes.Fused(p, x, Bits(P5));
        p = TLanes.Fused(p, x, Bits(P6));
        TSingles square = TLanes.Multiply(x, x),
            cube = TLanes.Multiply(TLanes.Multiply(x, square), TLanes.Divide(p, q));
        return TLanes.Add(x, TLanes.Fused(square, TLanes.Single(-0.5f), cube));
    }

    /// <summary>ln x for x &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Log(TSingles x)
    {
        TWords bits = TLanes.AsWords(TLanes.Max(x, TLanes.Single(SmallestNormal)));
        TSingles exponent = TLanes.FromIntegers(
                TLanes.Add32(TLanes.ShiftRight32(bits, 23), TLanes.Word(unchecked((uint)-126) * Both))
            ),
            mantissa = TLanes.AsSingles(
                TLanes.MaskedOr(bits, TLanes.Word(0x007FFFFF * Both), TLanes.Word(0x3F000000 * Both))
            );
        TWords isLow = TLanes.LessThan(mantissa, TLanes.Single(HalfRoot));
        // Below the root of 1/2 the number is taken twice, and the exponent one lower.
        TSingles m = TLanes.Add(
            TLanes.Subtract(mantissa, TLanes.Single(1)),
            TLanes.AsSingles(TLanes.And(isLow, TLanes.AsWords(mantissa)))
        );
        exponent = TLanes.Subtract(exponent, TLanes.AsSingles(TLanes.And(isLow, TLanes.AsWords(TLanes.Single(1)))));
        TSingles square = TLanes.Multiply(m, m),
            cube = TLanes.Multiply(square, m);
        TSingles y = TLanes.Fused(TLanes.Fused(TLanes.Single(L0), m, TLanes.Single(L1)), m, TLanes.Single(L2)),
            y1 = TLanes.Fused(TLanes.Fused(TLanes.Single(L3), m, TLanes.Single(L4)), m, TLanes.Single(L5)),
            y2 = TLanes.Fused(TLanes.Fused(TLanes.Single(L6), m, TLanes.Single(L7)), m, TLanes.Single(L8));
        y = TLanes.Fused(TLanes.Fused(y, cube, y1), cube, y2);
        y = TLanes.Fused(y, cube, TLanes.Multiply(exponent, TLanes.Single(Ln2Low)));
        return TLanes.Fused(
            exponent,
            TLanes.Single(Ln2High),
            TLanes.Add(TLanes.Subtract(m, TLanes.Multiply(square, TLanes.Single(0.5f))), y)
        );
    }
}
