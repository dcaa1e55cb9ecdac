using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>threefry2x32 with twenty rounds, the generator behind JAX: two words of counter and two of key give two
/// words.</summary>
/// <remarks>Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3; jax/_src/prng.py.</remarks>
internal static class Threefry
{
    /// <summary>What the third word of the key is made with.</summary>
    public const uint Parity = 0x1BD11BDA;

    /// <summary>One block: the specification of <see cref="ThreefryLanes{TLanes, TWords}"/>.</summary>
    public static unsafe (uint First, uint Second) Block(uint key0, uint key1, uint x0, uint x1)
    {
        ulong* keys = stackalloc ulong[ThreefryLanes<ScalarLanes, ulong>.Keys];
        new ThreefryLanes<ScalarLanes, ulong>(key0, key1, keys).Block(x0, x1, out ulong first, out ulong second);
        return ((uint)first, (uint)second);
    }

    /// <summary>The third word of a key.</summary>
    public static uint ThirdWord(uint key0, uint key1) => key0 ^ key1 ^ Parity;
}

/// <summary>Blocks over lanes, two in every word of 64 bits.</summary>
/// <remarks>What is added after every four rounds lies in memory that begins where a cache line does: the registers are
/// for the blocks.</remarks>
internal readonly unsafe struct ThreefryLanes<TLanes, TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    /// <summary>The registers of memory that a key takes: two before the first of five times four rounds, and after
    /// each.</summary>
    public const int Keys = 2 * (Times + 1);

    private const int Times = 5;

    /// <summary>Both 32-bit halves of a word.</summary>
    private const ulong Both = 0x00000001_00000001;

    private readonly TWords* _keys;

    /// <summary>The blocks of one key.</summary>
    /// <param name="key0">Its first word.</param>
    /// <param name="key1">Its second.</param>
    /// <param name="memory">Room for <see cref="Keys"/> registers.</param>
    public ThreefryLanes(uint key0, uint key1, ulong* memory)
        : this(TLanes.Word(key0 * Both), TLanes.Word(key1 * Both), memory) { }

    /// <summary>The blocks of a key for each half of a word.</summary>
    /// <inheritdoc cref="ThreefryLanes{TLanes, TWords}(uint, uint, ulong*)"/>
    public ThreefryLanes(TWords key0, TWords key1, ulong* memory)
    {
        _keys = (TWords*)memory;
        TWords key2 = TLanes.Xor(TLanes.Xor(key0, key1), TLanes.Word(Threefry.Parity * Both));
        (_keys[0], _keys[1]) = (key0, key1);
        (_keys[2], _keys[3]) = (key1, TLanes.Add32(key2, TLanes.Word(1 * Both)));
        (_keys[4], _keys[5]) = (key2, TLanes.Add32(key0, TLanes.Word(2 * Both)));
        (_keys[6], _keys[7]) = (key0, TLanes.Add32(key1, TLanes.Word(3 * Both)));
        (_keys[8], _keys[9]) = (key1, TLanes.Add32(key2, TLanes.Word(4 * Both)));
        (_keys[10], _keys[11]) = (key2, TLanes.Add32(key0, TLanes.Word(5 * Both)));
    }

    /// <summary>The blocks of as many counters as a register has words of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(TWords x0, TWords x1, out TWords first, out TWords second)
    {
        TWords* keys = _keys,
            last = keys + 2 * Times;
        for (; ; )
        {
            AddKeys(keys, ref x0, ref x1);
            Round(ref x0, ref x1, 13);
            Round(ref x0, ref x1, 15);
            Round(ref x0, ref x1, 26);
            Round(ref x0, ref x1, 6);
            keys += 2;
            AddKeys(keys, ref x0, ref x1);
            if (keys == last)
                break;
            Round(ref x0, ref x1, 17);
            Round(ref x0, ref x1, 29);
            Round(ref x0, ref x1, 16);
            Round(ref x0, ref x1, 24);
            keys += 2;
        }

        (first, second) = (x0, x1);
    }

    /// <summary>The blocks of four times as many, in turn, since each waits for its own rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Blocks(
        ref TWords a0,
        ref TWords a1,
        ref TWords b0,
        ref TWords b1,
        ref TWords c0,
        ref TWords c1,
        ref TWords d0,
        ref TWords d1
    )
    {
        TWords* keys = _keys,
            last = keys + 2 * Times;
        for (; ; )
        {
            AddKeys(keys, ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1);
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 13);
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 15);
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 26);
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 6);
            keys += 2;
            AddKeys(keys, ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1);
            if (keys == last)
                break;
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 17);
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 29);
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 16);
            Round(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1, 24);
            keys += 2;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref TWords x0, ref TWords x1, [ConstantExpected] byte turn)
    {
        x0 = TLanes.Add32(x0, x1);
        x1 = TLanes.Xor(TLanes.RotateLeft32(x1, turn), x0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref TWords a0,
        ref TWords a1,
        ref TWords b0,
        ref TWords b1,
        ref TWords c0,
        ref TWords c1,
        ref TWords d0,
        ref TWords d1,
        [ConstantExpected] byte turn
    )
    {
        Round(ref a0, ref a1, turn);
        Round(ref b0, ref b1, turn);
        Round(ref c0, ref c1, turn);
        Round(ref d0, ref d1, turn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddKeys(TWords* keys, ref TWords x0, ref TWords x1)
    {
        x0 = TLanes.Add32(x0, keys[0]);
        x1 = TLanes.Add32(x1, keys[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddKeys(
        TWords* keys,
        ref TWords a0,
        ref TWords a1,
        ref TWords b0,
        ref TWords b1,
        ref TWords c0,
        ref TWords c1,
        ref TWords d0,
        ref TWords d1
    )
    {
        AddKeys(keys, ref a0, ref a1);
        AddKeys(keys, ref b0, ref b1);
        AddKeys(keys, ref c0, ref c1);
        AddKeys(keys, ref d0, ref d1);
    }
}
