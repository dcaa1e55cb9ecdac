using System.Runtime.CompilerServices;

namespace Fanwise.Streams;

/// <summary>The block function Philox4x32-10: four words from a 128-bit counter and a 64-bit key.</summary>
/// <remarks>
/// This is the specification that every vector width is compared with. Source: Salmon et al., "Parallel random numbers:
/// as easy as 1, 2, 3", SC'11; known answers from random123.
/// </remarks>
internal static class Philox4x32
{
    public const int Rounds = 10;

    /// <summary>The multipliers of counter words 0 and 2.</summary>
    public const uint M0 = 0xD2511F53,
        M1 = 0xCD9E8D57;

    /// <summary>What the key is bumped by between rounds: the golden ratio and sqrt(3) - 1.</summary>
    public const uint W0 = 0x9E3779B9,
        W1 = 0xBB67AE85;

    /// <summary>M0 * InverseM0 = M1 * InverseM1 = 1 modulo 2^32.</summary>
    private const uint InverseM0 = 0x991A7CDB,
        InverseM1 = 0x6D7CAE67;

    /// <summary>The four words of one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint X0, uint X1, uint X2, uint X3) Block(UInt128 counter, ulong key)
    {
        ulong low = (ulong)counter,
            high = (ulong)(counter >> 64);
        uint c0 = (uint)low,
            c1 = (uint)(low >> 32),
            c2 = (uint)high,
            c3 = (uint)(high >> 32);
        uint k0 = (uint)key,
            k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)M0 * c0,
                p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>The counter whose block has these four words: for each key, blocks are a permutation of
    /// counters.</summary>
    /// <remarks>The low halves of a round's products are words of its result, and the multipliers are odd, so they have
    /// inverses modulo 2^32.</remarks>
    public static UInt128 CounterOf(uint x0, uint x1, uint x2, uint x3, ulong key)
    {
        uint k0 = (uint)key + unchecked(Rounds * W0),
            k1 = (uint)(key >> 32) + unchecked(Rounds * W1);
        for (int round = 0; round < Rounds; round++)
        {
            k0 -= W0;
            k1 -= W1;
            uint c0 = x3 * InverseM0,
                c2 = x1 * InverseM1;
            (x0, x1, x2, x3) = (c0, x0 ^ k0 ^ (uint)((ulong)M1 * c2 >> 32), c2, x2 ^ k1 ^ (uint)((ulong)M0 * c0 >> 32));
        }

        return new UInt128(x2 | (ulong)x3 << 32, x0 | (ulong)x1 << 32);
    }
}
