using System.Numerics;

namespace Fanwise.Streams;

/// <summary>Python's <c>random.Random</c>: the generator from which Keras draws the seeds that nobody gave. Keeps
/// state; not thread-safe.</summary>
/// <remarks>Sources: Matsumoto and Nishimura 1998 (MT19937, init_by_array); CPython, Modules/_randommodule.c and
/// Lib/random.py.</remarks>
public sealed class PythonRandom
{
    /// <summary>The words of the state, and how far apart two are that make one.</summary>
    internal const int Size = 624,
        Middle = 397;

    /// <summary>The multipliers of the two passes over a fresh state, and the twist's matrix.</summary>
    internal const uint FirstMultiplier = 1664525,
        SecondMultiplier = 1566083941,
        Matrix = 0x9908B0DF;

    /// <summary>A word's upper bit, and the rest of it.</summary>
    internal const uint Upper = 0x80000000,
        Lower = 0x7FFFFFFF;

    /// <summary>The masks of the tempering.</summary>
    internal const uint TemperB = 0x9D2C5680,
        TemperC = 0xEFC60000;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    /// <summary><c>random.Random(seed)</c> of an integer: its absolute value counts.</summary>
    public PythonRandom(BigInteger seed)
    {
        byte[] bytes = BigInteger.Abs(seed).ToByteArray(isUnsigned: true);
        uint[] key = new uint[Math.Max(1, (bytes.Length + 3) / 4)];
        for (int i = 0; i < bytes.Length; i++)
            key[i / 4] |= (uint)bytes[i] << (8 * (i % 4));
        InitByArray(key);
    }

    /// <summary><c>random.randint(low, high)</c>: an integer between the two, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is below
    /// <paramref name="low"/>.</exception>
    public long NextInteger(long low, long high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        BigInteger range = (BigInteger)high - low + 1;
        int bits = (int)range.GetBitLength();
        BigInteger value;
        do value = NextBits(bits);
        while (value >= range);
        return (long)(low + value);
    }

    /// <summary>The largest seed that Keras draws.</summary>
    internal const long LargestKerasSeed = 1_000_000_000;

    /// <summary>The seed that Keras draws where none was given: <c>random.randint(1, 10**9)</c>.</summary>
    public long NextKerasSeed() => NextInteger(1, LargestKerasSeed);

    /// <summary>The state before the key comes in: <c>init_genrand(19650218)</c>.</summary>
    internal static void FillInitial(Span<uint> state)
    {
        state[0] = 19650218;
        for (int k = 1; k < Size; k++)
            state[k] = 1812433253 * (state[k - 1] ^ state[k - 1] >> 30) + (uint)k;
    }

    /// <summary><c>random.getrandbits(count)</c>.</summary>
    private BigInteger NextBits(int count)
    {
        BigInteger value = 0;
        for (int shift = 0; count > 0; shift += 32, count -= 32)
            value |= (BigInteger)(count < 32 ? NextWord() >> (32 - count) : NextWord()) << shift;
        return value;
    }

    private void InitByArray(uint[] key)
    {
        FillInitial(_state);
        int i = 1,
            j = 0;
        for (int k = Math.Max(Size, key.Length); k > 0; k--)
        {
            _state[i] = (_state[i] ^ (_state[i - 1] ^ _state[i - 1] >> 30) * FirstMultiplier) + key[j] + (uint)j;
            Advance(ref i);
            j = (j + 1) % key.Length;
        }

        for (int k = Size - 1; k > 0; k--)
        {
            _state[i] = (_state[i] ^ (_state[i - 1] ^ _state[i - 1] >> 30) * SecondMultiplier) - (uint)i;
            Advance(ref i);
        }

        _state[0] = Upper;

        void Advance(ref int index)
        {
            if (++index < Size)
                return;
            _state[0] = _state[Size - 1];
            index = 1;
        }
    }

    private uint NextWord()
    {
        if (_next == Size)
            Refill();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= y << 7 & TemperB;
        y ^= y << 15 & TemperC;
        return y ^ y >> 18;
    }

    private void Refill()
    {
        for (int k = 0; k < Size; k++)
        {
            uint y = _state[k] & Upper | _state[(k + 1) % Size] & Lower;
            _state[k] = _state[(k + Middle) % Size] ^ y >> 1 ^ ((y & 1) == 0 ? 0 : Matrix);
        }

        _next = 0;
    }
}
