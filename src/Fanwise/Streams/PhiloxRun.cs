using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Blocks of one stream whose counters differ in word 0 alone: what they share is computed once, in
/// scalars.</summary>
/// <remarks>With words 1 to 3 given, so are half of round 1's result and a quarter of round 2's; and the keys of all
/// rounds.</remarks>
internal unsafe struct PhiloxRun
{
    /// <summary>The keys of each round: two, each in a word of 64 bits, ready to be broadcast.</summary>
    public fixed ulong Keys[2 * Philox4x32.Rounds];

    // What is left of rounds 1 and 2 besides the products of counter word 0.
    private readonly ulong _word3,
        _word0,
        _word2,
        _word3Next;

    /// <summary>The run that begins at a counter.</summary>
    public PhiloxRun(ulong key, UInt128 counter)
    {
        uint k0 = (uint)key,
            k1 = (uint)(key >> 32);
        uint next0 = k0 + Philox4x32.W0,
            next1 = k1 + Philox4x32.W1;
        uint c1 = (uint)(counter >> 32),
            c2 = (uint)(counter >> 64),
            c3 = (uint)(counter >> 96);
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
    public static void Begin<TLanes, TWords>(
        PhiloxRun* run,
        TWords counter,
        out TWords x0,
        out TWords x1,
        out TWords x2,
        out TWords x3
    )
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
    {
        TWords product0 = TLanes.Product(counter, TLanes.Word(Philox4x32.M0));
        x1 = TLanes.Product(TLanes.Xor(TLanes.High(product0), TLanes.Word(run->_word3)), TLanes.Word(Philox4x32.M1));
        x0 = TLanes.Xor(TLanes.High(x1), TLanes.Word(run->_word0));
        x2 = TLanes.Xor(product0, TLanes.Word(run->_word2));
        x3 = TLanes.Word(run->_word3Next);
    }

    /// <summary>One more round. The two high halves are fetched by instructions of different ports.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Round<TLanes, TWords>(
        TWords key0,
        TWords key1,
        ref TWords x0,
        ref TWords x1,
        ref TWords x2,
        ref TWords x3
    )
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
    {
        TWords product0 = TLanes.Product(x0, TLanes.Word(Philox4x32.M0)),
            product1 = TLanes.Product(x2, TLanes.Word(Philox4x32.M1));
        x0 = TLanes.Xor(TLanes.High(product1), x1, key0);
        x2 = TLanes.Xor(TLanes.HighShuffled(product0), x3, key1);
        x1 = product1;
        x3 = product0;
    }

    /// <summary>The first two rounds, where words 1 and 3 go to memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Begin<TLanes, TWords>(PhiloxRun* run, TWords counter, out TWords x0, out TWords x2, TWords* x1x3)
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
    {
        Begin<TLanes, TWords>(run, counter, out x0, out TWords x1, out x2, out TWords x3);
        (x1x3[0], x1x3[1]) = (x1, x3);
    }

    /// <summary>One more round, where words 1 and 3 are in memory: they are needed late, when nothing waits for
    /// them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Round<TLanes, TWords>(TWords key0, TWords key1, ref TWords x0, ref TWords x2, TWords* x1x3)
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
    {
        TWords product0 = TLanes.Product(x0, TLanes.Word(Philox4x32.M0)),
            product1 = TLanes.Product(x2, TLanes.Word(Philox4x32.M1));
        x0 = TLanes.Xor(TLanes.High(product1), x1x3[0], key0);
        x2 = TLanes.Xor(TLanes.HighShuffled(product0), x1x3[1], key1);
        (x1x3[0], x1x3[1]) = (product1, product0);
    }
}
