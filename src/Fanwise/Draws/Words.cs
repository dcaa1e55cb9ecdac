using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Words as they come, into scratch memory: for each register of blocks, words 0 of all its blocks, then words
/// 1, 2 and 3.</summary>
internal readonly unsafe struct Words<TLanes, TWords> : IWordSink<TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    /// <summary>The steps of a batch, that scratch memory holds: at most 4 KiB.</summary>
    public const int Batch = 8;

    public static int Rounds => Philox4x32.Rounds;
    public static int BytesPerBlock => 4 * sizeof(ulong);
    public static TWords Order => TLanes.Ascending;

    /// <summary>The blocks of a step.</summary>
    public static int Blocks => Blocks<TLanes, TWords, Words<TLanes, TWords>>.PerStep;

    /// <summary>The words of 64 bits that scratch memory for a batch needs, with room for two more of each
    /// block.</summary>
    public static int ScratchLength => Batch * 6 * Blocks + Scratch.Slack;

    /// <inheritdoc cref="Blocks{TLanes, TWords, TSink}.Consecutive"/>
    public static void Consecutive(PhiloxRun* run, ulong first, uint skip, ulong* words, int steps) =>
        Blocks<TLanes, TWords, Words<TLanes, TWords>>.Consecutive(run, first, skip, default, (byte*)words, steps);

    /// <inheritdoc cref="Blocks{TLanes, TWords, TSink}.Listed"/>
    public static void Listed(PhiloxRun* run, ulong first, uint skip, ushort* groups, ulong* words, int steps) =>
        Blocks<TLanes, TWords, Words<TLanes, TWords>>.Listed(run, first, skip, groups, default, (byte*)words, steps);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(TWords x0, TWords x1, TWords x2, TWords x3, byte* destination)
    {
        TWords* words = (TWords*)destination;
        words[0] = x0;
        words[1] = x1;
        words[2] = x2;
        words[3] = x3;
    }
}
