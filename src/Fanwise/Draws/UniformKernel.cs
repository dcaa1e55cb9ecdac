using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Uniforms on [0, 1) in single precision, scaled: <c>destination[i] = u * multiplier + addend</c>.</summary>
/// <param name="fraction">Ones for the bits of a word that become the fraction of a number in [1, 2), from which 1 is taken.</param>
/// <param name="multiplier">The range, in every lane.</param>
/// <param name="addend">The lower bound, in every lane.</param>
internal readonly unsafe struct UniformKernel<L, W, D, F>(uint fraction, F multiplier, F addend) : IKernel<float>
    where L : struct, ILanes<W, D, F> where W : struct where D : struct where F : struct
{
    public static int GroupSize => 4;
    public static uint Skip => 1;

    /// <summary>Four registers of counters, four words each.</summary>
    public static int Step => 16 * L.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(PhiloxRun* run, float* destination, nint steps)
    {
        W next = L.Word((ulong)L.Count), a = L.Add(L.Word(run->First), L.Ascending);
        Finish finish = new(run, fraction, multiplier, addend);
        for (; steps > 0; steps--)
        {
            W b = L.Add(a, next), c = L.Add(b, next), d = L.Add(c, next);
            PhiloxRun.FourBlocks<L, W>(run, a, b, c, d, Philox4x32.Rounds - 1,
                out W a0, out W a1, out W a2, out W a3, out W b0, out W b1, out W b2, out W b3,
                out W c0, out W c1, out W c2, out W c3, out W d0, out W d1, out W d2, out W d3);
            finish.Store(a0, a1, a2, a3, destination);
            finish.Store(b0, b1, b2, b3, destination + 4 * L.Count);
            finish.Store(c0, c1, c2, c3, destination + 8 * L.Count);
            finish.Store(d0, d1, d2, d3, destination + 12 * L.Count);
            destination += Step;
            a = L.Add(d, next);
        }
    }

    /// <summary>The last round and all that follows; the bits of 1 ride on the round's keys.</summary>
    private readonly struct Finish(PhiloxRun* run, uint fraction, F multiplier, F addend)
    {
        private readonly W _mask = L.Word(fraction | (ulong)fraction << 32), _low = L.Word(uint.MaxValue);
        private readonly W _key0 = L.Word(0x3F800000_3F800000 | run->Keys[18] & fraction), _key1 = L.Word(0x3F800000_3F800000 | run->Keys[19] & fraction);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store(W x0, W x1, W x2, W x3, float* destination)
        {
            W product0 = L.Product(x0, L.Word(Philox4x32.M0)), product1 = L.Product(x2, L.Word(Philox4x32.M1));
            // Words 0 and 1 of the result in one lane, words 2 and 3 in another.
            W pair0 = L.MaskedXor(L.XorMasked(L.SwapHalves(product1), x1, _low), _mask, _key0);
            W pair1 = L.MaskedXor(L.XorMasked(L.SwapHalves(product0), x3, _low), _mask, _key1);
            L.Interleave(pair0, pair1, out W first, out W second);
            Store(L.AsSingles(first), destination);
            Store(L.AsSingles(second), destination + 2 * L.Count);
        }

        /// <summary>Two roundings, never a fused one: the reference has two operations.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Store(F oneToTwo, float* destination) =>
            L.Store(L.Add(L.Multiply(L.Subtract(oneToTwo, L.Single(1)), multiplier), addend), destination);
    }
}
