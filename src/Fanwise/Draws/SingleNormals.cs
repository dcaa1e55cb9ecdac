using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>Normals in single precision by Box and Muller's transform of 1958: r = sqrt(-2 ln u1), r sin(2 pi u2) and r
/// cos(2 pi u2).</summary>
/// <param name="radius">What takes it.</param>
internal readonly unsafe struct SingleNormals<L, W, D, F, P>(P radius) : INormals<F, float>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
    where P : struct, IRadius
{
    public static int GroupSize => 4;

    public void Prepare(ulong* words, int registers)
    {
        radius.Prepare<L, W, D, F>(words, registers);
        Reduce(words, registers);
        SinCos(words, registers);
    }

    /// <summary>Leaves radii, quadrants and reduced angles in the place of words 0, 2, and 1 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Reduce(ulong* words, int registers)
    {
        P local = radius;
        for (; registers > 0; registers--, words += 4 * L.Count)
        {
            L.Store(local.Finish<L, W, D, F>(L.Load((float*)words)), (float*)words);
            D x0 = SingleFunctions<L, W, D, F>.Reduce(
                    SingleFunctions<L, W, D, F>.Fraction(L.Load(words + L.Count)),
                    out W quadrant0
                ),
                x1 = SingleFunctions<L, W, D, F>.Reduce(
                    SingleFunctions<L, W, D, F>.Fraction(L.Load(words + 3 * L.Count)),
                    out W quadrant1
                );
            L.Store(x0, (double*)(words + L.Count));
            L.Store(x1, (double*)(words + 3 * L.Count));
            L.Store(L.NarrowWords(quadrant0, quadrant1), words + 2 * L.Count);
        }
    }

    /// <summary>Leaves sines and cosines in the place of reduced angles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SinCos(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * L.Count)
        {
            SingleFunctions<L, W, D, F>.SinCos(L.Load((double*)(words + L.Count)), out D sine0, out D cosine0);
            SingleFunctions<L, W, D, F>.SinCos(L.Load((double*)(words + 3 * L.Count)), out D sine1, out D cosine1);
            L.Store(L.Narrow(sine0, sine1), (float*)(words + L.Count));
            L.Store(L.Narrow(cosine0, cosine1), (float*)(words + 3 * L.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(ulong* words, out F first, out F second)
    {
        F r = L.Load((float*)words),
            sine = L.Load((float*)(words + L.Count)),
            cosine = L.Load((float*)(words + 3 * L.Count));
        SingleFunctions<L, W, D, F>.Turn(L.Load(words + 2 * L.Count), ref sine, ref cosine);
        L.InterleavePairs(L.Multiply(sine, r), L.Multiply(cosine, r), out first, out second);
    }

    public void Block(ulong* words, float* destination)
    {
        SingleNormals<ScalarLanes, ulong, double, Pair, P> scalar = new(radius);
        scalar.Prepare(words, 1);
        scalar.Block(words, out Pair first, out Pair second);
        ScalarLanes.Store(first, destination);
        ScalarLanes.Store(second, destination + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Outside(F first, F second)
    {
        uint within = L.Within(first, L.Single(2)) | L.Within(second, L.Single(2)) << (2 * L.Count);
        within &= within >> 1;
        uint outside = ~(within & within >> 2) & 0x11111111;
        outside = (outside | outside >> 3) & 0x03030303;
        outside = (outside | outside >> 6) & 0x000F000F;
        return (outside | outside >> 12) & ((1u << L.Count) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(Vector128<float> group) =>
        Vector128.LessThan(Vector128.Abs(group), Vector128.Create(2f)).ExtractMostSignificantBits();

    public static F Load(float* source) => L.Load(source);

    public static void Store(F value, float* destination) => L.Store(value, destination);

    public static F Scale(F value, F multiplier, F addend) => L.Add(L.Multiply(value, multiplier), addend);
}
