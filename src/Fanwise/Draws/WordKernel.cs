using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>The words of a stream as they are: integers of 32 bits, and in pairs, the low one first, of 64.</summary>
internal readonly unsafe struct WordKernel<TLanes, TWords> : IKernel<uint>, IWordSink<TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    public static int GroupSize => 4;
    public static uint Skip => 1;
    public static int Step => 4 * Blocks<TLanes, TWords, WordKernel<TLanes, TWords>>.PerStep;
    public static int Rounds => Philox4x32.Rounds;
    public static int BytesPerBlock => 4 * sizeof(uint);
    public static TWords Order => TLanes.Woven;

    public void Fill(PhiloxRun* run, uint* destination, nint steps) =>
        Blocks<TLanes, TWords, WordKernel<TLanes, TWords>>.Consecutive(
            run,
            run->First,
            Skip,
            this,
            (byte*)destination,
            steps
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(TWords x0, TWords x1, TWords x2, TWords x3, byte* destination)
    {
        TWords low = TLanes.Word(uint.MaxValue);
        TLanes.Weave(
            TLanes.MaskedOr(x0, low, TLanes.ShiftLeft(x1, 32)),
            TLanes.MaskedOr(x2, low, TLanes.ShiftLeft(x3, 32)),
            out TWords first,
            out TWords second
        );
        TWords* words = (TWords*)destination;
        (words[0], words[1]) = (first, second);
    }
}
