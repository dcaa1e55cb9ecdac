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
    public void Bits<TLanes, TWords>(int bits, long elements, long start, int count, uint* words, uint* low)
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
    {
        if (!Original)
        {
            while (count > 0)
            {
                int part = (int)Math.Min(count, (1L << 32) - (uint)start);
                if (bits < 64)
                    Run<TLanes, TWords, ExclusiveWords<TLanes, TWords>>(
                        (uint)(start >> 32),
                        0,
                        (uint)start,
                        part,
                        words,
                        low
                    );
                else
                    Run<TLanes, TWords, BothWords<TLanes, TWords>>(
                        (uint)(start >> 32),
                        0,
                        (uint)start,
                        part,
                        words,
                        low
                    );
                words += part;
                low += part;
                start += part;
                count -= part;
            }

            return;
        }

        if (bits == 64)
        {
            Flat<TLanes, TWords>(2 * elements, start, count, words, low);
            Flat<TLanes, TWords>(2 * elements, elements + start, count, low, low);
            return;
        }

        int perWord = 32 / bits;
        long total = (elements + perWord - 1) / perWord,
            first = start / perWord;
        Flat<TLanes, TWords>(total, first, (int)((start + count - 1) / perWord - first + 1), words, low);
        if (perWord == 1)
            return;
        // Backwards, since a word is read before the elements that lie in it are written.
        for (int i = count - 1; i >= 0; i--)
            words[i] = words[(start + i) / perWord - first] >> (int)((start + i) % perWord * bits);
    }

    /// <summary>Words of the original arrangement.</summary>
    private void Flat<TLanes, TWords>(long total, long start, int count, uint* words, uint* spare)
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
    {
        long half = (total + 1) / 2;
        uint* other = stackalloc uint[Tile];
        for (int done = 0; done < count; )
        {
            long index = start + done;
            int part = (int)Math.Min(count - done, index < half ? half - index : long.MaxValue);
            if (index >= half)
                Run<TLanes, TWords, BothWords<TLanes, TWords>>(
                    (uint)(index - half),
                    1,
                    (uint)index,
                    part,
                    other,
                    words + done
                );
            else
                Run<TLanes, TWords, BothWords<TLanes, TWords>>(
                    (uint)index,
                    1,
                    (uint)(index + half),
                    part,
                    words + done,
                    other
                );
            if (index < half && index + part == half && total % 2 == 1)
                words[done + part - 1] = Word(total, half - 1); // its partner is padding
            done += part;
        }
    }

    /// <summary>Blocks of consecutive counters, whose first word is constant or goes up with the second.</summary>
    [SkipLocalsInit]
    private void Run<TLanes, TWords, TBlockWords>(uint x0, uint step0, uint x1, int count, uint* first, uint* second)
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
        where TBlockWords : struct, IBlockWords<TWords>
    {
        int step = Chains * 2 * TLanes.Count,
            whole = count / step;
        ulong* memory =
                stackalloc ulong[(ThreefryLanes<TLanes, TWords>.Keys + 2 * Chains) * TLanes.Count + Scratch.Slack],
            keys = Scratch.Align(memory);
        ThreefryLanes<TLanes, TWords> blocks = new(Key0, Key1, keys);
        Steps<TLanes, TWords, TBlockWords>(blocks, x0, step0, x1, whole, first, second);
        int done = whole * step;
        if (done == count)
            return;
        // A whole step elsewhere, of which a part is wanted.
        uint* rest = (uint*)(keys + ThreefryLanes<TLanes, TWords>.Keys * TLanes.Count);
        Steps<TLanes, TWords, TBlockWords>(
            blocks,
            x0 + (uint)done * step0,
            step0,
            x1 + (uint)done,
            1,
            rest,
            rest + step
        );
        new Span<uint>(rest, count - done).CopyTo(new Span<uint>(first + done, count - done));
        new Span<uint>(rest + step, count - done).CopyTo(new Span<uint>(second + done, count - done));
    }

    [MethodImpl(Compilation.AtOnce)]
    private static void Steps<TLanes, TWords, TBlockWords>(
        ThreefryLanes<TLanes, TWords> blocks,
        uint x0,
        uint step0,
        uint x1,
        int steps,
        uint* first,
        uint* second
    )
        where TLanes : struct, IWordLanes<TWords>
        where TWords : unmanaged
        where TBlockWords : struct, IBlockWords<TWords>
    {
        const ulong Both = 0x00000001_00000001;
        uint lanes = 2 * (uint)TLanes.Count;
        TWords ascending = SeedLanes<TLanes, TWords>.From(0),
            counter1 = TLanes.Add32(TLanes.Word(x1 * Both), ascending),
            counter0 = TLanes.Word(x0 * Both);
        if (step0 != 0)
            counter0 = TLanes.Add32(counter0, ascending);
        TWords advance0 = TLanes.Word(lanes * step0 * Both),
            advance1 = TLanes.Word(lanes * Both);
        for (; steps > 0; steps--)
        {
            TWords a0 = counter0,
                a1 = counter1,
                b0 = TLanes.Add32(a0, advance0),
                b1 = TLanes.Add32(a1, advance1),
                c0 = TLanes.Add32(b0, advance0),
                c1 = TLanes.Add32(b1, advance1),
                d0 = TLanes.Add32(c0, advance0),
                d1 = TLanes.Add32(c1, advance1);
            counter0 = TLanes.Add32(d0, advance0);
            counter1 = TLanes.Add32(d1, advance1);
            blocks.Blocks(ref a0, ref a1, ref b0, ref b1, ref c0, ref c1, ref d0, ref d1);
            TBlockWords.Store(a0, a1, first, second);
            TBlockWords.Store(b0, b1, first + lanes, second + lanes);
            TBlockWords.Store(c0, c1, first + 2 * lanes, second + 2 * lanes);
            TBlockWords.Store(d0, d1, first + 3 * lanes, second + 3 * lanes);
            first += Chains * lanes;
            second += Chains * lanes;
        }
    }
}

/// <summary>What is kept of the two words of a block.</summary>
internal unsafe interface IBlockWords<TWords>
    where TWords : unmanaged
{
    /// <summary>Writes a register of each, or of what is made of both.</summary>
    public static abstract void Store(TWords y0, TWords y1, uint* first, uint* second);
}

/// <summary>Both words.</summary>
internal readonly unsafe struct BothWords<TLanes, TWords> : IBlockWords<TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TWords y0, TWords y1, uint* first, uint* second)
    {
        TLanes.Store(y0, (ulong*)first);
        TLanes.Store(y1, (ulong*)second);
    }
}

/// <summary>Their exclusive or.</summary>
internal readonly unsafe struct ExclusiveWords<TLanes, TWords> : IBlockWords<TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TWords y0, TWords y1, uint* first, uint* second) =>
        TLanes.Store(TLanes.Xor(y0, y1), (ulong*)first);
}
