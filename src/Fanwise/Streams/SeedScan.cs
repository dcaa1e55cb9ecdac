using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>What a block must look like: two of its words, each in a range.</summary>
internal readonly record struct WordBox(WordRange First, WordRange Second);

/// <summary>A seed whose block looked like one of the boxes.</summary>
internal readonly record struct SeedHit(uint Seed, int Box);

/// <summary>Which of many consecutive Keras seeds give a block that looks as asked for.</summary>
/// <remarks>Two blocks a seed: one for the key and counter that TensorFlow makes of the pair [seed, 0], one of that
/// stream.</remarks>
internal static class SeedScan
{
    /// <summary>Adds to <paramref name="hits"/> each seed from <paramref name="first"/> on that gives a block in a
    /// box.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many seeds; first + count is at most 2^32.</param>
    /// <param name="block">Which block of the stream.</param>
    /// <param name="boxes">What is looked for.</param>
    /// <param name="hits">Where hits go, those of one box ascending.</param>
    public static void Run(uint first, long count, uint block, WordBox[] boxes, List<SeedHit> hits) =>
        Run(first, count, block, boxes, hits, Dispatch.Best);

    /// <summary>As above, at a width that the machine supports.</summary>
    public static void Run(
        uint first,
        long count,
        uint block,
        WordBox[] boxes,
        List<SeedHit> hits,
        VectorWidth width
    ) => Dispatch.Run(new Scan(first, count, block, boxes, hits), width);

    private readonly record struct Scan(uint First, long Count, uint Block, WordBox[] Boxes, List<SeedHit> Hits)
        : IVectorized
    {
        public void Run<L, W, D, F>()
            where L : struct, ILanes<W, D, F>
            where W : unmanaged
            where D : unmanaged
            where F : unmanaged => SeedScan<L, W, D, F>.Run(First, Count, Block, Boxes, Hits);
    }
}

/// <summary><see cref="SeedScan"/> at one width: batches of seeds, whose words go to scratch memory and are then
/// compared with each box.</summary>
internal static unsafe class SeedScan<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    /// <summary>The registers of seeds in a batch.</summary>
    private const int Registers = 32;

    /// <summary>The top bit of a difference: whether it is negative.</summary>
    private const ulong Sign = 1UL << 63;

    private static int Batch => Registers * L.Count;

    [SkipLocalsInit]
    public static void Run(uint first, long count, uint block, WordBox[] boxes, List<SeedHit> hits)
    {
        ulong* memory = stackalloc ulong[4 * Batch + Scratch.Slack],
            words = Scratch.Align(memory);
        for (long done = 0; done < count; done += Batch)
        {
            uint seed = first + (uint)done;
            Words(seed, block, words);
            for (int box = 0; box < boxes.Length; box++)
                if (Any(boxes[box], words))
                    Collect(seed, (int)Math.Min(Batch, count - done), box, boxes[box], words, hits);
        }
    }

    /// <summary>The words of the blocks of consecutive seeds: words 0 of all of them, then words 1, 2 and 3; the high
    /// halves may hold anything.</summary>
    private static void Words(uint seed, uint block, ulong* words)
    {
        W seeds = L.Add(L.Word(seed), L.Ascending),
            step = L.Word((ulong)L.Count);
        for (int register = 0; register < Registers; register += 2, words += 2 * L.Count)
        {
            Key(seeds, out W a0, out W a1, out W a2, out W a3);
            seeds = L.Add(seeds, step);
            Key(seeds, out W b0, out W b1, out W b2, out W b3);
            seeds = L.Add(seeds, step);
            W aKey0 = a0,
                aKey1 = a1,
                bKey0 = b0,
                bKey1 = b1;
            a0 = b0 = L.Word(block);
            a1 = b1 = L.Word(0);
            for (int round = 0; round < Philox4x32.Rounds; round++)
            {
                PhiloxRun.Round<L, W>(aKey0, aKey1, ref a0, ref a1, ref a2, ref a3);
                PhiloxRun.Round<L, W>(bKey0, bKey1, ref b0, ref b1, ref b2, ref b3);
                aKey0 = L.Add(aKey0, L.Word(Philox4x32.W0));
                aKey1 = L.Add(aKey1, L.Word(Philox4x32.W1));
                bKey0 = L.Add(bKey0, L.Word(Philox4x32.W0));
                bKey1 = L.Add(bKey1, L.Word(Philox4x32.W1));
            }

            Store(a0, b0, words);
            Store(a1, b1, words + Batch);
            Store(a2, b2, words + 2 * Batch);
            Store(a3, b3, words + 3 * Batch);
        }
    }

    /// <summary>The block that makes key (words 0 and 1) and counter (its words 2 and 3) of the pair [seed, 0]; its
    /// counter has only word 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Key(W seeds, out W x0, out W x1, out W x2, out W x3)
    {
        uint key0 = unchecked((uint)PhiloxStream.Scramble),
            key1 = (uint)(PhiloxStream.Scramble >> 32);
        W product = L.Product(seeds, L.Word(Philox4x32.M0));
        (x0, x1, x2, x3) = (L.Word(key0), L.Word(0), L.Xor(L.High(product), L.Word(key1)), product);
        for (int round = 1; round < Philox4x32.Rounds; round++)
        {
            key0 += Philox4x32.W0;
            key1 += Philox4x32.W1;
            PhiloxRun.Round<L, W>(L.Word(key0), L.Word(key1), ref x0, ref x1, ref x2, ref x3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(W a, W b, ulong* words)
    {
        L.Store(a, words);
        L.Store(b, words + L.Count);
    }

    /// <summary>Whether a block of the batch is in a box: a difference of two numbers below 2^33 is negative where the
    /// first is smaller.</summary>
    private static bool Any(WordBox box, ulong* words)
    {
        ulong* firsts = words + box.First.Word * Batch,
            seconds = words + box.Second.Word * Batch;
        W low = L.Word(box.First.Low),
            mask = L.Word(box.First.Mask),
            count = L.Word(box.First.Width + 1UL);
        W any = L.Word(0);
        if (box.Second == WordRange.All)
        {
            for (int at = 0; at < Batch; at += L.Count)
                any = L.Or(any, L.Subtract(L.And(L.Subtract(L.Load(firsts + at), low), mask), count));
        }
        else
        {
            W secondLow = L.Word(box.Second.Low),
                secondMask = L.Word(box.Second.Mask),
                secondCount = L.Word(box.Second.Width + 1UL);
            for (int at = 0; at < Batch; at += L.Count)
            {
                W first = L.Subtract(L.And(L.Subtract(L.Load(firsts + at), low), mask), count);
                W second = L.Subtract(L.And(L.Subtract(L.Load(seconds + at), secondLow), secondMask), secondCount);
                any = L.Or(any, L.And(first, second));
            }
        }

        // The sign as a number that is 0 or 2.
        return L.Within(L.AsDoubles(L.ShiftRight(L.And(any, L.Word(Sign)), 1)), L.Double(1)) != (1u << L.Count) - 1;
    }

    private static void Collect(uint seed, int count, int index, WordBox box, ulong* words, List<SeedHit> hits)
    {
        for (int i = 0; i < count; i++)
            if (
                box.First.Contains((uint)words[box.First.Word * Batch + i])
                && box.Second.Contains((uint)words[box.Second.Word * Batch + i])
            )
                hits.Add(new(seed + (uint)i, index));
    }
}
