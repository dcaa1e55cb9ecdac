using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Words as they come, into scratch memory: for each register of blocks, words 0 of all its blocks, then words
/// 1, 2 and 3.</summary>
internal readonly unsafe struct Words<L, W> : IWordSink<W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    /// <summary>The steps of a batch, that scratch memory holds: at most 4 KiB.</summary>
    public const int Batch = 8;

    public static int Rounds => Philox4x32.Rounds;
    public static int BytesPerBlock => 4 * sizeof(ulong);
    public static W Order => L.Ascending;

    /// <summary>The blocks of a step.</summary>
    public static int Blocks => Blocks<L, W, Words<L, W>>.PerStep;

    /// <summary>The words of 64 bits that scratch memory for a batch needs, with room for two more of each
    /// block.</summary>
    public static int ScratchLength => Batch * 6 * Blocks + Scratch.Slack;

    /// <inheritdoc cref="Blocks{L, W, S}.Consecutive"/>
    public static void Consecutive(PhiloxRun* run, ulong first, uint skip, ulong* words, int steps) =>
        Blocks<L, W, Words<L, W>>.Consecutive(run, first, skip, default, (byte*)words, steps);

    /// <inheritdoc cref="Blocks{L, W, S}.Listed"/>
    public static void Listed(PhiloxRun* run, ulong first, uint skip, ushort* groups, ulong* words, int steps) =>
        Blocks<L, W, Words<L, W>>.Listed(run, first, skip, groups, default, (byte*)words, steps);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(W x0, W x1, W x2, W x3, byte* destination)
    {
        W* words = (W*)destination;
        (words[0], words[1], words[2], words[3]) = (x0, x1, x2, x3);
    }
}
