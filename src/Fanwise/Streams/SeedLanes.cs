using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Consecutive seeds of 32 bits in a register, for scans.</summary>
internal static class SeedLanes<L, W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    /// <summary>This and the next seeds, two to a word of 64 bits.</summary>
    public static W From(uint first)
    {
        W even = L.Add(L.Word(first), L.ShiftLeft(L.Ascending, 1));
        return L.Or(even, L.ShiftLeft(L.Add(even, L.Word(1)), 32));
    }
}
