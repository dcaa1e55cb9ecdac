using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The logarithm, sine and cosine behind PyTorch's float32 normals on x86-64 with AVX2: Cephes' single
/// precision polynomials over registers, every multiplication fused whose only use is a sum.</summary>
/// <remarks>Sources: S. Moshier's Cephes (logf, sinf, cosf), as J. Pommier's avx_mathfun.h writes it (zlib licence) and
/// PyTorch 2.13 compiles it.</remarks>
internal static class CephesFunctions<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    /// <summary>Both 32-bit halves of a word.</summary>
    private const ulong Both = 0x00000001_00000001;

    /// <summary>2^-126, the smallest argument.</summary>
    private const float SmallestNormal = 1.17549435e-38f;

    private const float HalfRoot = 0.707106781186547524f;

    /// <summary>ln 2 in two parts, and the coefficients of ln(1 + m) - m + m^2 / 2 over m^3, highest first.</summary>
    private const float Ln2High = 0.693359375f,
        Ln2Low = -2.12194440e-4f;
    private const float L0 = 7.0376836292e-2f,
        L1 = -1.1514610310e-1f,
        L2 = 1.1676998740e-1f,
        L3 = -1.2420140846e-1f,
        L4 = 1.4249322787e-1f,
        L5 = -1.6668057665e-1f,
        L6 = 2.0000714765e-1f,
        L7 = -2.4999993993e-1f,
        L8 = 3.3333331174e-1f;

    /// <summary>pi / 4 in three parts, negated, and 4 / pi.</summary>
    private const float Quarter1 = -0.78515625f,
        Quarter2 = -2.4187564849853515625e-4f,
        Quarter3 = -3.77489497744594108e-8f,
        FourOverPi = 1.27323954473516f;
    private const float C0 = 2.443315711809948e-5f,
        C1 = -1.388731625493765e-3f,
        C2 = 4.166664568298827e-2f;
    private const float S0 = -1.9515295891e-4f,
        S1 = 8.3321608736e-3f,
        S2 = -1.6666654611e-1f;

    /// <summary>ln x for x &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Log(F x)
    {
        W bits = L.AsWords(L.Max(x, L.Single(SmallestNormal)));
        F exponent = L.FromIntegers(L.Add32(L.ShiftRight32(bits, 23), L.Word(unchecked((uint)-126) * Both))),
            mantissa = L.AsSingles(L.MaskedOr(bits, L.Word(0x007FFFFF * Both), L.Word(0x3F000000 * Both)));
        W isLow = L.LessThan(mantissa, L.Single(HalfRoot));
        // Below the root of 1/2 the number is taken twice, and the exponent one lower.
        F m = L.Add(L.Subtract(mantissa, L.Single(1)), L.AsSingles(L.And(isLow, L.AsWords(mantissa))));
        exponent = L.Subtract(exponent, L.AsSingles(L.And(isLow, L.AsWords(L.Single(1)))));
        F square = L.Multiply(m, m);
        F y = L.Fused(L.Single(L0), m, L.Single(L1));
        y = L.Fused(y, m, L.Single(L2));
        y = L.Fused(y, m, L.Single(L3));
        y = L.Fused(y, m, L.Single(L4));
        y = L.Fused(y, m, L.Single(L5));
        y = L.Fused(y, m, L.Single(L6));
        y = L.Fused(y, m, L.Single(L7));
        y = L.Fused(y, m, L.Single(L8));
        y = L.Fused(L.Multiply(y, m), square, L.Multiply(exponent, L.Single(Ln2Low)));
        y = L.Fused(square, L.Single(-0.5f), y);
        return L.Fused(exponent, L.Single(Ln2High), L.Add(m, y));
    }

    /// <summary>sin x and cos x for 0 &lt;= x, x small enough that 4 x / pi fits an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(F x, out F sine, out F cosine)
    {
        // The nearest even number of quarters of pi is taken away.
        W octant = L.And(
            L.Add32(L.ToIntegers(L.Multiply(x, L.Single(FourOverPi))), L.Word(Both)),
            L.Word(unchecked((uint)~1) * Both)
        );
        F quarters = L.FromIntegers(octant);
        x = L.Fused(quarters, L.Single(Quarter1), x);
        x = L.Fused(quarters, L.Single(Quarter2), x);
        x = L.Fused(quarters, L.Single(Quarter3), x);
        F z = L.Multiply(x, x);
        F c = L.Fused(L.Single(C0), z, L.Single(C1));
        c = L.Multiply(L.Fused(c, z, L.Single(C2)), z);
        c = L.Add(L.Fused(c, z, L.Multiply(z, L.Single(-0.5f))), L.Single(1));
        F s = L.Fused(L.Single(S0), z, L.Single(S1));
        s = L.Multiply(L.Fused(s, z, L.Single(S2)), z);
        s = L.Fused(s, x, x);
        // Octants 2 and 6 exchange both; the sine is negative in 4 and 6, the cosine in 2 and 4.
        W sines = L.AsWords(s),
            cosines = L.AsWords(c),
            sign = L.Word(0x80000000 * Both),
            exchange = L.And(L.Xor(sines, cosines), L.Sign32(L.ShiftLeft32(octant, 30)));
        sine = L.AsSingles(L.XorMasked(L.Xor(sines, exchange), L.ShiftLeft32(octant, 29), sign));
        W turned = L.ShiftLeft32(L.Add32(octant, L.Word(2 * Both)), 29);
        cosine = L.AsSingles(L.XorMasked(L.Xor(cosines, exchange), turned, sign));
    }
}
