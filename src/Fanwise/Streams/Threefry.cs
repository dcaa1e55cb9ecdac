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

    /// <summary>One block: the specification of <see cref="ThreefryLanes{L, W}"/>.</summary>
    public static (uint First, uint Second) Block(uint key0, uint key1, uint x0, uint x1)
    {
        unsafe
        {
            ulong first,
                second;
            ThreefryLanes<ScalarLanes, ulong> lanes = new(key0, key1);
            lanes.Block(x0, x1, out first, out second);
            return ((uint)first, (uint)second);
        }
    }

    /// <summary>The third word of a key.</summary>
    public static uint ThirdWord(uint key0, uint key1) => key0 ^ key1 ^ Parity;
}

/// <summary>Blocks over lanes, two in every word of 64 bits.</summary>
internal readonly struct ThreefryLanes<L, W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    /// <summary>Both 32-bit halves of a word.</summary>
    private const ulong Both = 0x00000001_00000001;

    private readonly W _k0,
        _k1,
        _k2;

    /// <summary>Words of the key with the number of the rounds that they follow.</summary>
    private readonly W _after1,
        _after2,
        _after3,
        _after4,
        _after5;

    public ThreefryLanes(uint key0, uint key1)
    {
        _k0 = L.Word(key0 * Both);
        _k1 = L.Word(key1 * Both);
        uint key2 = Threefry.ThirdWord(key0, key1);
        _k2 = L.Word(key2 * Both);
        _after1 = L.Word(unchecked(key2 + 1) * Both);
        _after2 = L.Word(unchecked(key0 + 2) * Both);
        _after3 = L.Word(unchecked(key1 + 3) * Both);
        _after4 = L.Word(unchecked(key2 + 4) * Both);
        _after5 = L.Word(unchecked(key0 + 5) * Both);
    }

    /// <summary>A key for each half of a register.</summary>
    public ThreefryLanes(W key0, W key1)
    {
        (_k0, _k1) = (key0, key1);
        _k2 = L.Xor(L.Xor(key0, key1), L.Word(Threefry.Parity * Both));
        _after1 = L.Add32(_k2, L.Word(1 * Both));
        _after2 = L.Add32(_k0, L.Word(2 * Both));
        _after3 = L.Add32(_k1, L.Word(3 * Both));
        _after4 = L.Add32(_k2, L.Word(4 * Both));
        _after5 = L.Add32(_k0, L.Word(5 * Both));
    }

    /// <summary>The blocks of as many counters as a register has words of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(W x0, W x1, out W first, out W second)
    {
        x0 = L.Add32(x0, _k0);
        x1 = L.Add32(x1, _k1);
        Even(ref x0, ref x1);
        x0 = L.Add32(x0, _k1);
        x1 = L.Add32(x1, _after1);
        Odd(ref x0, ref x1);
        x0 = L.Add32(x0, _k2);
        x1 = L.Add32(x1, _after2);
        Even(ref x0, ref x1);
        x0 = L.Add32(x0, _k0);
        x1 = L.Add32(x1, _after3);
        Odd(ref x0, ref x1);
        x0 = L.Add32(x0, _k1);
        x1 = L.Add32(x1, _after4);
        Even(ref x0, ref x1);
        x0 = L.Add32(x0, _k2);
        x1 = L.Add32(x1, _after5);
        first = x0;
        second = x1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Even(ref W x0, ref W x1)
    {
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 13), x0);
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 15), x0);
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 26), x0);
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 6), x0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Odd(ref W x0, ref W x1)
    {
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 17), x0);
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 29), x0);
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 16), x0);
        x0 = L.Add32(x0, x1);
        x1 = L.Xor(L.RotateLeft32(x1, 24), x0);
    }
}
