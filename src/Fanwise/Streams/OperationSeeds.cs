using System.Numerics;

namespace Fanwise.Streams;

/// <summary>From a global seed and an operation's seed to the pair that TensorFlow's stateful operations get
/// (<c>random_seed.get_seed</c>).</summary>
/// <remarks>Source: TensorFlow, python/framework/random_seed.py.</remarks>
public static class OperationSeeds
{
    /// <summary>Seeds are reduced modulo this, 2^31 - 1; the result is not negative.</summary>
    public const int Modulus = int.MaxValue;

    /// <summary>The global seed of an operation that has a seed where the graph or the context has none.</summary>
    public const int DefaultGlobalSeed = 87654321;

    /// <summary>The pair of an operation; null where neither seed is set, so that TensorFlow would draw from the
    /// machine's entropy.</summary>
    /// <param name="globalSeed">The graph's or the context's seed.</param>
    /// <param name="operationSeed">The operation's own seed.</param>
    /// <param name="derive">The seed that an operation without one of its own takes; asked only where it is
    /// needed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="derive"/> is null.</exception>
    public static (long Seed, long Seed2)? Pair(BigInteger? globalSeed, BigInteger? operationSeed, Func<long> derive)
    {
        ArgumentNullException.ThrowIfNull(derive);
        if (globalSeed is null && operationSeed is null)
            return null;
        long seed = globalSeed is { } global ? Truncate(global) : DefaultGlobalSeed;
        long seed2 = operationSeed is { } own ? Truncate(own) : Truncate(derive());
        return (seed, seed2) is (0, 0) ? (0, Modulus) : (seed, seed2); // (0, 0) would mean the machine's entropy
    }

    /// <summary>Python's remainder is never negative.</summary>
    private static long Truncate(BigInteger seed) => (long)((seed % Modulus + Modulus) % Modulus);
}
