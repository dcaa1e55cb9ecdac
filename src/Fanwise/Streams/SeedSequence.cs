using System.Numerics;

namespace Fanwise.Streams;

/// <summary>NumPy's <c>SeedSequence</c>: from integers of any size to the state of a generator.</summary>
/// <remarks>Source: numpy/random/bit_generator.pyx, after M. O'Neill's seed_seq_fe.</remarks>
internal static class SeedSequence
{
    private const uint InitA = 0x43B0D7E5,
        MultiplierA = 0x931E8875,
        InitB = 0x8B51F9DD,
        MultiplierB = 0x58F38DED,
        MixLeft = 0xCA01F9DD,
        MixRight = 0x4973F715;

    private const int Pool = 4;

    /// <summary>The words of integers, the low ones first; 0 is one word.</summary>
    /// <exception cref="InitializerException">An integer is negative.</exception>
    public static uint[] Words(ReadOnlySpan<BigInteger> entropy)
    {
        List<uint> words = [];
        foreach (BigInteger number in entropy)
        {
            if (number.Sign < 0)
                throw new InitializerException($"NumPy's seeds are not negative; received {number}.");
            BigInteger rest = number;
            do
            {
                words.Add((uint)(rest & uint.MaxValue));
                rest >>= 32;
            } while (!rest.IsZero);
        }

        return [.. words];
    }

    /// <summary>So many words of state.</summary>
    public static uint[] Generate(ReadOnlySpan<uint> entropy, int count)
    {
        Span<uint> pool = stackalloc uint[Pool];
        uint hash = InitA;
        for (int i = 0; i < Pool; i++)
            pool[i] = Hash(i < entropy.Length ? entropy[i] : 0, ref hash);
        for (int source = 0; source < Pool; source++)
        for (int target = 0; target < Pool; target++)
            if (source != target)
                pool[target] = Mix(pool[target], Hash(pool[source], ref hash));
        for (int i = Pool; i < entropy.Length; i++)
        for (int target = 0; target < Pool; target++)
            pool[target] = Mix(pool[target], Hash(entropy[i], ref hash));

        uint[] state = new uint[count];
        hash = InitB;
        for (int i = 0; i < count; i++)
        {
            uint value = pool[i % Pool] ^ hash;
            hash *= MultiplierB;
            value *= hash;
            state[i] = value ^ value >> 16;
        }

        return state;
    }

    private static uint Hash(uint value, ref uint hash)
    {
        value ^= hash;
        hash *= MultiplierA;
        value *= hash;
        return value ^ value >> 16;
    }

    private static uint Mix(uint x, uint y)
    {
        uint result = MixLeft * x - MixRight * y;
        return result ^ result >> 16;
    }
}
