using System.Numerics;

namespace Fanwise.Streams;

/// <summary>CPython's <c>hash</c> of integers and of tuples of them (3.8 and later, 64 bits), which tf.keras folds into
/// a shard's seed.</summary>
/// <remarks>Source: CPython, Objects/tupleobject.c (after xxHash, Collet) and Python/pyhash.c.</remarks>
public static class PythonHash
{
    private const ulong Prime1 = 11400714785074694791,
        Prime2 = 14029467366897019727,
        Prime5 = 2870177450012600261;
    private const long Mersenne = (1L << 61) - 1;

    /// <summary><c>hash(value)</c>.</summary>
    public static long Of(long value) => value % Mersenne is var hash && hash == -1 ? -2 : hash;

    /// <summary><c>hash(tuple(values))</c>.</summary>
    public static long Of(ReadOnlySpan<long> values)
    {
        ulong sum = Prime5;
        foreach (long value in values)
            sum = BitOperations.RotateLeft(unchecked(sum + (ulong)Of(value) * Prime2), 31) * Prime1;
        sum += (ulong)values.Length ^ Prime5 ^ 3527539;
        return sum == ulong.MaxValue ? 1546275796 : (long)sum;
    }
}
