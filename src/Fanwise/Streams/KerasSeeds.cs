namespace Fanwise.Streams;

/// <summary>What an integer seed means to Keras 3 on TensorFlow.</summary>
public static class KerasSeeds
{
    /// <summary>Keras reduces both halves of a seed pair modulo this, 2^31 - 2, before they reach TensorFlow.</summary>
    public const long Modulus = 2147483646;

    /// <summary>The stream of the pair [<paramref name="seed"/>, <paramref name="use"/>]: an integer seed always has
    /// use 0; the n-th use of a SeedGenerator has n - 1.</summary>
    public static PhiloxStream Stream(long seed, long use = 0) =>
        PhiloxStream.FromStatelessSeed(FloorModulo(seed), FloorModulo(use));

    private static long FloorModulo(long value) => (value % Modulus + Modulus) % Modulus;
}
