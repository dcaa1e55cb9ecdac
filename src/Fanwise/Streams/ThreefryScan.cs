using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>What the bits of one element must be: <c>word &gt;&gt; Shift &amp; Mask</c> from <paramref name="Low"/> to
/// <paramref name="High"/>.</summary>
/// <param name="Element">Which element of the draw.</param>
/// <param name="Shift">The bits below those that make its value.</param>
/// <param name="Mask">Those that do; below 2^31.</param>
/// <param name="Low">The lowest.</param>
/// <param name="High">The highest.</param>
internal readonly record struct KnownElement(uint Element, byte Shift, uint Mask, uint Low, uint High)
{
    public bool Contains(uint word) => (word >> Shift & Mask) >= Low && (word >> Shift & Mask) <= High;
}

/// <summary>Which of many consecutive seeds, as threefry keys [seed, 0], give known bits of some elements.</summary>
/// <remarks>One block an element, in JAX's partitionable arrangement: the exclusive or of its two words.</remarks>
internal static class ThreefryScan
{
    /// <summary>Adds to <paramref name="hits"/> each seed from <paramref name="first"/> on that gives all elements of a
    /// target.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many seeds; first + count is at most 2^32.</param>
    /// <param name="targets">What is looked for; a hit's box is a target's index.</param>
    /// <param name="hits">Where hits go, those of one target ascending.</param>
    /// <param name="width">A width that the machine supports.</param>
    public static void Run(uint first, long count, KnownElement[][] targets, List<SeedHit> hits, VectorWidth width) =>
        Dispatch.Run(new Scan(first, count, targets, hits), width);

    private readonly record struct Scan(uint First, long Count, KnownElement[][] Targets, List<SeedHit> Hits)
        : IVectorized
    {
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            for (int target = 0; target < Targets.Length; target++)
                ThreefryScan<TLanes, TWords>.Run(First, Count, Targets[target], target, Hits);
        }
    }
}

/// <summary><see cref="ThreefryScan"/> at one width.</summary>
internal static unsafe class ThreefryScan<TLanes, TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    private const ulong Both = 0x00000001_00000001,
        Signs = 0x80000000_80000000;

    [SkipLocalsInit]
    public static void Run(uint first, long count, KnownElement[] elements, int target, List<SeedHit> hits)
    {
        ulong* outside = stackalloc ulong[TLanes.Count],
            memory = stackalloc ulong[ThreefryLanes<TLanes, TWords>.Keys * TLanes.Count + Scratch.Slack],
            keys = Scratch.Align(memory);
        uint lanes = 2 * (uint)TLanes.Count;
        TWords seeds = SeedLanes<TLanes, TWords>.From(first),
            step = TLanes.Word(lanes * Both);
        for (long done = 0; done < count; done += lanes, seeds = TLanes.Add32(seeds, step))
        {
            if (!Matches(seeds, elements, keys, outside))
                continue;
            for (uint i = 0; i < lanes; i++)
                if ((((uint*)outside)[i] & 1u << 31) == 0 && done + i < count)
                    hits.Add(new(first + (uint)done + i, target));
        }
    }

    /// <summary>Whether a register of seeds may have one that gives all elements; then the sign bit of its half of
    /// <paramref name="outside"/> is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Matches(TWords seeds, KnownElement[] elements, ulong* keys, ulong* outside)
    {
        ThreefryLanes<TLanes, TWords> blocks = new(seeds, TLanes.Word(0), keys);
        TWords any = TLanes.Word(0);
        foreach (KnownElement element in elements)
        {
            blocks.Block(TLanes.Word(0), TLanes.Word(element.Element * Both), out TWords x0, out TWords x1);
            // The bits that are shifted across from the upper half are beyond the mask.
            TWords bits = TLanes.And(
                TLanes.ShiftRightBy(TLanes.Xor(x0, x1), element.Shift),
                TLanes.Word(element.Mask * Both)
            );
            TWords above = TLanes.Add32(bits, TLanes.Word(unchecked(0 - element.Low) * Both)),
                below = TLanes.Add32(
                    TLanes.Xor(bits, TLanes.Word(ulong.MaxValue)),
                    TLanes.Word((element.High + 1) * Both)
                );
            any = TLanes.Or(any, TLanes.Or(above, below));
            TLanes.Store(any, outside);
            bool all = true;
            for (int i = 0; i < TLanes.Count; i++)
                all &= (outside[i] & Signs) == Signs;
            if (all)
                return false;
        }

        return true;
    }
}
