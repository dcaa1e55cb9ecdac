using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>The words of a stream as they are: integers of 32 bits, and in pairs, the low one first, of 64.</summary>
internal readonly unsafe struct WordKernel<L, W> : IKernel<uint>, IWordSink<W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    public static int GroupSize => 4;
    public static uint Skip => 1;
    public static int Step => 4 * Blocks<L, W, WordKernel<L, W>>.PerStep;
    public static int Rounds => Philox4x32.Rounds;
    public static int BytesPerBlock => 4 * sizeof(uint);
    public static W Order => L.Woven;

    public void Fill(PhiloxRun* run, uint* destination, nint steps) =>
        Blocks<L, W, WordKernel<L, W>>.Consecutive(run, run->First, Skip, this, (byte*)destination, steps);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(W x0, W x1, W x2, W x3, byte* destination)
    {
        W low = L.Word(uint.MaxValue);
        L.Weave(
            L.MaskedOr(x0, low, L.ShiftLeft(x1, 32)),
            L.MaskedOr(x2, low, L.ShiftLeft(x3, 32)),
            out W first,
            out W second
        );
        W* words = (W*)destination;
        (words[0], words[1]) = (first, second);
    }
}
