using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Blocks of words into scratch memory: for each register of blocks, words 0 of all its blocks, then words 1, 2 and 3.</summary>
internal static unsafe class Words<L, W> where L : struct, IWordLanes<W> where W : struct
{
    /// <summary>The steps of a batch, that scratch memory holds: at most 4 KiB.</summary>
    public const int Batch = 4;

    /// <summary>The blocks of a step: four registers.</summary>
    public static int Blocks => 4 * L.Count;

    /// <summary>The words of 64 bits that scratch memory for a batch needs.</summary>
    public static int ScratchLength => Batch * 4 * Blocks + Scratch.Slack;

    /// <summary>Blocks whose counters' word 0 is <paramref name="first"/> + i * <paramref name="skip"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Consecutive(PhiloxRun* run, ulong first, uint skip, ulong* words, int steps)
    {
        W next = L.Word(skip * (ulong)L.Count), a = L.Add(L.Word(first), L.Product(L.Ascending, L.Word(skip)));
        for (; steps > 0; steps--)
        {
            W b = L.Add(a, next), c = L.Add(b, next), d = L.Add(c, next);
            Step(run, a, b, c, d, words);
            words += 4 * Blocks;
            a = L.Add(d, next);
        }
    }

    /// <summary>Blocks whose counters' word 0 is <paramref name="first"/> + <paramref name="groups"/>[i] * <paramref name="skip"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Listed(PhiloxRun* run, ulong first, uint skip, ushort* groups, ulong* words, int steps)
    {
        W start = L.Word(first), factor = L.Word(skip);
        for (; steps > 0; steps--)
        {
            W a = L.Add(L.Product(L.LoadIndices(groups), factor), start), b = L.Add(L.Product(L.LoadIndices(groups + L.Count), factor), start);
            W c = L.Add(L.Product(L.LoadIndices(groups + 2 * L.Count), factor), start), d = L.Add(L.Product(L.LoadIndices(groups + 3 * L.Count), factor), start);
            Step(run, a, b, c, d, words);
            groups += Blocks;
            words += 4 * Blocks;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(PhiloxRun* run, W a, W b, W c, W d, ulong* words)
    {
        PhiloxRun.FourBlocks<L, W>(run, a, b, c, d, Philox4x32.Rounds,
            out W a0, out W a1, out W a2, out W a3, out W b0, out W b1, out W b2, out W b3,
            out W c0, out W c1, out W c2, out W c3, out W d0, out W d1, out W d2, out W d3);
        Store(a0, a1, a2, a3, words);
        Store(b0, b1, b2, b3, words + 4 * L.Count);
        Store(c0, c1, c2, c3, words + 8 * L.Count);
        Store(d0, d1, d2, d3, words + 12 * L.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(W x0, W x1, W x2, W x3, ulong* words)
    {
        L.Store(x0, words);
        L.Store(x1, words + L.Count);
        L.Store(x2, words + 2 * L.Count);
        L.Store(x3, words + 3 * L.Count);
    }
}
