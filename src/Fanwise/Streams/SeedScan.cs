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
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged =>
            SeedScan<TLanes, TWords, TDoubles, TSingles>.Run(First, Count, Block, Boxes, Hits);
    }
}

/// <summary><see cref="SeedScan"/> at one width: batches of seeds, whose words go to scratch memory and are then
/// compared with each box.</summary>
internal static unsafe class SeedScan<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    /// <summary>The registers of seeds in a batch.</summary>
    private const int Registers = 32;

    /// <summary>The top bit of a difference: whether it is negative.</summary>
    private const ulong Sign = 1UL << 63;

    private static int Batch => Registers * TLanes.Count;

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
        TWords seeds = TLanes.Add(TLanes.Word(seed), TLanes.Ascending),
            step = TLanes.Word((ulong)TLanes.Count);
        for (int register = 0; register < Registers; register += 2, words += 2 * TLanes.Count)
        {
            Key(seeds, out TWords a0, out TWords a1, out TWords a2, out TWords a3);
            seeds = TLanes.Add(seeds, step);
            Key(seeds, out TWords b0, out TWords b1, out TWords b2, out TWords b3);
            seeds = TLanes.Add(seeds, step);
            TWords aKey0 = a0,
                aKey1 = a1,
                bKey0 = b0,
                bKey1 = b1;
            a0 = b0 = TLanes.Word(block);
            a1 = b1 = TLanes.Word(0);
            for (int round = 0; round < Philox4x32.Rounds; round++)
            {
                PhiloxRun.Round<TLanes, TWords>(aKey0, aKey1, ref a0, ref a1, ref a2, ref a3);
                PhiloxRun.Round<TLanes, TWords>(bKey0, bKey1, ref b0, ref b1, ref b2, ref b3);
                aKey0 = TLanes.Add(aKey0, TLanes.Word(Philox4x32.W0));
                aKey1 = TLanes.Add(aKey1, TLanes.Word(Philox4x32.W1));
                bKey0 = TLanes.Add(bKey0, TLanes.Word(Philox4x32.W0));
                bKey1 = TLanes.Add(bKey1, TLanes.Word(Philox4x32.W1));
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
    private static void Key(TWords seeds, out TWords x0, out TWords x1, out TWords x2, out TWords x3)
    {
        uint key0 = unchecked((uint)PhiloxStream.Scramble),
            key1 = (uint)(PhiloxStream.Scramble >> 32);
        TWords product = TLanes.Product(seeds, TLanes.Word(Philox4x32.M0));
        x0 = TLanes.Word(key0);
        x1 = TLanes.Word(0);
        x2 = TLanes.Xor(TLanes.High(product), TLanes.Word(key1));
        x3 = product;
        for (int round = 1; round < Philox4x32.Rounds; round++)
        {
            key0 += Philox4x32.W0;
            key1 += Philox4x32.W1;
            PhiloxRun.Round<TLanes, TWords>(TLanes.Word(key0), TLanes.Word(key1), ref x0, ref x1, ref x2, ref x3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TWords a, TWords b, ulong* words)
    {
        TLanes.Store(a, words);
        TLanes.Store(b, words + TLanes.Count);
    }

    /// <summary>Whether a block of the batch is in a box: a difference of two numbers below 2^33 is negative where the
    /// first is smaller.</summary>
    private static bool Any(WordBox box, ulong* words)
    {
        ulong* firsts = words + box.First.Word * Batch,
            seconds = words + box.Second.Word * Batch;
        TWords low = TLanes.Word(box.First.Low),
            mask = TLanes.Word(box.First.Mask),
            count = TLanes.Word(box.First.Width + 1UL);
        TWords any = TLanes.Word(0);
        if (box.Second == WordRange.All)
        {
            for (int at = 0; at < Batch; at += TLanes.Count)
                any = TLanes.Or(
                    any,
                    TLanes.Subtract(TLanes.And(TLanes.Subtract(TLanes.Load(firsts + at), low), mask), count)
                );
        }
        else
        {
            TWords secondLow = TLanes.Word(box.Second.Low),
                secondMask = TLanes.Word(box.Second.Mask),
                secondCount = TLanes.Word(box.Second.Width + 1UL);
            for (int at = 0; at < Batch; at += TLanes.Count)
            {
                TWords first = TLanes.Subtract(TLanes.And(TLanes.Subtract(TLanes.Load(firsts + at), low), mask), count);
                TWords second = TLanes.Subtract(
                    TLanes.And(TLanes.Subtract(TLanes.Load(seconds + at), secondLow), secondMask),
                    secondCount
                );
                any = TLanes.Or(any, TLanes.And(first, second));
            }
        }

        // The sign as a number that is 0 or 2.
        return TLanes.Within(
                TLanes.AsDoubles(TLanes.ShiftRight(TLanes.And(any, TLanes.Word(Sign)), 1)),
                TLanes.Double(1)
            )
            != (1u << TLanes.Count) - 1;
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
