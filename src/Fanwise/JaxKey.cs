using Fanwise.Streams;

namespace Fanwise;

/// <summary>A key of <c>jax.random</c>: two words of 32 bits. Immutable; each draw takes a key of its own.</summary>
/// <param name="First">The first word.</param>
/// <param name="Second">The second word.</param>
public readonly record struct JaxKey(uint First, uint Second)
{
    /// <summary>Whether counters are arranged as with <c>jax_threefry_partitionable=False</c>, JAX's default before
    /// 0.5.</summary>
    public bool Original { get; init; }

    internal ThreefryStream Stream => new(First, Second, Original);

    /// <summary><c>jax.random.key(seed)</c> as JAX is by default: the low 32 bits of the seed count.</summary>
    public static JaxKey Of(long seed) => new(0, (uint)seed);

    /// <summary><c>jax.random.key(seed)</c> with <c>jax_enable_x64</c>: all 64 bits of the seed count.</summary>
    public static JaxKey Of64(long seed) => new((uint)(seed >> 32), (uint)seed);

    /// <summary>Key <paramref name="index"/> of <c>jax.random.split(key, count)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the count.</exception>
    public JaxKey Split(long count, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return Of(Stream.Split(count, index));
    }

    /// <summary><c>jax.random.fold_in(key, data)</c>: the low 32 bits of the number count.</summary>
    public JaxKey FoldIn(long data) => Of(Stream.FoldIn((uint)data));

    private static JaxKey Of(ThreefryStream stream) => new(stream.Key0, stream.Key1) { Original = stream.Original };
}
