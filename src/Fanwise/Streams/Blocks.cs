using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Takes the words of blocks, a register of blocks at a time.</summary>
internal unsafe interface IWordSink<TWords>
    where TWords : unmanaged
{
    /// <summary>The rounds after which it takes them.</summary>
    public static abstract int Rounds { get; }

    /// <summary>The bytes that it makes of a block.</summary>
    public static abstract int BytesPerBlock { get; }

    /// <summary>In which order the blocks of a register are in its lanes.</summary>
    public static abstract TWords Order { get; }

    /// <summary>Makes something of a register of blocks.</summary>
    public void Take(TWords x0, TWords x1, TWords x2, TWords x3, byte* destination);
}

/// <summary>Blocks of a run, in steps of four registers: one alone would wait for its own multiplications.</summary>
/// <typeparam name="TLanes">The lanes.</typeparam>
/// <typeparam name="TWords">Their words.</typeparam>
/// <typeparam name="TSink">What takes the words.</typeparam>
internal static unsafe class Blocks<TLanes, TWords, TSink>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
    where TSink : struct, IWordSink<TWords>
{
    /// <summary>The blocks of a step.</summary>
    public static int PerStep => 4 * TLanes.Count;

    /// <summary>Room for words 1 and 3 of four registers of blocks, where they are in memory: registers of up to 256
    /// bits.</summary>
    private const int ScratchLength = 8 * 4 + Scratch.Slack;

    /// <summary>Blocks whose counters' word 0 is <paramref name="first"/> + i * <paramref name="skip"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(Compilation.AtOnce)]
    public static void Consecutive(PhiloxRun* run, ulong first, uint skip, TSink sink, byte* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[ScratchLength],
            scratch = Scratch.Align(memory);
        TWords next = TLanes.Word(skip * (ulong)TLanes.Count),
            a = TLanes.Add(TLanes.Word(first), TLanes.Product(TSink.Order, TLanes.Word(skip)));
        for (; steps > 0; steps--)
        {
            TWords b = TLanes.Add(a, next),
                c = TLanes.Add(b, next),
                d = TLanes.Add(c, next);
            Step(run, a, b, c, d, sink, destination, scratch);
            destination += PerStep * TSink.BytesPerBlock;
            a = TLanes.Add(d, next);
        }
    }

    /// <summary>Blocks whose counters' word 0 is <paramref name="first"/> + <paramref name="groups"/>[i] *
    /// <paramref name="skip"/>, in the lanes' own order.</summary>
    [SkipLocalsInit]
    [MethodImpl(Compilation.AtOnce)]
    public static void Listed(
        PhiloxRun* run,
        ulong first,
        uint skip,
        ushort* groups,
        TSink sink,
        byte* destination,
        nint steps
    )
    {
        ulong* memory = stackalloc ulong[ScratchLength],
            scratch = Scratch.Align(memory);
        TWords start = TLanes.Word(first),
            factor = TLanes.Word(skip);
        for (; steps > 0; steps--)
        {
            TWords a = TLanes.Add(TLanes.Product(TLanes.LoadIndices(groups), factor), start),
                b = TLanes.Add(TLanes.Product(TLanes.LoadIndices(groups + TLanes.Count), factor), start);
            TWords c = TLanes.Add(TLanes.Product(TLanes.LoadIndices(groups + 2 * TLanes.Count), factor), start),
                d = TLanes.Add(TLanes.Product(TLanes.LoadIndices(groups + 3 * TLanes.Count), factor), start);
            Step(run, a, b, c, d, sink, destination, scratch);
            groups += PerStep;
            destination += PerStep * TSink.BytesPerBlock;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        PhiloxRun* run,
        TWords counterA,
        TWords counterB,
        TWords counterC,
        TWords counterD,
        TSink sink,
        byte* destination,
        ulong* scratch
    )
    {
        ulong* keys = run->Keys + 4,
            end = run->Keys + 2 * TSink.Rounds;
        if (TLanes.HasFewRegisters)
        {
            TWords* a13 = (TWords*)scratch,
                b13 = a13 + 2,
                c13 = a13 + 4,
                d13 = a13 + 6;
            PhiloxRun.Begin<TLanes, TWords>(run, counterA, out TWords a0, out TWords a2, a13);
            PhiloxRun.Begin<TLanes, TWords>(run, counterB, out TWords b0, out TWords b2, b13);
            PhiloxRun.Begin<TLanes, TWords>(run, counterC, out TWords c0, out TWords c2, c13);
            PhiloxRun.Begin<TLanes, TWords>(run, counterD, out TWords d0, out TWords d2, d13);
            for (; keys < end; keys += 2)
            {
                TWords key0 = TLanes.Word(keys[0]),
                    key1 = TLanes.Word(keys[1]);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref a0, ref a2, a13);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref b0, ref b2, b13);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref c0, ref c2, c13);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref d0, ref d2, d13);
            }

            sink.Take(a0, a13[0], a2, a13[1], destination);
            sink.Take(b0, b13[0], b2, b13[1], destination + TLanes.Count * TSink.BytesPerBlock);
            sink.Take(c0, c13[0], c2, c13[1], destination + 2 * TLanes.Count * TSink.BytesPerBlock);
            sink.Take(d0, d13[0], d2, d13[1], destination + 3 * TLanes.Count * TSink.BytesPerBlock);
        }
        else
        {
            PhiloxRun.Begin<TLanes, TWords>(run, counterA, out TWords a0, out TWords a1, out TWords a2, out TWords a3);
            PhiloxRun.Begin<TLanes, TWords>(run, counterB, out TWords b0, out TWords b1, out TWords b2, out TWords b3);
            PhiloxRun.Begin<TLanes, TWords>(run, counterC, out TWords c0, out TWords c1, out TWords c2, out TWords c3);
            PhiloxRun.Begin<TLanes, TWords>(run, counterD, out TWords d0, out TWords d1, out TWords d2, out TWords d3);
            for (; keys < end; keys += 2)
            {
                TWords key0 = TLanes.Word(keys[0]),
                    key1 = TLanes.Word(keys[1]);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref a0, ref a1, ref a2, ref a3);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref b0, ref b1, ref b2, ref b3);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref c0, ref c1, ref c2, ref c3);
                PhiloxRun.Round<TLanes, TWords>(key0, key1, ref d0, ref d1, ref d2, ref d3);
            }

            sink.Take(a0, a1, a2, a3, destination);
            sink.Take(b0, b1, b2, b3, destination + TLanes.Count * TSink.BytesPerBlock);
            sink.Take(c0, c1, c2, c3, destination + 2 * TLanes.Count * TSink.BytesPerBlock);
            sink.Take(d0, d1, d2, d3, destination + 3 * TLanes.Count * TSink.BytesPerBlock);
        }
    }
}
