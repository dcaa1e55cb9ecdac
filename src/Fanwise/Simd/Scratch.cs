namespace Fanwise.Simd;

/// <summary>Memory on the stack that begins where a cache line does, so that no register of it lies across
/// two.</summary>
internal static unsafe class Scratch
{
    /// <summary>How many words more are asked for than are used.</summary>
    public const int Slack = 8;

    /// <summary>The first cache line's beginning in memory with some slack.</summary>
    public static ulong* Align(ulong* memory) => (ulong*)((nint)memory + 63 & ~63);
}
