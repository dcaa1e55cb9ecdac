using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Consecutive seeds of 32 bits in a register, for scans.</summary>
internal static class SeedLanes<TLanes, TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    /// <summary>This and the next seeds, two to a word of 64 bits.</summary>
    public static TWords From(uint first)
    {
        TWords even = TLanes.Add(TLanes.Word(first), TLanes.ShiftLeft(TLanes.Ascending, 1));
        return TLanes.Or(even, TLanes.ShiftLeft(TLanes.Add(even, TLanes.Word(1)), 32));
    }
}
