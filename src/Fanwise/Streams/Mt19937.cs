using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>The Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), a word at a time: the
/// specification.</summary>
/// <remarks>
/// Its words are a linear recurrence: x[0..623] is the seeded state, and word n of the stream is the tempered
/// x[624 + n]. A window of 624 words x[n..n + 623] makes all that follow, so that there is no cursor but n.
/// </remarks>
internal static unsafe class Mt19937
{
    /// <summary>The words of a window.</summary>
    public const int Size = 624;

    /// <summary>How far into the window the third term of the recurrence lies.</summary>
    public const int Middle = 397;

    public const uint Matrix = 0x9908B0DF,
        UpperBit = 0x80000000,
        LowerBits = 0x7FFFFFFF;

    public const uint TemperB = 0x9D2C5680,
        TemperC = 0xEFC60000;

    /// <summary>What <c>init_genrand</c> multiplies by.</summary>
    public const uint SeedMultiplier = 1812433253;

    /// <summary>The window of a seed: the authors' <c>init_genrand</c> of 2002.</summary>
    public static void Seed(uint seed, uint* window)
    {
        window[0] = seed;
        for (uint j = 1; j < Size; j++)
            window[j] = SeedMultiplier * (window[j - 1] ^ window[j - 1] >> 30) + j;
    }

    /// <summary>The window of a sequence: the authors' <c>init_by_array</c>.</summary>
    public static void Seed(ReadOnlySpan<uint> key, uint* window)
    {
        const uint First = 19650218,
            Mix1 = 1664525,
            Mix2 = 1566083941;
        Seed(First, window);
        uint i = 1,
            j = 0;
        for (int left = Math.Max(Size, key.Length); left > 0; left--)
        {
            window[i] = (window[i] ^ (window[i - 1] ^ window[i - 1] >> 30) * Mix1) + key[(int)j] + j;
            Next(window, ref i);
            j = (j + 1) % (uint)key.Length;
        }

        for (int left = Size - 1; left > 0; left--)
        {
            window[i] = (window[i] ^ (window[i - 1] ^ window[i - 1] >> 30) * Mix2) - i;
            Next(window, ref i);
        }

        window[0] = UpperBit;
    }

    private static void Next(uint* window, ref uint i)
    {
        if (++i < Size)
            return;
        window[0] = window[Size - 1];
        i = 1;
    }

    /// <summary>The word after a window.</summary>
    public static uint Next(uint* window)
    {
        uint y = (window[0] & UpperBit) | (window[1] & LowerBits);
        return window[Middle] ^ y >> 1 ^ ((y & 1) != 0 ? Matrix : 0);
    }

    /// <summary>What the generator gives for a word of the recurrence.</summary>
    public static uint Temper(uint y)
    {
        y ^= y >> 11;
        y ^= y << 7 & TemperB;
        y ^= y << 15 & TemperC;
        return y ^ y >> 18;
    }
}

/// <summary>The same over lanes.</summary>
internal static unsafe class Mt19937Lanes<TLanes, TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    /// <summary>Both 32-bit halves of a word.</summary>
    private const ulong Both = 0x00000001_00000001;

    /// <summary>Puts <paramref name="count"/> words behind the window at <paramref name="window"/>.</summary>
    /// <param name="window">624 words, with room for as many more as asked for.</param>
    /// <param name="count">A multiple of 16, the words of the widest register; each depends on none that is fewer than
    /// 227 words before it.</param>
    [MethodImpl(Compilation.AtOnce)]
    public static void Extend(uint* window, nint count)
    {
        TWords upper = TLanes.Word(Mt19937.UpperBit * Both),
            lower = TLanes.Word(Mt19937.LowerBits * Both),
            matrix = TLanes.Word(Mt19937.Matrix * Both);
        for (uint* end = window + count; window < end; window += 2 * TLanes.Count)
        {
            TWords next = TLanes.Load((ulong*)(window + 1)),
                y = TLanes.MaskedOr(TLanes.Load((ulong*)window), upper, TLanes.And(next, lower)),
                sum = TLanes.Xor(TLanes.Load((ulong*)(window + Mt19937.Middle)), TLanes.ShiftRight32(y, 1));
            TLanes.Store(
                TLanes.XorMasked(sum, TLanes.Sign32(TLanes.ShiftLeft32(next, 31)), matrix),
                (ulong*)(window + Mt19937.Size)
            );
        }
    }

    /// <summary>What the generator gives for words of the recurrence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWords Temper(TWords y)
    {
        y = TLanes.Xor(y, TLanes.ShiftRight32(y, 11));
        y = TLanes.XorMasked(y, TLanes.ShiftLeft32(y, 7), TLanes.Word(Mt19937.TemperB * Both));
        y = TLanes.XorMasked(y, TLanes.ShiftLeft32(y, 15), TLanes.Word(Mt19937.TemperC * Both));
        return TLanes.Xor(y, TLanes.ShiftRight32(y, 18));
    }
}
