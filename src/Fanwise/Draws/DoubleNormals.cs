using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>Normals in double precision: words 0 and 1 make the radius, words 2 and 3 the angle.</summary>
internal readonly unsafe struct DoubleNormals<L, W, D> : INormals<D, double>
    where L : struct, IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
{
    public static int GroupSize => 2;

    /// <summary>Leaves the radii in the place of words 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Prepare(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * L.Count)
        {
            D u1 = L.Max(DoubleUniforms<L, W, D>.Unit(L.Load(words), L.Load(words + L.Count)), L.Double(1e-7));
            L.Store(L.Sqrt(L.Multiply(L.Double(-2), DoubleFunctions<L, W, D>.Log(u1))), (double*)words);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(ulong* words, out D first, out D second)
    {
        D radius = L.Load((double*)words),
            u2 = DoubleUniforms<L, W, D>.Unit(L.Load(words + 2 * L.Count), L.Load(words + 3 * L.Count));
        DoubleFunctions<L, W, D>.SinCos(L.Multiply(L.Double(2 * Math.PI), u2), out D sine, out D cosine);
        L.Interleave(L.Multiply(sine, radius), L.Multiply(cosine, radius), out first, out second);
    }

    public void Block(ulong* words, double* destination)
    {
        DoubleNormals<ScalarLanes, ulong, double> scalar = default;
        scalar.Prepare(words, 1);
        scalar.Block(words, out destination[0], out destination[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Outside(D first, D second)
    {
        uint within = L.Within(first, L.Double(2)) | L.Within(second, L.Double(2)) << L.Count;
        uint outside = ~(within & within >> 1) & 0x5555;
        outside = (outside | outside >> 1) & 0x3333;
        outside = (outside | outside >> 2) & 0x0F0F;
        return (outside | outside >> 4) & ((1u << L.Count) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(Vector128<double> group) =>
        Vector128.LessThan(Vector128.Abs(group), Vector128.Create(2.0)).ExtractMostSignificantBits();

    public static D Load(double* source) => L.Load(source);

    public static void Store(D value, double* destination) => L.Store(value, destination);

    public static D Scale(D value, D multiplier, D addend) => L.Add(L.Multiply(value, multiplier), addend);
}
