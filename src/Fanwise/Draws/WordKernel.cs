using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>The words of a stream as they are: integers of 32 bits, and in pairs, the low one first, of 64.</summary>
internal readonly unsafe struct WordKernel<L, W> : IKernel<uint> where L : struct, IWordLanes<W> where W : struct
{
    public static int GroupSize => 4;
    public static uint Skip => 1;
    public static int Step => 16 * L.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(PhiloxRun* run, uint* destination, nint steps)
    {
        W next = L.Word((ulong)L.Count), a = L.Add(L.Word(run->First), L.Ascending);
        for (; steps > 0; steps--)
        {
            W b = L.Add(a, next), c = L.Add(b, next), d = L.Add(c, next);
            PhiloxRun.FourBlocks<L, W>(run, a, b, c, d, Philox4x32.Rounds,
                out W a0, out W a1, out W a2, out W a3, out W b0, out W b1, out W b2, out W b3,
                out W c0, out W c1, out W c2, out W c3, out W d0, out W d1, out W d2, out W d3);
            Store(a0, a1, a2, a3, destination);
            Store(b0, b1, b2, b3, destination + 4 * L.Count);
            Store(c0, c1, c2, c3, destination + 8 * L.Count);
            Store(d0, d1, d2, d3, destination + 12 * L.Count);
            destination += Step;
            a = L.Add(d, next);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(W x0, W x1, W x2, W x3, uint* destination)
    {
        W low = L.Word(uint.MaxValue);
        L.Interleave(L.MaskedOr(x0, low, L.ShiftLeft(x1, 32)), L.MaskedOr(x2, low, L.ShiftLeft(x3, 32)), out W first, out W second);
        L.Store(first, (ulong*)destination);
        L.Store(second, (ulong*)(destination + 2 * L.Count));
    }
}
