using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>Normals in single precision by Box and Muller's transform of 1958: r = sqrt(-2 ln u1), r sin(2 pi u2) and r cos(2 pi u2).</summary>
/// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
/// <param name="doubleLogarithm">Whether logarithm and root are taken in double, as TensorFlow did up to 1.2.</param>
internal readonly unsafe struct SingleNormals<L, W, D, F>(double* table, bool doubleLogarithm) : INormals<F, float>
    where L : struct, ILanes<W, D, F> where W : struct where D : struct where F : struct
{
    public static int GroupSize => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(ulong* words, out F first, out F second)
    {
        D k0 = SingleFunctions<L, W, D, F>.Fraction(L.Load(words)), k1 = SingleFunctions<L, W, D, F>.Fraction(L.Load(words + 2 * L.Count));
        F radius;
        if (doubleLogarithm)
            radius = DoubleRadius(k0, k1);
        else
            radius = L.Sqrt(L.Narrow(SingleFunctions<L, W, D, F>.MinusTwiceLog(table, k0), SingleFunctions<L, W, D, F>.MinusTwiceLog(table, k1)));
        SingleFunctions<L, W, D, F>.SinCos(SingleFunctions<L, W, D, F>.Fraction(L.Load(words + L.Count)), out D sine0, out D cosine0, out W quadrant0);
        SingleFunctions<L, W, D, F>.SinCos(SingleFunctions<L, W, D, F>.Fraction(L.Load(words + 3 * L.Count)), out D sine1, out D cosine1, out W quadrant1);
        F sine = L.Narrow(sine0, sine1), cosine = L.Narrow(cosine0, cosine1);
        SingleFunctions<L, W, D, F>.Turn(L.NarrowWords(quadrant0, quadrant1), ref sine, ref cosine);
        L.InterleavePairs(L.Multiply(sine, radius), L.Multiply(cosine, radius), out first, out second);
    }

    /// <summary>Not inlined: it would take the other way's registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static F DoubleRadius(D k0, D k1) => L.Narrow(Radius(k0), Radius(k1));

    private static D Radius(D k) =>
        L.Sqrt(L.Multiply(L.Double(-2), DoubleFunctions<L, W, D>.Log(L.Max(L.Multiply(k, L.Double(1 / 8388608.0)), L.Double((double)1e-7f)))));

    public void Block(ulong* words, float* destination)
    {
        new SingleNormals<ScalarLanes, ulong, double, Pair>(table, doubleLogarithm).Block(words, out Pair first, out Pair second);
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

    public static bool IsWithin(float normal) => MathF.Abs(normal) < 2;
    public static F Load(float* source) => L.Load(source);
    public static void Store(F value, float* destination) => L.Store(value, destination);
    public static F Scale(F value, F multiplier, F addend) => L.Add(L.Multiply(value, multiplier), addend);
}
