using System.Runtime.CompilerServices;

namespace Fanwise.Streams;

/// <summary>The block function Philox4x32-10: four words from a 128-bit counter and a 64-bit key.</summary>
/// <remarks>
/// This is the specification that every vector width is compared with. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11; known answers from random123.
/// </remarks>
internal static class Philox4x32
{
    public const int Rounds = 10;

    /// <summary>The multipliers of counter words 0 and 2.</summary>
    public const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57;

    /// <summary>What the key is bumped by between rounds: the golden ratio and sqrt(3) - 1.</summary>
    public const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>The four words of one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint X0, uint X1, uint X2, uint X3) Block(UInt128 counter, ulong key)
    {
        ulong low = (ulong)counter, high = (ulong)(counter >> 64);
        uint c0 = (uint)low, c1 = (uint)(low >> 32), c2 = (uint)high, c3 = (uint)(high >> 32);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)M0 * c0, p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }

        return (c0, c1, c2, c3);
    }
}
