using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Takes the words of blocks, a register of blocks at a time.</summary>
internal unsafe interface IWordSink<W>
    where W : unmanaged
{
    /// <summary>The rounds after which it takes them.</summary>
    public static abstract int Rounds { get; }

    /// <summary>The bytes that it makes of a block.</summary>
    public static abstract int BytesPerBlock { get; }

    /// <summary>In which order the blocks of a register are in its lanes.</summary>
    public static abstract W Order { get; }

    /// <summary>Makes something of a register of blocks.</summary>
    public void Take(W x0, W x1, W x2, W x3, byte* destination);
}

/// <summary>Blocks of a run, in steps of four registers: one alone would wait for its own multiplications.</summary>
/// <typeparam name="L">The lanes.</typeparam>
/// <typeparam name="W">Their words.</typeparam>
/// <typeparam name="S">What takes the words.</typeparam>
internal static unsafe class Blocks<L, W, S>
    where L : struct, IWordLanes<W>
    where W : unmanaged
    where S : struct, IWordSink<W>
{
    /// <summary>The blocks of a step.</summary>
    public static int PerStep => 4 * L.Count;

    /// <summary>Room for words 1 and 3 of four registers of blocks, where they are in memory: registers of up to 256
    /// bits.</summary>
    private const int ScratchLength = 8 * 4 + Scratch.Slack;

    /// <summary>Blocks whose counters' word 0 is <paramref name="first"/> + i * <paramref name="skip"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Consecutive(PhiloxRun* run, ulong first, uint skip, S sink, byte* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[ScratchLength],
            scratch = Scratch.Align(memory);
        W next = L.Word(skip * (ulong)L.Count),
            a = L.Add(L.Word(first), L.Product(S.Order, L.Word(skip)));
        for (; steps > 0; steps--)
        {
            W b = L.Add(a, next),
                c = L.Add(b, next),
                d = L.Add(c, next);
            Step(run, a, b, c, d, sink, destination, scratch);
            destination += PerStep * S.BytesPerBlock;
            a = L.Add(d, next);
        }
    }

    /// <summary>Blocks whose counters' word 0 is <paramref name="first"/> + <paramref name="groups"/>[i] *
    /// <paramref name="skip"/>, in the lanes' own order.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Listed(
        PhiloxRun* run,
        ulong first,
        uint skip,
        ushort* groups,
        S sink,
        byte* destination,
        nint steps
    )
    {
        ulong* memory = stackalloc ulong[ScratchLength],
            scratch = Scratch.Align(memory);
        W start = L.Word(first),
            factor = L.Word(skip);
        for (; steps > 0; steps--)
        {
            W a = L.Add(L.Product(L.LoadIndices(groups), factor), start),
                b = L.Add(L.Product(L.LoadIndices(groups + L.Count), factor), start);
            W c = L.Add(L.Product(L.LoadIndices(groups + 2 * L.Count), factor), start),
                d = L.Add(L.Product(L.LoadIndices(groups + 3 * L.Count), factor), start);
            Step(run, a, b, c, d, sink, destination, scratch);
            groups += PerStep;
            destination += PerStep * S.BytesPerBlock;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        PhiloxRun* run,
        W counterA,
        W counterB,
        W counterC,
        W counterD,
        S sink,
        byte* destination,
        ulong* scratch
    )
    {
        ulong* keys = run->Keys + 4,
            end = run->Keys + 2 * S.Rounds;
        if (L.HasFewRegisters)
        {
            W* a13 = (W*)scratch,
                b13 = a13 + 2,
                c13 = a13 + 4,
                d13 = a13 + 6;
            PhiloxRun.Begin<L, W>(run, counterA, out W a0, out W a2, a13);
            PhiloxRun.Begin<L, W>(run, counterB, out W b0, out W b2, b13);
            PhiloxRun.Begin<L, W>(run, counterC, out W c0, out W c2, c13);
            PhiloxRun.Begin<L, W>(run, counterD, out W d0, out W d2, d13);
            for (; keys < end; keys += 2)
            {
                W key0 = L.Word(keys[0]),
                    key1 = L.Word(keys[1]);
                PhiloxRun.Round<L, W>(key0, key1, ref a0, ref a2, a13);
                PhiloxRun.Round<L, W>(key0, key1, ref b0, ref b2, b13);
                PhiloxRun.Round<L, W>(key0, key1, ref c0, ref c2, c13);
                PhiloxRun.Round<L, W>(key0, key1, ref d0, ref d2, d13);
            }

            sink.Take(a0, a13[0], a2, a13[1], destination);
            sink.Take(b0, b13[0], b2, b13[1], destination + L.Count * S.BytesPerBlock);
            sink.Take(c0, c13[0], c2, c13[1], destination + 2 * L.Count * S.BytesPerBlock);
            sink.Take(d0, d13[0], d2, d13[1], destination + 3 * L.Count * S.BytesPerBlock);
        }
        else
        {
            PhiloxRun.Begin<L, W>(run, counterA, out W a0, out W a1, out W a2, out W a3);
            PhiloxRun.Begin<L, W>(run, counterB, out W b0, out W b1, out W b2, out W b3);
            PhiloxRun.Begin<L, W>(run, counterC, out W c0, out W c1, out W c2, out W c3);
            PhiloxRun.Begin<L, W>(run, counterD, out W d0, out W d1, out W d2, out W d3);
            for (; keys < end; keys += 2)
            {
                W key0 = L.Word(keys[0]),
                    key1 = L.Word(keys[1]);
                PhiloxRun.Round<L, W>(key0, key1, ref a0, ref a1, ref a2, ref a3);
                PhiloxRun.Round<L, W>(key0, key1, ref b0, ref b1, ref b2, ref b3);
                PhiloxRun.Round<L, W>(key0, key1, ref c0, ref c1, ref c2, ref c3);
                PhiloxRun.Round<L, W>(key0, key1, ref d0, ref d1, ref d2, ref d3);
            }

            sink.Take(a0, a1, a2, a3, destination);
            sink.Take(b0, b1, b2, b3, destination + L.Count * S.BytesPerBlock);
            sink.Take(c0, c1, c2, c3, destination + 2 * L.Count * S.BytesPerBlock);
            sink.Take(d0, d1, d2, d3, destination + 3 * L.Count * S.BytesPerBlock);
        }
    }
}
