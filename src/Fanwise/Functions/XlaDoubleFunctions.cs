using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The inverse error function behind JAX's float64 normals, as XLA compiles it for processors with fused
/// multiplication; its logarithm is the C library's.</summary>
/// <remarks>Sources: M. Giles 2010, Approximating the erfinv function (the polynomials, highest power first);
/// S. Moshier's Cephes (log1p); xla/hlo/builder/lib/math.cc.</remarks>
internal static class XlaDoubleFunctions<TLanes, TWords, TDoubles>
    where TLanes : struct, IDoubleLanes<TWords, TDoubles>
    where TWords : unmanaged
    where TDoubles : unmanaged
{
    /// <summary>Below this the logarithm of 1 + x is a quotient of polynomials: the root of 2, less 1.</summary>
    private const ulong SmallArgument = 0x3FDA827999FCEF32;

    private const ulong Sign = 0x8000000000000000;

    /// <summary>Where the three polynomials part, by ln(1 - u^2).</summary>
    private const double CentralEnd = -6.25,
        FarEnd = -16;

    /// <summary>The inverse of the error function, for |u| &lt;= 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles InverseErf(TDoubles u)
    {
        TWords sign = TLanes.Word(Sign);
        TDoubles x = TLanes.Multiply(u, TLanes.AsDoubles(TLanes.Xor(TLanes.AsWords(u), sign))),
            magnitude = TLanes.AsDoubles(TLanes.Xor(TLanes.AsWords(x), sign)); // x is never positive
        TDoubles log = TLanes.Select(
            TLanes.LessThan(magnitude, Bits(SmallArgument)),
            SmallLogOnePlus(x),
            DoubleFunctions<TLanes, TWords, TDoubles>.Log(TLanes.Add(x, TLanes.Double(1)))
        );
        TDoubles root = TLanes.Sqrt(TLanes.AsDoubles(TLanes.Xor(TLanes.AsWords(log), sign)));
        TDoubles p = TLanes.Select(
            TLanes.LessThan(TLanes.Double(CentralEnd), log),
            Central(TLanes.Subtract(TLanes.Double(-3.125), log)),
            TLanes.Select(
                TLanes.LessThan(TLanes.Double(FarEnd), log),
                Far(TLanes.Subtract(root, TLanes.Double(3.25))),
                Farthest(TLanes.Subtract(root, TLanes.Double(5)))
            )
        );
        TDoubles absolute = TLanes.AsDoubles(TLanes.And(TLanes.AsWords(u), TLanes.Word(~Sign)));
        p = TLanes.Select(TLanes.LessThan(absolute, TLanes.Double(1)), p, TLanes.Double(double.PositiveInfinity));
        return TLanes.Multiply(u, p);
    }

    private static TDoubles Bits(ulong bits) => TLanes.Double(BitConverter.UInt64BitsToDouble(bits));

    /// <summary>ln(1 + x) for |x| below the root of 2, less 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles SmallLogOnePlus(TDoubles x)
    {
        TDoubles q = TLanes.Add(x, Bits(0x402E20359E903E37));
        q = TLanes.Fused(q, x, Bits(0x4054C30B52213498));
        q = TLanes.Fused(q, x, Bits(0x406BB86590FCFB56));
        q = TLanes.Fused(q, x, Bits(0x407351945DC908A5));
        q = TLanes.Fused(q, x, Bits(0x406B0DB13E48E066));
        q = TLanes.Fused(q, x, Bits(0x404E0F304466448E));
        TDoubles p = TLanes.Fused(Bits(0x3F07BC0962B395CA), x, Bits(0x3FDFE818A0FE1A83));
        p = TLanes.Fused(p, x, Bits(0x401A509F46F4FA53));
        p = TLanes.Fused(p, x, Bits(0x403DE9738B8CB9C9));
        p = TLanes.Fused(p, x, Bits(0x404E798EB86C3351));
        p = TLanes.Fused(p, x, Bits(0x404C8E7597479A10));
        p = TLanes.Fused(p, x, Bits(0x40340A202D99830A));
        TDoubles square = TLanes.Multiply(x, x),
            cube = TLanes.Multiply(TLanes.Multiply(x, square), TLanes.Divide(p, q));
        return TLanes.Add(x, TLanes.Fused(square, TLanes.Double(-0.5), cube));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles Central(TDoubles w)
    {
        TDoubles p = TLanes.Fused(Bits(0xBBB135D2E746E627), w, Bits(0xBC08DDF93324D327));
        p = TLanes.Fused(p, w, Bits(0x3C37B83EEF0B7C9F));
        p = TLanes.Fused(p, w, Bits(0x3C69BA72CD589B91));
        p = TLanes.Fused(p, w, Bits(0xBCA33689090A6B96));
        p = TLanes.Fused(p, w, Bits(0x3C782E11898132E0));
        p = TLanes.Fused(p, w, Bits(0x3CFDE4ACFD9E26BA));
        p = TLanes.Fused(p, w, Bits(0xBD26D33EED66C487));
        p = TLanes.Fused(p, w, Bits(0xBD36F2167040D8E2));
        p = TLanes.Fused(p, w, Bits(0x3D872A22C2D77E20));
        p = TLanes.Fused(p, w, Bits(0xBDAC8859C4E5C0AF));
        p = TLanes.Fused(p, w, Bits(0xBDCDC583D118A561));
        p = TLanes.Fused(p, w, Bits(0x3E120F47CCF46B3C));
        p = TLanes.Fused(p, w, Bits(0xBE31A9E38DC84D60));
        p = TLanes.Fused(p, w, Bits(0xBE5F36CD6D3D46A9));
        p = TLanes.Fused(p, w, Bits(0x3E9C6B4F5D03B787));
        p = TLanes.Fused(p, w, Bits(0xBEB6E8A5434AE8A2));
        p = TLanes.Fused(p, w, Bits(0xBEED1D1F7B8736F6));
        p = TLanes.Fused(p, w, Bits(0x3F2879C2A212F024));
        p = TLanes.Fused(p, w, Bits(0xBF4845769484FCA8));
        p = TLanes.Fused(p, w, Bits(0xBF78B6C33114F909));
        p = TLanes.Fused(p, w, Bits(0x3FCEBD80D9B13E28));
        return TLanes.Fused(p, w, Bits(0x3FFA755E7C99AE86));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles Far(TDoubles w)
    {
        TDoubles p = TLanes.Fused(Bits(0x3E23040F87DBD932), w, Bits(0x3E785CBE52878635));
        p = TLanes.Fused(p, w, Bits(0xBE92777453DD3955));
        p = TLanes.Fused(p, w, Bits(0x3E5395ABCD554C6C));
        p = TLanes.Fused(p, w, Bits(0x3EB936388A3790AD));
        p = TLanes.Fused(p, w, Bits(0xBED0D5DB812B5083));
        p = TLanes.Fused(p, w, Bits(0x3EC8860CD5D652F6));
        p = TLanes.Fused(p, w, Bits(0x3EEA29A0CACDFB23));
        p = TLanes.Fused(p, w, Bits(0xBF08CEF1F80281F2));
        p = TLanes.Fused(p, w, Bits(0x3F11E684D0B9188A));
        p = TLanes.Fused(p, w, Bits(0x3EF932CD54C8A222));
        p = TLanes.Fused(p, w, Bits(0xBF37448A89EF8AA3));
        p = TLanes.Fused(p, w, Bits(0x3F4F3CC55AD40C25));
        p = TLanes.Fused(p, w, Bits(0xBF5BA924132F38B1));
        p = TLanes.Fused(p, w, Bits(0x3F6468EECA533CF8));
        p = TLanes.Fused(p, w, Bits(0xBF6EBADABB891BBD));
        p = TLanes.Fused(p, w, Bits(0x3F75FFCFE5B76AFC));
        p = TLanes.Fused(p, w, Bits(0x3FF0158A6D641D39));
        return TLanes.Fused(p, w, Bits(0x4008ABCC380D5A48));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TDoubles Farthest(TDoubles w)
    {
        TDoubles p = TLanes.Fused(Bits(0xBDBDCEC3A7785389), w, Bits(0xBDF18FEEC0E38727));
        p = TLanes.Fused(p, w, Bits(0x3E19E6BF2DDA45E3));
        p = TLanes.Fused(p, w, Bits(0xBE30468FB24E2F5F));
        p = TLanes.Fused(p, w, Bits(0x3E405AC6A8FBA182));
        p = TLanes.Fused(p, w, Bits(0xBE50102E495FB9C0));
        p = TLanes.Fused(p, w, Bits(0x3E5F4C20E1334AF8));
        p = TLanes.Fused(p, w, Bits(0xBE722D220FDF9C3E));
        p = TLanes.Fused(p, w, Bits(0x3E8EBC8BB824CB54));
        p = TLanes.Fused(p, w, Bits(0xBEB0A8D40EA372CC));
        p = TLanes.Fused(p, w, Bits(0x3ED2FBD29D093D2B));
        p = TLanes.Fused(p, w, Bits(0xBEF4A3497E1E0FAC));
        p = TLanes.Fused(p, w, Bits(0x3F13EBF4EB00938F));
        p = TLanes.Fused(p, w, Bits(0xBF2C2F36A8FC5D53));
        p = TLanes.Fused(p, w, Bits(0xBF222EA5DF04047C));
        p = TLanes.Fused(p, w, Bits(0x3FF02A30D1FBA0DC));
        return TLanes.Fused(p, w, Bits(0x4013664DDD1AD7FB));
    }
}
