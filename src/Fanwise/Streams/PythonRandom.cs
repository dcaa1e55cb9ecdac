using System.Numerics;

namespace Fanwise.Streams;

/// <summary>Python's <c>random.Random</c>: the generator from which Keras draws the seeds that nobody gave. Keeps state; not thread-safe.</summary>
/// <remarks>Sources: Matsumoto and Nishimura 1998 (MT19937, init_by_array); CPython, Modules/_randommodule.c and Lib/random.py.</remarks>
public sealed class PythonRandom
{
    private const int Size = 624, Middle = 397;
    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    /// <summary><c>random.Random(seed)</c> of an integer: its absolute value counts.</summary>
    public PythonRandom(BigInteger seed)
    {
        byte[] bytes = BigInteger.Abs(seed).ToByteArray(isUnsigned: true);
        uint[] key = new uint[Math.Max(1, (bytes.Length + 3) / 4)];
        for (int i = 0; i < bytes.Length; i++) key[i / 4] |= (uint)bytes[i] << (8 * (i % 4));
        InitByArray(key);
    }

    /// <summary><c>random.randint(low, high)</c>: an integer between the two, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is below <paramref name="low"/>.</exception>
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

    /// <summary>The seed that Keras draws where none was given: <c>random.randint(1, 10**9)</c>.</summary>
    public long NextKerasSeed() => NextInteger(1, 1_000_000_000);

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
        _state[0] = 19650218;
        for (int k = 1; k < Size; k++) _state[k] = 1812433253 * (_state[k - 1] ^ _state[k - 1] >> 30) + (uint)k;
        int i = 1, j = 0;
        for (int k = Math.Max(Size, key.Length); k > 0; k--)
        {
            _state[i] = (_state[i] ^ (_state[i - 1] ^ _state[i - 1] >> 30) * 1664525) + key[j] + (uint)j;
            Advance(ref i);
            j = (j + 1) % key.Length;
        }

        for (int k = Size - 1; k > 0; k--)
        {
            _state[i] = (_state[i] ^ (_state[i - 1] ^ _state[i - 1] >> 30) * 1566083941) - (uint)i;
            Advance(ref i);
        }

        _state[0] = 0x80000000;

        void Advance(ref int index)
        {
            if (++index < Size) return;
            _state[0] = _state[Size - 1];
            index = 1;
        }
    }

    private uint NextWord()
    {
        if (_next == Size) Refill();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C5680;
        y ^= y << 15 & 0xEFC60000;
        return y ^ y >> 18;
    }

    private void Refill()
    {
        for (int k = 0; k < Size; k++)
        {
            uint y = _state[k] & 0x80000000 | _state[(k + 1) % Size] & 0x7FFFFFFF;
            _state[k] = _state[(k + Middle) % Size] ^ y >> 1 ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
        }

        _next = 0;
    }
}
