using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>Normals in double precision: words 0 and 1 make the radius, words 2 and 3 the angle.</summary>
internal readonly unsafe struct DoubleNormals<TLanes, TWords, TDoubles> : INormals<TDoubles, double>
    where TLanes : struct, IDoubleLanes<TWords, TDoubles>
    where TWords : unmanaged
    where TDoubles : unmanaged
{
    public static int GroupSize => 2;

    public void Prepare(ulong* words, int registers)
    {
        ulong* places = words + 4 * TLanes.Count * registers;
        Places(words, places, registers);
        Logarithms(words, places, registers);
        Radii(words, registers);
        Reduce(words, places, registers);
        SinCos(words, places, registers);
    }

    /// <summary>Leaves arguments of the logarithm in the place of words 1, and where the table has them.</summary>
    /// <remarks>In a loop of its own: the places are read one by one, for which they have to be in memory.</remarks>
    [MethodImpl(Compilation.AtOnce)]
    private static void Places(ulong* words, ulong* places, int registers)
    {
        for (; registers > 0; registers--, words += 4 * TLanes.Count, places += TLanes.Count)
        {
            TDoubles u = TLanes.Max(
                DoubleUniforms<TLanes, TWords, TDoubles>.Unit(TLanes.Load(words), TLanes.Load(words + TLanes.Count)),
                TLanes.Double(1e-7)
            );
            TLanes.Store(u, (double*)(words + TLanes.Count));
            TLanes.Store(DoubleFunctions<TLanes, TWords, TDoubles>.LogPlace(u), places);
        }
    }

    /// <summary>Leaves logarithms in the place of words 0.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void Logarithms(ulong* words, ulong* places, int registers)
    {
        for (; registers > 0; registers--, words += 4 * TLanes.Count, places += TLanes.Count)
            TLanes.Store(
                DoubleFunctions<TLanes, TWords, TDoubles>.LogByTable(
                    TLanes.Load((double*)(words + TLanes.Count)),
                    places
                ),
                (double*)words
            );
    }

    /// <summary>Leaves radii in the place of the logarithms.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void Radii(ulong* words, int registers)
    {
        for (; registers > 0; registers--, words += 4 * TLanes.Count)
        {
            TDoubles log = DoubleFunctions<TLanes, TWords, TDoubles>.Log(
                TLanes.Load((double*)(words + TLanes.Count)),
                TLanes.Load((double*)words)
            );
            TLanes.Store(TLanes.Sqrt(TLanes.Multiply(TLanes.Double(-2), log)), (double*)words);
        }
    }

    /// <summary>Leaves reduced angles in the place of words 2 and 3, quadrants in that of words 1,
    /// and where the table has the angles.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void Reduce(ulong* words, ulong* places, int registers)
    {
        for (; registers > 0; registers--, words += 4 * TLanes.Count, places += TLanes.Count)
        {
            TDoubles u = DoubleUniforms<TLanes, TWords, TDoubles>.Unit(
                TLanes.Load(words + 2 * TLanes.Count),
                TLanes.Load(words + 3 * TLanes.Count)
            );
            TDoubles angle = DoubleFunctions<TLanes, TWords, TDoubles>.Reduce(
                TLanes.Multiply(TLanes.Double(2 * Math.PI), u),
                out TDoubles rest,
                out TWords quadrant
            );
            TLanes.Store(quadrant, words + TLanes.Count);
            TLanes.Store(DoubleFunctions<TLanes, TWords, TDoubles>.AnglePlace(angle), places);
            TLanes.Store(angle, (double*)(words + 2 * TLanes.Count));
            TLanes.Store(rest, (double*)(words + 3 * TLanes.Count));
        }
    }

    /// <summary>Leaves sines and cosines in the place of reduced angles.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void SinCos(ulong* words, ulong* places, int registers)
    {
        for (; registers > 0; registers--, words += 4 * TLanes.Count, places += TLanes.Count)
        {
            DoubleFunctions<TLanes, TWords, TDoubles>.SinCos(
                TLanes.Load((double*)(words + 2 * TLanes.Count)),
                TLanes.Load((double*)(words + 3 * TLanes.Count)),
                TLanes.Load(words + TLanes.Count),
                places,
                out TDoubles sine,
                out TDoubles cosine
            );
            TLanes.Store(sine, (double*)(words + 2 * TLanes.Count));
            TLanes.Store(cosine, (double*)(words + 3 * TLanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(ulong* words, out TDoubles first, out TDoubles second)
    {
        TDoubles radius = TLanes.Load((double*)words),
            sine = TLanes.Load((double*)(words + 2 * TLanes.Count)),
            cosine = TLanes.Load((double*)(words + 3 * TLanes.Count));
        TLanes.Interleave(TLanes.Multiply(sine, radius), TLanes.Multiply(cosine, radius), out first, out second);
    }

    public void Block(ulong* words, double* destination)
    {
        DoubleNormals<ScalarLanes, ulong, double> scalar = default;
        scalar.Prepare(words, 1);
        scalar.Block(words, out destination[0], out destination[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Outside(TDoubles first, TDoubles second)
    {
        uint within = TLanes.Within(first, TLanes.Double(2)) | TLanes.Within(second, TLanes.Double(2)) << TLanes.Count;
        uint outside = ~(within & within >> 1) & 0x5555;
        outside = (outside | outside >> 1) & 0x3333;
        outside = (outside | outside >> 2) & 0x0F0F;
        return (outside | outside >> 4) & ((1u << TLanes.Count) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(Vector128<double> group) =>
        Vector128.LessThan(Vector128.Abs(group), Vector128.Create(2.0)).ExtractMostSignificantBits();

    public static TDoubles Load(double* source) => TLanes.Load(source);

    public static void Store(TDoubles value, double* destination) => TLanes.Store(value, destination);

    public static TDoubles Scale(TDoubles value, TDoubles multiplier, TDoubles addend) =>
        TLanes.Add(TLanes.Multiply(value, multiplier), addend);
}
