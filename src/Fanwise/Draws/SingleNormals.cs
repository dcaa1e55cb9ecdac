using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>Normals in single precision by Box and Muller's transform of 1958: r = sqrt(-2 ln u1), r sin(2 pi u2) and r
/// cos(2 pi u2).</summary>
/// <param name="radius">What takes it.</param>
internal readonly unsafe struct SingleNormals<TLanes, TWords, TDoubles, TSingles, TRadius>(TRadius radius)
    : INormals<TSingles, float>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
    where TRadius : struct, IRadius
{
    public static int GroupSize => 4;

    public void Prepare(ulong* words, int registers)
    {
        radius.Prepare<TLanes, TWords, TDoubles, TSingles>(words, registers);
        Reduce(words, registers);
        SinCos(words, registers);
    }

    /// <summary>Leaves quadrants and reduced angles in the place of words 2, and 1 and 3.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void Reduce(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * TLanes.Count)
        {
            TDoubles x0 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Reduce(
                    SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Fraction(TLanes.Load(words + TLanes.Count)),
                    out TWords quadrant0
                ),
                x1 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Reduce(
                    SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Fraction(TLanes.Load(words + 3 * TLanes.Count)),
                    out TWords quadrant1
                );
            TLanes.Store(x0, (double*)(words + TLanes.Count));
            TLanes.Store(x1, (double*)(words + 3 * TLanes.Count));
            TLanes.Store(TLanes.NarrowWords(quadrant0, quadrant1), words + 2 * TLanes.Count);
        }
    }

    /// <summary>Leaves sines and cosines in the place of reduced angles.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void SinCos(ulong* words, int registers)
    {
        SingleFunctions<TLanes, TWords, TDoubles, TSingles>.SinCosTerms terms = new();
        for (; registers > 0; registers--, words += 4 * TLanes.Count)
        {
            if (TLanes.HasFewRegisters)
                terms = new();
            SingleFunctions<TLanes, TWords, TDoubles, TSingles>.SinCos(
                TLanes.Load((double*)(words + TLanes.Count)),
                terms,
                out TDoubles sine0,
                out TDoubles cosine0
            );
            SingleFunctions<TLanes, TWords, TDoubles, TSingles>.SinCos(
                TLanes.Load((double*)(words + 3 * TLanes.Count)),
                terms,
                out TDoubles sine1,
                out TDoubles cosine1
            );
            TLanes.StoreNarrowed(sine0, sine1, (float*)(words + TLanes.Count));
            TLanes.StoreNarrowed(cosine0, cosine1, (float*)(words + 3 * TLanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(ulong* words, out TSingles first, out TSingles second)
    {
        TSingles r = radius.Finish<TLanes, TWords, TDoubles, TSingles>(TLanes.Load((float*)words)),
            sine = TLanes.Load((float*)(words + TLanes.Count)),
            cosine = TLanes.Load((float*)(words + 3 * TLanes.Count));
        SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Turn(
            TLanes.Load(words + 2 * TLanes.Count),
            ref sine,
            ref cosine
        );
        TLanes.InterleavePairs(TLanes.Multiply(sine, r), TLanes.Multiply(cosine, r), out first, out second);
    }

    public void Block(ulong* words, float* destination)
    {
        SingleNormals<ScalarLanes, ulong, double, Pair, TRadius> scalar = new(radius);
        scalar.Prepare(words, 1);
        scalar.Block(words, out Pair first, out Pair second);
        ScalarLanes.Store(first, destination);
        ScalarLanes.Store(second, destination + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Outside(TSingles first, TSingles second)
    {
        uint within =
            TLanes.Within(first, TLanes.Single(2)) | TLanes.Within(second, TLanes.Single(2)) << (2 * TLanes.Count);
        within &= within >> 1;
        uint outside = ~(within & within >> 2) & 0x11111111;
        outside = (outside | outside >> 3) & 0x03030303;
        outside = (outside | outside >> 6) & 0x000F000F;
        return (outside | outside >> 12) & ((1u << TLanes.Count) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(Vector128<float> group) =>
        Vector128.LessThan(Vector128.Abs(group), Vector128.Create(2f)).ExtractMostSignificantBits();

    public static TSingles Load(float* source) => TLanes.Load(source);

    public static void Store(TSingles value, float* destination) => TLanes.Store(value, destination);

    public static TSingles Scale(TSingles value, TSingles multiplier, TSingles addend) =>
        TLanes.Add(TLanes.Multiply(value, multiplier), addend);
}
