using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The inverse error function behind JAX's float64 normals, as XLA compiles it for processors with fused
/// multiplication; its logarithm is the C library's.</summary>
/// <remarks>Sources: M. Giles 2010, Approximating the erfinv function (the polynomials, highest power first);
/// S. Moshier's Cephes (log1p); xla/hlo/builder/lib/math.cc.</remarks>
internal static class XlaDoubleFunctions<L, W, D>
    where L : struct, IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
{
    /// <summary>Below this the logarithm of 1 + x is a quotient of polynomials: the root of 2, less 1.</summary>
    private const ulong SmallArgument = 0x3FDA827999FCEF32;

    private const ulong Sign = 0x8000000000000000;

    /// <summary>Where the three polynomials part, by ln(1 - u^2).</summary>
    private const double CentralEnd = -6.25,
        FarEnd = -16;

    /// <summary>The inverse of the error function, for |u| &lt;= 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D InverseErf(D u)
    {
        W sign = L.Word(Sign);
        D x = L.Multiply(u, L.AsDoubles(L.Xor(L.AsWords(u), sign))),
            magnitude = L.AsDoubles(L.Xor(L.AsWords(x), sign)); // x is never positive
        D log = L.Select(
            L.LessThan(magnitude, Bits(SmallArgument)),
            SmallLogOnePlus(x),
            DoubleFunctions<L, W, D>.Log(L.Add(x, L.Double(1)))
        );
        D root = L.Sqrt(L.AsDoubles(L.Xor(L.AsWords(log), sign)));
        D p = L.Select(
            L.LessThan(L.Double(CentralEnd), log),
            Central(L.Subtract(L.Double(-3.125), log)),
            L.Select(
                L.LessThan(L.Double(FarEnd), log),
                Far(L.Subtract(root, L.Double(3.25))),
                Farthest(L.Subtract(root, L.Double(5)))
            )
        );
        D absolute = L.AsDoubles(L.And(L.AsWords(u), L.Word(~Sign)));
        p = L.Select(L.LessThan(absolute, L.Double(1)), p, L.Double(double.PositiveInfinity));
        return L.Multiply(u, p);
    }

    private static D Bits(ulong bits) => L.Double(BitConverter.UInt64BitsToDouble(bits));

    /// <summary>ln(1 + x) for |x| below the root of 2, less 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D SmallLogOnePlus(D x)
    {
        D q = L.Add(x, Bits(0x402E20359E903E37));
        q = L.Fused(q, x, Bits(0x4054C30B52213498));
        q = L.Fused(q, x, Bits(0x406BB86590FCFB56));
        q = L.Fused(q, x, Bits(0x407351945DC908A5));
        q = L.Fused(q, x, Bits(0x406B0DB13E48E066));
        q = L.Fused(q, x, Bits(0x404E0F304466448E));
        D p = L.Fused(Bits(0x3F07BC0962B395CA), x, Bits(0x3FDFE818A0FE1A83));
        p = L.Fused(p, x, Bits(0x401A509F46F4FA53));
        p = L.Fused(p, x, Bits(0x403DE9738B8CB9C9));
        p = L.Fused(p, x, Bits(0x404E798EB86C3351));
        p = L.Fused(p, x, Bits(0x404C8E7597479A10));
        p = L.Fused(p, x, Bits(0x40340A202D99830A));
        D square = L.Multiply(x, x),
            cube = L.Multiply(L.Multiply(x, square), L.Divide(p, q));
        return L.Add(x, L.Fused(square, L.Double(-0.5), cube));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D Central(D w)
    {
        D p = L.Fused(Bits(0xBBB135D2E746E627), w, Bits(0xBC08DDF93324D327));
        p = L.Fused(p, w, Bits(0x3C37B83EEF0B7C9F));
        p = L.Fused(p, w, Bits(0x3C69BA72CD589B91));
        p = L.Fused(p, w, Bits(0xBCA33689090A6B96));
        p = L.Fused(p, w, Bits(0x3C782E11898132E0));
        p = L.Fused(p, w, Bits(0x3CFDE4ACFD9E26BA));
        p = L.Fused(p, w, Bits(0xBD26D33EED66C487));
        p = L.Fused(p, w, Bits(0xBD36F2167040D8E2));
        p = L.Fused(p, w, Bits(0x3D872A22C2D77E20));
        p = L.Fused(p, w, Bits(0xBDAC8859C4E5C0AF));
        p = L.Fused(p, w, Bits(0xBDCDC583D118A561));
        p = L.Fused(p, w, Bits(0x3E120F47CCF46B3C));
        p = L.Fused(p, w, Bits(0xBE31A9E38DC84D60));
        p = L.Fused(p, w, Bits(0xBE5F36CD6D3D46A9));
        p = L.Fused(p, w, Bits(0x3E9C6B4F5D03B787));
        p = L.Fused(p, w, Bits(0xBEB6E8A5434AE8A2));
        p = L.Fused(p, w, Bits(0xBEED1D1F7B8736F6));
        p = L.Fused(p, w, Bits(0x3F2879C2A212F024));
        p = L.Fused(p, w, Bits(0xBF4845769484FCA8));
        p = L.Fused(p, w, Bits(0xBF78B6C33114F909));
        p = L.Fused(p, w, Bits(0x3FCEBD80D9B13E28));
        return L.Fused(p, w, Bits(0x3FFA755E7C99AE86));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D Far(D w)
    {
        D p = L.Fused(Bits(0x3E23040F87DBD932), w, Bits(0x3E785CBE52878635));
        p = L.Fused(p, w, Bits(0xBE92777453DD3955));
        p = L.Fused(p, w, Bits(0x3E5395ABCD554C6C));
        p = L.Fused(p, w, Bits(0x3EB936388A3790AD));
        p = L.Fused(p, w, Bits(0xBED0D5DB812B5083));
        p = L.Fused(p, w, Bits(0x3EC8860CD5D652F6));
        p = L.Fused(p, w, Bits(0x3EEA29A0CACDFB23));
        p = L.Fused(p, w, Bits(0xBF08CEF1F80281F2));
        p = L.Fused(p, w, Bits(0x3F11E684D0B9188A));
        p = L.Fused(p, w, Bits(0x3EF932CD54C8A222));
        p = L.Fused(p, w, Bits(0xBF37448A89EF8AA3));
        p = L.Fused(p, w, Bits(0x3F4F3CC55AD40C25));
        p = L.Fused(p, w, Bits(0xBF5BA924132F38B1));
        p = L.Fused(p, w, Bits(0x3F6468EECA533CF8));
        p = L.Fused(p, w, Bits(0xBF6EBADABB891BBD));
        p = L.Fused(p, w, Bits(0x3F75FFCFE5B76AFC));
        p = L.Fused(p, w, Bits(0x3FF0158A6D641D39));
        return L.Fused(p, w, Bits(0x4008ABCC380D5A48));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D Farthest(D w)
    {
        D p = L.Fused(Bits(0xBDBDCEC3A7785389), w, Bits(0xBDF18FEEC0E38727));
        p = L.Fused(p, w, Bits(0x3E19E6BF2DDA45E3));
        p = L.Fused(p, w, Bits(0xBE30468FB24E2F5F));
        p = L.Fused(p, w, Bits(0x3E405AC6A8FBA182));
        p = L.Fused(p, w, Bits(0xBE50102E495FB9C0));
        p = L.Fused(p, w, Bits(0x3E5F4C20E1334AF8));
        p = L.Fused(p, w, Bits(0xBE722D220FDF9C3E));
        p = L.Fused(p, w, Bits(0x3E8EBC8BB824CB54));
        p = L.Fused(p, w, Bits(0xBEB0A8D40EA372CC));
        p = L.Fused(p, w, Bits(0x3ED2FBD29D093D2B));
        p = L.Fused(p, w, Bits(0xBEF4A3497E1E0FAC));
        p = L.Fused(p, w, Bits(0x3F13EBF4EB00938F));
        p = L.Fused(p, w, Bits(0xBF2C2F36A8FC5D53));
        p = L.Fused(p, w, Bits(0xBF222EA5DF04047C));
        p = L.Fused(p, w, Bits(0x3FF02A30D1FBA0DC));
        return L.Fused(p, w, Bits(0x4013664DDD1AD7FB));
    }
}
