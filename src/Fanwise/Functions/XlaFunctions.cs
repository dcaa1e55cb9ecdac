using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The inverse error function behind JAX's float32 normals, as XLA compiles it for processors with fused
/// multiplication; every fused step is part of the promise.</summary>
/// <remarks>Sources: M. Giles 2010, Approximating the erfinv function (the polynomials); S. Moshier's Cephes (log1p,
/// log); xla/hlo/builder/lib/math.cc.</remarks>
internal static class XlaFunctions<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
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
    public static F MinusSquare(F u) => L.Multiply(u, Negated(u));

    /// <summary>ln(1 + x) for -1 &lt;= x &lt;= 0.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="small">What <see cref="SmallLogOnePlus"/> gives.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F LogOnePlus(F x, F small) =>
        L.Select(L.LessThan(Negated(x), Bits(SmallArgument)), small, Log(L.Add(x, L.Single(1))));

    /// <summary>The inverse of the error function, for |u| &lt;= 1.</summary>
    /// <param name="u">The argument.</param>
    /// <param name="log">ln(1 - u^2).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F InverseErf(F u, F log)
    {
        F p = Central(L.Subtract(L.Single(-2.5f), log));
        if (!All(log, L.Single(Tail)))
        {
            F tail = Far(L.Subtract(L.Sqrt(Negated(log)), L.Single(3)));
            p = L.Select(L.LessThan(L.Single(-Tail), log), p, tail);
            F one = L.AsSingles(L.And(L.AsWords(u), L.Word(0x7FFFFFFF * Both)));
            p = L.Select(L.LessThan(one, L.Single(1)), p, L.Single(float.PositiveInfinity));
        }

        return L.Multiply(u, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Negated(F x) => L.AsSingles(L.Xor(L.AsWords(x), L.Word(0x80000000 * Both)));

    private static F Bits(uint bits) => L.Single(BitConverter.UInt32BitsToSingle(bits));

    /// <summary>Whether |a| &lt; limit in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool All(F a, F limit) => L.Within(a, limit) == (1u << (2 * L.Count)) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Central(F w)
    {
        F p = L.Fused(Bits(0x32F16588), w, Bits(0x34B84B36));
        p = L.Fused(p, w, Bits(0xB66C7357));
        p = L.Fused(p, w, Bits(0xB6935AC1));
        p = L.Fused(p, w, Bits(0x396532DB));
        p = L.Fused(p, w, Bits(0xBAA45408));
        p = L.Fused(p, w, Bits(0xBB88E4EF));
        p = L.Fused(p, w, Bits(0x3E7C8F63));
        return L.Fused(p, w, Bits(0x3FC02E2F));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Far(F w)
    {
        F p = L.Fused(Bits(0xB951F09B), w, Bits(0x38D3B56B));
        p = L.Fused(p, w, Bits(0x3AB0DC72));
        p = L.Fused(p, w, Bits(0xBB70BDE7));
        p = L.Fused(p, w, Bits(0x3BBC127B));
        p = L.Fused(p, w, Bits(0xBBF9C5D7));
        p = L.Fused(p, w, Bits(0x3C1AA57E));
        p = L.Fused(p, w, Bits(0x3F8036DB));
        return L.Fused(p, w, Bits(0x40354F7E));
    }

    /// <summary>ln(1 + x) for |x| below the root of 2, less 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F SmallLogOnePlus(F x)
    {
        F q = L.Add(x, Bits(Q0));
        q = L.Fused(q, x, Bits(Q1));
        q = L.Fused(q, x, Bits(Q2));
        q = L.Fused(q, x, Bits(Q3));
        q = L.Fused(q, x, Bits(Q4));
        q = L.Fused(q, x, Bits(Q5));
        F p = L.Fused(L.Single(P0), x, Bits(P1));
        p = L.Fused(p, x, Bits(P2));
        p = L.Fused(p, x, Bits(P3));
        p = L.Fused(p, x, Bits(P4));
        p = L.Fused(p, x, Bits(P5));
        p = L.Fused(p, x, Bits(P6));
        F square = L.Multiply(x, x),
            cube = L.Multiply(L.Multiply(x, square), L.Divide(p, q));
        return L.Add(x, L.Fused(square, L.Single(-0.5f), cube));
    }

    /// <summary>ln x for x &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Log(F x)
    {
        W bits = L.AsWords(L.Max(x, L.Single(SmallestNormal)));
        F exponent = L.FromIntegers(L.Add32(L.ShiftRight32(bits, 23), L.Word(unchecked((uint)-126) * Both))),
            mantissa = L.AsSingles(L.MaskedOr(bits, L.Word(0x007FFFFF * Both), L.Word(0x3F000000 * Both)));
        W isLow = L.LessThan(mantissa, L.Single(HalfRoot));
        // Below the root of 1/2 the number is taken twice, and the exponent one lower.
        F m = L.Add(L.Subtract(mantissa, L.Single(1)), L.AsSingles(L.And(isLow, L.AsWords(mantissa))));
        exponent = L.Subtract(exponent, L.AsSingles(L.And(isLow, L.AsWords(L.Single(1)))));
        F square = L.Multiply(m, m),
            cube = L.Multiply(square, m);
        F y = L.Fused(L.Fused(L.Single(L0), m, L.Single(L1)), m, L.Single(L2)),
            y1 = L.Fused(L.Fused(L.Single(L3), m, L.Single(L4)), m, L.Single(L5)),
            y2 = L.Fused(L.Fused(L.Single(L6), m, L.Single(L7)), m, L.Single(L8));
        y = L.Fused(L.Fused(y, cube, y1), cube, y2);
        y = L.Fused(y, cube, L.Multiply(exponent, L.Single(Ln2Low)));
        return L.Fused(exponent, L.Single(Ln2High), L.Add(L.Subtract(m, L.Multiply(square, L.Single(0.5f))), y));
    }
}
