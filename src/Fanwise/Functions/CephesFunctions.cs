using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The logarithm, sine and cosine behind PyTorch's float32 normals on x86-64 with AVX2: Cephes' single
/// precision polynomials over registers, every multiplication fused whose only use is a sum.</summary>
/// <remarks>Sources: S. Moshier's Cephes (logf, sinf, cosf), as J. Pommier's avx_mathfun.h writes it (zlib licence) and
/// PyTorch 2.13 compiles it.</remarks>
internal static class CephesFunctions<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
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
    public static TSingles Log(TSingles x)
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
        TSingles square = TLanes.Multiply(m, m);
        TSingles y = TLanes.Fused(TLanes.Single(L0), m, TLanes.Single(L1));
        y = TLanes.Fused(y, m, TLanes.Single(L2));
        y = TLanes.Fused(y, m, TLanes.Single(L3));
        y = TLanes.Fused(y, m, TLanes.Single(L4));
        y = TLanes.Fused(y, m, TLanes.Single(L5));
        y = TLanes.Fused(y, m, TLanes.Single(L6));
        y = TLanes.Fused(y, m, TLanes.Single(L7));
        y = TLanes.Fused(y, m, TLanes.Single(L8));
        y = TLanes.Fused(TLanes.Multiply(y, m), square, TLanes.Multiply(exponent, TLanes.Single(Ln2Low)));
        y = TLanes.Fused(square, TLanes.Single(-0.5f), y);
        return TLanes.Fused(exponent, TLanes.Single(Ln2High), TLanes.Add(m, y));
    }

    /// <summary>sin x and cos x for 0 &lt;= x, x small enough that 4 x / pi fits an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(TSingles x, out TSingles sine, out TSingles cosine)
    {
        // The nearest even number of quarters of pi is taken away.
        TWords octant = TLanes.And(
            TLanes.Add32(TLanes.ToIntegers(TLanes.Multiply(x, TLanes.Single(FourOverPi))), TLanes.Word(Both)),
            TLanes.Word(unchecked((uint)~1) * Both)
        );
        TSingles quarters = TLanes.FromIntegers(octant);
        x = TLanes.Fused(quarters, TLanes.Single(Quarter1), x);
        x = TLanes.Fused(quarters, TLanes.Single(Quarter2), x);
        x = TLanes.Fused(quarters, TLanes.Single(Quarter3), x);
        TSingles z = TLanes.Multiply(x, x);
        TSingles c = TLanes.Fused(TLanes.Single(C0), z, TLanes.Single(C1));
        c = TLanes.Multiply(TLanes.Fused(c, z, TLanes.Single(C2)), z);
        c = TLanes.Add(TLanes.Fused(c, z, TLanes.Multiply(z, TLanes.Single(-0.5f))), TLanes.Single(1));
        TSingles s = TLanes.Fused(TLanes.Single(S0), z, TLanes.Single(S1));
        s = TLanes.Multiply(TLanes.Fused(s, z, TLanes.Single(S2)), z);
        s = TLanes.Fused(s, x, x);
        // Octants 2 and 6 exchange both; the sine is negative in 4 and 6, the cosine in 2 and 4.
        TWords sines = TLanes.AsWords(s),
            cosines = TLanes.AsWords(c),
            sign = TLanes.Word(0x80000000 * Both),
            exchange = TLanes.And(TLanes.Xor(sines, cosines), TLanes.Sign32(TLanes.ShiftLeft32(octant, 30)));
        sine = TLanes.AsSingles(TLanes.XorMasked(TLanes.Xor(sines, exchange), TLanes.ShiftLeft32(octant, 29), sign));
        TWords turned = TLanes.ShiftLeft32(TLanes.Add32(octant, TLanes.Word(2 * Both)), 29);
        cosine = TLanes.AsSingles(TLanes.XorMasked(TLanes.Xor(cosines, exchange), turned, sign));
    }
}
