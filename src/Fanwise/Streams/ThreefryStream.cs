using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>The bits of one draw under a JAX key, enterable at any element: a function of key, element and, in JAX's
/// original arrangement, the number of elements. Immutable.</summary>
/// <param name="Key0">The key's first word.</param>
/// <param name="Key1">Its second.</param>
/// <param name="Original">Whether counters are arranged as with <c>jax_threefry_partitionable=False</c>.</param>
/// <remarks>Source: jax/_src/prng.py, <c>threefry_random_bits</c>.</remarks>
internal readonly unsafe record struct ThreefryStream(uint Key0, uint Key1, bool Original)
{
    /// <summary>The words that are made at a time.</summary>
    public const int Tile = 1024;

    /// <summary>The registers of blocks that are made in turn.</summary>
    private const int Chains = 4;

    /// <summary>In the original arrangement JAX counts with 32 bits.</summary>
    private const long MostOriginalWords = 1L << 32;

    /// <summary>The two words of a block.</summary>
    public (uint First, uint Second) Block(uint x0, uint x1) => Threefry.Block(Key0, Key1, x0, x1);

    /// <summary>The key for a number: <c>jax.random.fold_in</c>.</summary>
    public ThreefryStream FoldIn(uint data)
    {
        (uint first, uint second) = Block(0, data);
        return this with { Key0 = first, Key1 = second };
    }

    /// <summary>Key <paramref name="index"/> of <paramref name="count"/>: <c>jax.random.split</c>.</summary>
    public ThreefryStream Split(long count, long index)
    {
        if (!Original)
        {
            (uint first, uint second) = Block((uint)(index >> 32), (uint)index);
            return this with { Key0 = first, Key1 = second };
        }

        return this with
        {
            Key0 = Word(2 * count, 2 * index),
            Key1 = Word(2 * count, 2 * index + 1),
        };
    }

    /// <summary>Whether a draw of so many elements is one that JAX makes by the rule that is followed here.</summary>
    public void Check(long elements, int bits)
    {
        if (Original && elements > MostOriginalWords * 32 / bits)
            throw new InitializerException(
                $"A key of JAX's original arrangement draws at most {MostOriginalWords * 32 / bits} elements of {bits} "
                    + $"bits; received {elements}."
            );
    }

    /// <summary>Word <paramref name="index"/> of <paramref name="count"/> in the original arrangement.</summary>
    private uint Word(long count, long index)
    {
        long half = (count + 1) / 2;
        return index < half
            ? Block((uint)index, index + half < count ? (uint)(index + half) : 0).First
            : Block((uint)(index - half), (uint)index).Second;
    }

    /// <summary>The bits of at most <see cref="Tile"/> elements.</summary>
    /// <param name="bits">8, 16, 32 or 64.</param>
    /// <param name="elements">The elements of the whole draw.</param>
    /// <param name="start">The first element.</param>
    /// <param name="count">How many; as many more may be written as fill registers.</param>
    /// <param name="words">Room for <see cref="Tile"/> words: the bits, of 64 the high half.</param>
    /// <param name="low">As much room; of 64 bits the low half, else nothing of use.</param>
    public void Bits<L, W>(int bits, long elements, long start, int count, uint* words, uint* low)
        where L : struct, IWordLanes<W>
        where W : unmanaged
    {
        if (!Original)
        {
            while (count > 0)
            {
                int part = (int)Math.Min(count, (1L << 32) - (uint)start);
                if (bits < 64)
                    Run<L, W, ExclusiveWords<L, W>>((uint)(start >> 32), 0, (uint)start, part, words, low);
                else
                    Run<L, W, BothWords<L, W>>((uint)(start >> 32), 0, (uint)start, part, words, low);
                words += part;
                low += part;
                start += part;
                count -= part;
            }

            return;
        }

        if (bits == 64)
        {
            Flat<L, W>(2 * elements, start, count, words, low);
            Flat<L, W>(2 * elements, elements + start, count, low, low);
            return;
        }

        int perWord = 32 / bits;
        long total = (elements + perWord - 1) / perWord,
            first = start / perWord;
        Flat<L, W>(total, first, (int)((start + count - 1) / perWord - first + 1), words, low);
        if (perWord == 1)
            return;
        // Backwards, since a word is read before the elements that lie in it are written.
        for (int i = count - 1; i >= 0; i--)
            words[i] = words[(start + i) / perWord - first] >> (int)((start + i) % perWord * bits);
    }

    /// <summary>Words of the original arrangement.</summary>
    private void Flat<L, W>(long total, long start, int count, uint* words, uint* spare)
        where L : struct, IWordLanes<W>
        where W : unmanaged
    {
        long half = (total + 1) / 2;
        uint* other = stackalloc uint[Tile];
        for (int done = 0; done < count; )
        {
            long index = start + done;
            int part = (int)Math.Min(count - done, index < half ? half - index : long.MaxValue);
            if (index >= half)
                Run<L, W, BothWords<L, W>>((uint)(index - half), 1, (uint)index, part, other, words + done);
            else
                Run<L, W, BothWords<L, W>>((uint)index, 1, (uint)(index + half), part, words + done, other);
            if (index < half && index + part == half && total % 2 == 1)
                words[done + part - 1] = Word(total, half - 1); // its partner is padding
            done += part;
        }
    }

    /// <summary>Blocks of consecutive counters, whose first word is constant or goes up with the second.</summary>
    [SkipLocalsInit]
    private void Run<L, W, TWords>(uint x0, uint step0, uint x1, int count, uint* first, uint* second)
        where L : struct, IWordLanes<W>
        where W : unmanaged
        where TWords : struct, IBlockWords<W>
    {
        int step = Chains * 2 * L.Count,
            whole = count / step;
        ulong* memory = stackalloc ulong[(ThreefryLanes<L, W>.Keys + 2 * Chains) * L.Count + Scratch.Slack],
            keys = Scratch.Align(memory);
        ThreefryLanes<L, W> blocks = new(Key0, Key1, keys);
        Steps<L, W, TWords>(blocks, x0, step0, x1, whole, first, second);
        int done = whole * step;
        if (done == count)
            return;
        // A whole step elsewhere, of which a part is wanted.
        uint* rest = (uint*)(keys + ThreefryLanes<L, W>.Keys * L.Count);
        Steps<L, W, TWords>(blocks, x0 + (uint)done * step0, step0, x1 + (uint)done, 1, rest, rest + step);
        new Span<uint>(rest, count - done).CopyTo(new Span<uint>(first + done, count - done));
        new Span<uint>(rest + step, count - done).CopyTo(new Span<uint>(second + done, count - done));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Steps<L, W, TWords>(
        ThreefryLanes<L, W> blocks,
        uint x0,
        uint step0,
        uint x1,
        int steps,
        uint* first,
        uint* second
    )
        where L : struct, IWordLanes<W>
        where W : unmanaged
        where TWords : struct, IBlockWords<W>
    {
        const ulong Both = 0x00000001_00000001;
        uint lanes = 2 * (uint)L.Count;
        W ascending = SeedLanes<L, W>.From(0),
            counter1 = L.Add32(L.Word(x1 * Both), ascending),
            counter0 = L.Word(x0 * Both);
        if (step0 != 0)
            counter0 = L.Add32(counter0, ascending);
        W advance0 = L.Word(lanes * step0 * Both),
            advance1 = L.Word(lanes * Both);
        for (; steps > 0; steps--)
        {
            W a0 = counter0,
                a1 = counter1,
                b0 = L.Add32(a0, advance0),
                b1 = L.Add32(a1, advance1),
                c0 = L.Add32(b0, advance0),
                c1 = L.Add32(b1, advance1),
                d0 = L.Add32(c0, advance0),
                d1 = L.Add32(c1, advance1);
            counter0 = L.Add32(d0, advance0);
            counter1 = L.Add32(d1, advance1);
            blocks.Blocks(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1);
            TWords.Store(a0, a1, first, second);
            TWords.Store(b0, b1, first + lanes, second + lanes);
            TWords.Store(c0, c1, first + 2 * lanes, second + 2 * lanes);
            TWords.Store(d0, d1, first + 3 * lanes, second + 3 * lanes);
            first += Chains * lanes;
            second += Chains * lanes;
        }
    }
}

/// <summary>What is kept of the two words of a block.</summary>
internal unsafe interface IBlockWords<W>
    where W : unmanaged
{
    /// <summary>Writes a register of each, or of what is made of both.</summary>
    public static abstract void Store(W y0, W y1, uint* first, uint* second);
}

/// <summary>Both words.</summary>
internal readonly unsafe struct BothWords<L, W> : IBlockWords<W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(W y0, W y1, uint* first, uint* second)
    {
        L.Store(y0, (ulong*)first);
        L.Store(y1, (ulong*)second);
    }
}

/// <summary>Their exclusive or.</summary>
internal readonly unsafe struct ExclusiveWords<L, W> : IBlockWords<W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(W y0, W y1, uint* first, uint* second) => L.Store(L.Xor(y0, y1), (ulong*)first);
}
