using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>Normals in double precision: words 0 and 1 make the radius, words 2 and 3 the angle.</summary>
internal readonly unsafe struct DoubleNormals<L, W, D> : INormals<D, double>
    where L : struct, IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
{
    public static int GroupSize => 2;

    public void Prepare(ulong* words, int registers)
    {
        Logarithms(words, registers);
        Radii(words, registers);
        Reduce(words, registers);
        SinCos(words, registers);
    }

    /// <summary>Leaves logarithms and their arguments in the place of words 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Logarithms(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * L.Count)
        {
            D u = L.Max(DoubleUniforms<L, W, D>.Unit(L.Load(words), L.Load(words + L.Count)), L.Double(1e-7));
            L.Store(DoubleFunctions<L, W, D>.LogByTable(u), (double*)words);
            L.Store(u, (double*)(words + L.Count));
        }
    }

    /// <summary>Leaves radii in the place of the logarithms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Radii(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * L.Count)
        {
            D log = DoubleFunctions<L, W, D>.Log(L.Load((double*)(words + L.Count)), L.Load((double*)words));
            L.Store(L.Sqrt(L.Multiply(L.Double(-2), log)), (double*)words);
        }
    }

    /// <summary>Leaves reduced angles in the place of words 2 and 3, and quadrants in that of words 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reduce(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * L.Count)
        {
            D u = DoubleUniforms<L, W, D>.Unit(L.Load(words + 2 * L.Count), L.Load(words + 3 * L.Count));
            D angle = DoubleFunctions<L, W, D>.Reduce(L.Multiply(L.Double(2 * Math.PI), u), out D rest, out W quadrant);
            L.Store(quadrant, words + L.Count);
            L.Store(angle, (double*)(words + 2 * L.Count));
            L.Store(rest, (double*)(words + 3 * L.Count));
        }
    }

    /// <summary>Leaves sines and cosines in the place of reduced angles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SinCos(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * L.Count)
        {
            DoubleFunctions<L, W, D>.SinCos(
                L.Load((double*)(words + 2 * L.Count)),
                L.Load((double*)(words + 3 * L.Count)),
                L.Load(words + L.Count),
                out D sine,
                out D cosine
            );
            L.Store(sine, (double*)(words + 2 * L.Count));
            L.Store(cosine, (double*)(words + 3 * L.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(ulong* words, out D first, out D second)
    {
        D radius = L.Load((double*)words),
            sine = L.Load((double*)(words + 2 * L.Count)),
            cosine = L.Load((double*)(words + 3 * L.Count));
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
