using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Blocks of one stream whose counters differ in word 0 alone: what they share is computed once, in scalars.</summary>
/// <remarks>With words 1 to 3 given, so are half of round 1's result and a quarter of round 2's; and the keys of all rounds.</remarks>
internal unsafe struct PhiloxRun
{
    /// <summary>The keys of each round: two, each in a word of 64 bits, ready to be broadcast.</summary>
    public fixed ulong Keys[2 * Philox4x32.Rounds];

    // What is left of rounds 1 and 2 besides the products of counter word 0.
    private readonly ulong _word3, _word0, _word2, _word3Next;

    /// <summary>The run that begins at a counter.</summary>
    public PhiloxRun(ulong key, UInt128 counter)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        uint next0 = k0 + Philox4x32.W0, next1 = k1 + Philox4x32.W1;
        uint c1 = (uint)(counter >> 32), c2 = (uint)(counter >> 64), c3 = (uint)(counter >> 96);
        (Key, Counter) = (key, counter);
        ulong product = (ulong)Philox4x32.M1 * c2;
        _word3 = c3 ^ k1;
        _word0 = (uint)product ^ next0;
        product = (ulong)Philox4x32.M0 * ((uint)(product >> 32) ^ c1 ^ k0);
        (_word2, _word3Next) = ((uint)(product >> 32) ^ next1, (uint)product);
        for (int round = 0; round < Philox4x32.Rounds; round++)
        {
            (Keys[2 * round], Keys[2 * round + 1]) = (k0, k1);
            k0 += Philox4x32.W0;
            k1 += Philox4x32.W1;
        }
    }

    /// <summary>The key of round 1.</summary>
    public ulong Key { get; }

    /// <summary>The first counter.</summary>
    public UInt128 Counter { get; private set; }

    /// <summary>Word 0 of the first counter.</summary>
    public readonly uint First => (uint)Counter;

    /// <summary>The run that begins so many blocks on, as long as word 0 does not overflow.</summary>
    public void Advance(uint blocks) => Counter = unchecked(Counter + blocks);

    /// <summary>The first two rounds of the blocks whose counters have these words 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Begin<L, W>(PhiloxRun* run, W counter, out W x0, out W x1, out W x2, out W x3) where L : struct, IWordLanes<W> where W : struct
    {
        W product0 = L.Product(counter, L.Word(Philox4x32.M0));
        x1 = L.Product(L.Xor(L.High(product0), L.Word(run->_word3)), L.Word(Philox4x32.M1));
        x0 = L.Xor(L.High(x1), L.Word(run->_word0));
        x2 = L.Xor(product0, L.Word(run->_word2));
        x3 = L.Word(run->_word3Next);
    }

    /// <summary>One more round. The two high halves are fetched by instructions of different ports.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Round<L, W>(W key0, W key1, ref W x0, ref W x1, ref W x2, ref W x3) where L : struct, IWordLanes<W> where W : struct
    {
        W product0 = L.Product(x0, L.Word(Philox4x32.M0)), product1 = L.Product(x2, L.Word(Philox4x32.M1));
        x0 = L.Xor(L.High(product1), x1, key0);
        x2 = L.Xor(L.HighShuffled(product0), x3, key1);
        x1 = product1;
        x3 = product0;
    }

    /// <summary>Rounds 3 to <paramref name="last"/> of four registers of blocks at once: one alone would wait for its own multiplications.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourBlocks<L, W>(
        PhiloxRun* run, W counterA, W counterB, W counterC, W counterD, int last,
        out W a0, out W a1, out W a2, out W a3, out W b0, out W b1, out W b2, out W b3,
        out W c0, out W c1, out W c2, out W c3, out W d0, out W d1, out W d2, out W d3) where L : struct, IWordLanes<W> where W : struct
    {
        Begin<L, W>(run, counterA, out a0, out a1, out a2, out a3);
        Begin<L, W>(run, counterB, out b0, out b1, out b2, out b3);
        Begin<L, W>(run, counterC, out c0, out c1, out c2, out c3);
        Begin<L, W>(run, counterD, out d0, out d1, out d2, out d3);
        for (int round = 2; round < last; round++)
        {
            W key0 = L.Word(run->Keys[2 * round]), key1 = L.Word(run->Keys[2 * round + 1]);
            Round<L, W>(key0, key1, ref a0, ref a1, ref a2, ref a3);
            Round<L, W>(key0, key1, ref b0, ref b1, ref b2, ref b3);
            Round<L, W>(key0, key1, ref c0, ref c1, ref c2, ref c3);
            Round<L, W>(key0, key1, ref d0, ref d1, ref d2, ref d3);
        }
    }
}
