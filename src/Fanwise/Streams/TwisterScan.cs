using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Which of many consecutive seeds of MT19937 (<c>init_genrand</c>, PyTorch's <c>manual_seed</c>) give known
/// bits somewhere in the stream.</summary>
internal static class TwisterScan
{
    /// <summary>Adds to <paramref name="hits"/> each seed from <paramref name="first"/> on that gives all bits of a
    /// target.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many seeds; first + count is at most 2^32.</param>
    /// <param name="targets">What is looked for; a hit's box is a target's index.</param>
    /// <param name="hits">Where hits go, those of one target ascending.</param>
    /// <param name="width">A width that the machine supports.</param>
    public static void Run(uint first, long count, TwisterBits[] targets, List<SeedHit> hits, VectorWidth width) =>
        Dispatch.Run(new Scan(first, count, targets, hits), width);

    private readonly record struct Scan(uint First, long Count, TwisterBits[] Targets, List<SeedHit> Hits) : IVectorized
    {
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged => TwisterScan<TLanes, TWords>.Run(First, Count, Targets, Hits);
    }
}

/// <summary><see cref="TwisterScan"/> at one width: four registers of seeds at once, since each word of a seed's state
/// waits for the one before it.</summary>
/// <remarks>The states of so many seeds do not stay in the nearest cache. So the first bits are summed up while states
/// are made, some words at a time; one seed in thousands has them all, and then its whole state is made
/// again.</remarks>
internal static unsafe class TwisterScan<TLanes, TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    private const int Registers = 4;

    /// <summary>The words of states that are made at a time.</summary>
    private const int Chunk = 48;

    /// <summary>The groups of bits that are summed up meanwhile.</summary>
    private const int FirstGroups = 3;

    /// <summary>The lowest bit of both halves.</summary>
    private const ulong Ones = 0x00000001_00000001;

    /// <summary>The words of 64 bits between two words of the state.</summary>
    private static int Stride => Registers * TLanes.Count;

    [SkipLocalsInit]
    public static void Run(uint first, long count, TwisterBits[] targets, List<SeedHit> hits)
    {
        ulong* wrong = stackalloc ulong[TLanes.Count];
        int words = targets.Max(static target => target.StateWords);
        BitGroup[][] groups = Array.ConvertAll(targets, static target => target.Groups.Take(FirstGroups).ToArray());
        int sumWords = targets.Length * FirstGroups * TwisterBits.Together * Stride;
        ulong* state =
                (ulong*)NativeMemory.AlignedAlloc((nuint)((Mt19937.Size * Stride + sumWords) * sizeof(ulong)), 64),
            sums = state + Mt19937.Size * Stride;
        try
        {
            for (long done = 0; done < count; done += 2 * Stride)
            {
                uint seed = first + (uint)done;
                new Span<ulong>(sums, sumWords).Clear();
                SumUp(seed, words, groups, state, sums);
                bool isWhole = false;
                for (int target = 0; target < targets.Length; target++)
                for (int register = 0; register < Registers; register++)
                {
                    if (!MayMatch(groups[target], SumsOf(sums, target, 0, register), wrong))
                        continue;
                    if (!isWhole)
                        Initialize(seed, words, state);
                    isWhole = true;
                    if (!Matches(state + register * TLanes.Count, targets[target], wrong))
                        continue;
                    for (int i = 0; i < 2 * TLanes.Count; i++)
                    {
                        long index = done + 2 * TLanes.Count * register + i;
                        if (((uint*)wrong)[i] == 0 && index < count)
                            hits.Add(new(first + (uint)index, target));
                    }
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(state);
        }
    }

    /// <summary>The sums of the four bits of a group, for a register of seeds.</summary>
    private static ulong* SumsOf(ulong* sums, int target, int group, int register) =>
        sums + ((target * FirstGroups + group) * Registers + register) * TwisterBits.Together * TLanes.Count;

    /// <summary>Sums up the first groups of all targets, for all registers of seeds.</summary>
    [SkipLocalsInit]
    private static void SumUp(uint seed, int words, BitGroup[][] groups, ulong* state, ulong* sums)
    {
        TWords* next = stackalloc TWords[Registers];
        int* places = stackalloc int[groups.Length * FirstGroups];
        new Span<int>(places, groups.Length * FirstGroups).Clear();
        Begin(seed, next);
        for (int start = 0; start < words; start += Chunk)
        {
            int end = Math.Min(start + Chunk, words);
            Initialize(next, start, end, state);
            for (int target = 0; target < groups.Length; target++)
            for (int group = 0; group < groups[target].Length; group++)
            {
                BitGroup bits = groups[target][group];
                ref int place = ref places[target * FirstGroups + group];
                int from = place;
                while (place < bits.Words.Length && bits.Words[place] < end)
                    place++;
                ulong* chunk = state - start * Stride; // where word 0 would be
                for (int register = 0; register < Registers; register += 2)
                    Accumulate(
                        chunk + register * TLanes.Count,
                        bits,
                        from,
                        place,
                        SumsOf(sums, target, group, register),
                        SumsOf(sums, target, group, register + 1)
                    );
            }
        }
    }

    /// <summary>Adds to the sums of a group the bits of some words, for two registers of seeds.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void Accumulate(ulong* state, BitGroup group, int from, int to, ulong* first, ulong* second)
    {
        TWords a = TLanes.Load(first),
            b = TLanes.Load(first + TLanes.Count),
            c = TLanes.Load(first + 2 * TLanes.Count),
            d = TLanes.Load(first + 3 * TLanes.Count),
            e = TLanes.Load(second),
            f = TLanes.Load(second + TLanes.Count),
            g = TLanes.Load(second + 2 * TLanes.Count),
            h = TLanes.Load(second + 3 * TLanes.Count);
        fixed (int* words = group.Words)
        fixed (ulong* all = group.Masks)
        {
            ulong* masks = all + from * TwisterBits.Together;
            int stride = Stride;
            for (int* word = words + from, end = words + to; word < end; word++, masks += TwisterBits.Together)
            {
                TWords x = TLanes.Load(state + *word * stride),
                    y = TLanes.Load(state + *word * stride + TLanes.Count);
                TWords mask = TLanes.Word(masks[0]);
                a = TLanes.XorMasked(a, x, mask);
                e = TLanes.XorMasked(e, y, mask);
                mask = TLanes.Word(masks[1]);
                b = TLanes.XorMasked(b, x, mask);
                f = TLanes.XorMasked(f, y, mask);
                mask = TLanes.Word(masks[2]);
                c = TLanes.XorMasked(c, x, mask);
                g = TLanes.XorMasked(g, y, mask);
                mask = TLanes.Word(masks[3]);
                d = TLanes.XorMasked(d, x, mask);
                h = TLanes.XorMasked(h, y, mask);
            }
        }

        TLanes.Store(a, first);
        TLanes.Store(b, first + TLanes.Count);
        TLanes.Store(c, first + 2 * TLanes.Count);
        TLanes.Store(d, first + 3 * TLanes.Count);
        TLanes.Store(e, second);
        TLanes.Store(f, second + TLanes.Count);
        TLanes.Store(g, second + 2 * TLanes.Count);
        TLanes.Store(h, second + 3 * TLanes.Count);
    }

    /// <summary>Whether a register of seeds may have one that gives the bits of the first groups.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="sums">The sums of the first of them.</param>
    /// <param name="wrong">Room for a register.</param>
    private static bool MayMatch(BitGroup[] groups, ulong* sums, ulong* wrong)
    {
        TWords any = TLanes.Word(0);
        foreach (BitGroup group in groups)
        {
            any = TLanes.Or(
                any,
                Differences(
                    TLanes.Load(sums),
                    TLanes.Load(sums + TLanes.Count),
                    TLanes.Load(sums + 2 * TLanes.Count),
                    TLanes.Load(sums + 3 * TLanes.Count),
                    group
                )
            );
            sums += Registers * TwisterBits.Together * TLanes.Count;
        }

        TLanes.Store(any, wrong);
        return AnyIsRight(wrong);
    }

    /// <summary>Whether a half is 0.</summary>
    private static bool AnyIsRight(ulong* wrong)
    {
        bool all = true;
        for (int i = 0; i < TLanes.Count; i++)
            all &= wrong[i] == Ones;
        return !all;
    }

    /// <summary>The seeded states.</summary>
    [SkipLocalsInit]
    private static void Initialize(uint seed, int words, ulong* state)
    {
        TWords* next = stackalloc TWords[Registers];
        Begin(seed, next);
        Initialize(next, 0, words, state);
    }

    /// <summary>Word 0 of the states is the seed.</summary>
    private static void Begin(uint seed, TWords* next)
    {
        for (uint register = 0; register < Registers; register++)
            next[register] = SeedLanes<TLanes, TWords>.From(seed + 2 * register * (uint)TLanes.Count);
    }

    /// <summary>Words of the seeded states: word j is 1812433253 * (x ^ x &gt;&gt; 30) + j, x the word before
    /// it.</summary>
    /// <param name="next">The word that is next, of each register; in the end the one behind the last.</param>
    /// <param name="start">Its index.</param>
    /// <param name="end">Where to end.</param>
    /// <param name="state">Where they go.</param>
    [MethodImpl(Compilation.AtOnce)]
    private static void Initialize(TWords* next, int start, int end, ulong* state)
    {
        TWords multiplier = TLanes.Word(Mt19937.SeedMultiplier * Ones),
            index = TLanes.Word((ulong)start * Ones),
            one = TLanes.Word(Ones),
            a = next[0],
            b = next[1],
            c = next[2],
            d = next[3];
        for (ulong* last = state + (end - start) * Stride; state < last; state += Stride)
        {
            TLanes.Store(a, state);
            TLanes.Store(b, state + TLanes.Count);
            TLanes.Store(c, state + 2 * TLanes.Count);
            TLanes.Store(d, state + 3 * TLanes.Count);
            index = TLanes.Add32(index, one);
            a = Next(a, multiplier, index);
            b = Next(b, multiplier, index);
            c = Next(c, multiplier, index);
            d = Next(d, multiplier, index);
        }

        next[0] = a;
        next[1] = b;
        next[2] = c;
        next[3] = d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords Next(TWords x, TWords multiplier, TWords index) =>
        TLanes.Add32(TLanes.Multiply32(TLanes.Xor(x, TLanes.ShiftRight32(x, 30)), multiplier), index);

    /// <summary>Whether a register of seeds may have one that gives all bits; then <paramref name="wrong"/> holds 0 in
    /// those halves.</summary>
    private static bool Matches(ulong* state, TwisterBits target, ulong* wrong)
    {
        TWords any = TLanes.Word(0);
        foreach (BitGroup group in target.Groups)
        {
            any = TLanes.Or(any, Differences(state, group));
            TLanes.Store(any, wrong);
            if (!AnyIsRight(wrong))
                return false;
        }

        return true;
    }

    /// <summary>1 in each half whose seed differs in a bit of the group.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static TWords Differences(ulong* state, BitGroup group)
    {
        TWords a = TLanes.Word(0),
            b = a,
            c = a,
            d = a;
        fixed (int* words = group.Words)
        fixed (ulong* first = group.Masks)
        {
            ulong* masks = first;
            int stride = Stride;
            for (int* word = words, end = words + group.Words.Length; word < end; word++)
            {
                TWords bits = TLanes.Load(state + *word * stride);
                a = TLanes.Xor(a, TLanes.And(bits, TLanes.Word(masks[0])));
                b = TLanes.Xor(b, TLanes.And(bits, TLanes.Word(masks[1])));
                c = TLanes.Xor(c, TLanes.And(bits, TLanes.Word(masks[2])));
                d = TLanes.Xor(d, TLanes.And(bits, TLanes.Word(masks[3])));
                masks += TwisterBits.Together;
            }
        }

        return Differences(a, b, c, d, group);
    }

    /// <summary>The same of the sums of its bits.</summary>
    private static TWords Differences(TWords a, TWords b, TWords c, TWords d, BitGroup group)
    {
        ulong[] expected = group.Expected;
        return TLanes.Or(
            TLanes.Or(TLanes.Xor(Parity(a), TLanes.Word(expected[0])), TLanes.Xor(Parity(b), TLanes.Word(expected[1]))),
            TLanes.Or(TLanes.Xor(Parity(c), TLanes.Word(expected[2])), TLanes.Xor(Parity(d), TLanes.Word(expected[3])))
        );
    }

    /// <summary>The parity of each half in its lowest bit.</summary>
    private static TWords Parity(TWords x)
    {
        x = TLanes.Xor(x, TLanes.ShiftRight32(x, 16));
        x = TLanes.Xor(x, TLanes.ShiftRight32(x, 8));
        x = TLanes.Xor(x, TLanes.ShiftRight32(x, 4));
        x = TLanes.Xor(x, TLanes.ShiftRight32(x, 2));
        x = TLanes.Xor(x, TLanes.ShiftRight32(x, 1));
        return TLanes.And(x, TLanes.Word(Ones));
    }
}
