namespace Fanwise.Streams;

/// <summary>Whose numbers are drawn: a key and the counter of the first block. No state: element i is a function of the
/// stream and i.</summary>
/// <param name="Key">The 64-bit key; word 0 is its low half.</param>
/// <param name="Counter">The 128-bit counter; word 0 is its lowest quarter.</param>
/// <remarks>Source of the constructions: TensorFlow, core/kernels/stateless_random_ops.cc and
/// core/lib/random/philox_random.h.</remarks>
public readonly record struct PhiloxStream(ulong Key, UInt128 Counter)
{
    /// <summary>How many blocks a kernel of TensorFlow reserves for each element that it draws, whatever the
    /// distribution.</summary>
    public const int BlocksPerElement = 256;

    /// <summary>The key with which TensorFlow scrambles the pair of a stateless operation, so that near seeds do not
    /// give near streams.</summary>
    internal const ulong Scramble = 0x02461e29_3ec8f720;

    /// <summary>The stream of a stateless operation with this seed pair; 32-bit seeds are sign-extended.</summary>
    public static PhiloxStream FromStatelessSeed(long seed0, long seed1)
    {
        (uint x0, uint x1, uint x2, uint x3) = Philox4x32.Block(new UInt128((ulong)seed1, (ulong)seed0), Scramble);
        return new(x0 | (ulong)x1 << 32, new UInt128(x2 | (ulong)x3 << 32, 0));
    }

    /// <summary>The stream of a stateful operation's kernel with these attributes, before its first run. (0, 0) is
    /// nondeterministic in TensorFlow; here it is a stream like any other.</summary>
    public static PhiloxStream FromOperationSeeds(long seed, long seed2) =>
        new((ulong)seed, new UInt128((ulong)seed2, 0));

    /// <summary>The same stream, this many blocks on.</summary>
    public PhiloxStream Skip(UInt128 blocks) => this with { Counter = unchecked(Counter + blocks) };

    /// <summary>The stream of a stateful kernel after a run that drew this many elements.</summary>
    public PhiloxStream AfterRun(long elements) => Skip((UInt128)elements * BlocksPerElement);
}
