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
        public void Run<L, W, D, F>()
            where L : struct, ILanes<W, D, F>
            where W : unmanaged
            where D : unmanaged
            where F : unmanaged => TwisterScan<L, W>.Run(First, Count, Targets, Hits);
    }
}

/// <summary><see cref="TwisterScan"/> at one width: four registers of seeds at once, since each word of a seed's state
/// waits for the one before it.</summary>
/// <remarks>The states of so many seeds do not stay in the nearest cache. So the first bits are summed up while states
/// are made, some words at a time; one seed in thousands has them all, and then its whole state is made again.</remarks>
internal static unsafe class TwisterScan<L, W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    private const int Registers = 4;

    /// <summary>The words of states that are made at a time.</summary>
    private const int Chunk = 48;

    /// <summary>The groups of bits that are summed up meanwhile.</summary>
    private const int FirstGroups = 3;

    /// <summary>The lowest bit of both halves.</summary>
    private const ulong Ones = 0x00000001_00000001;

    /// <summary>The words of 64 bits between two words of the state.</summary>
    private static int Stride => Registers * L.Count;

    [SkipLocalsInit]
    public static void Run(uint first, long count, TwisterBits[] targets, List<SeedHit> hits)
    {
        ulong* wrong = stackalloc ulong[L.Count];
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
                    if (!Matches(state + register * L.Count, targets[target], wrong))
                        continue;
                    for (int i = 0; i < 2 * L.Count; i++)
                    {
                        long index = done + 2 * L.Count * register + i;
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
        sums + ((target * FirstGroups + group) * Registers + register) * TwisterBits.Together * L.Count;

    /// <summary>Sums up the first groups of all targets, for all registers of seeds.</summary>
    [SkipLocalsInit]
    private static void SumUp(uint seed, int words, BitGroup[][] groups, ulong* state, ulong* sums)
    {
        W* next = stackalloc W[Registers];
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
                        chunk + register * L.Count,
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate(ulong* state, BitGroup group, int from, int to, ulong* first, ulong* second)
    {
        W a = L.Load(first),
            b = L.Load(first + L.Count),
            c = L.Load(first + 2 * L.Count),
            d = L.Load(first + 3 * L.Count),
            e = L.Load(second),
            f = L.Load(second + L.Count),
            g = L.Load(second + 2 * L.Count),
            h = L.Load(second + 3 * L.Count);
        fixed (int* words = group.Words)
        fixed (ulong* all = group.Masks)
        {
            ulong* masks = all + from * TwisterBits.Together;
            int stride = Stride;
            for (int* word = words + from, end = words + to; word < end; word++, masks += TwisterBits.Together)
            {
                W x = L.Load(state + *word * stride),
                    y = L.Load(state + *word * stride + L.Count);
                W mask = L.Word(masks[0]);
                a = L.XorMasked(a, x, mask);
                e = L.XorMasked(e, y, mask);
                mask = L.Word(masks[1]);
                b = L.XorMasked(b, x, mask);
                f = L.XorMasked(f, y, mask);
                mask = L.Word(masks[2]);
                c = L.XorMasked(c, x, mask);
                g = L.XorMasked(g, y, mask);
                mask = L.Word(masks[3]);
                d = L.XorMasked(d, x, mask);
                h = L.XorMasked(h, y, mask);
            }
        }

        L.Store(a, first);
        L.Store(b, first + L.Count);
        L.Store(c, first + 2 * L.Count);
        L.Store(d, first + 3 * L.Count);
        L.Store(e, second);
        L.Store(f, second + L.Count);
        L.Store(g, second + 2 * L.Count);
        L.Store(h, second + 3 * L.Count);
    }

    /// <summary>Whether a register of seeds may have one that gives the bits of the first groups.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="sums">The sums of the first of them.</param>
    /// <param name="wrong">Room for a register.</param>
    private static bool MayMatch(BitGroup[] groups, ulong* sums, ulong* wrong)
    {
        W any = L.Word(0);
        foreach (BitGroup group in groups)
        {
            any = L.Or(
                any,
                Differences(
                    L.Load(sums),
                    L.Load(sums + L.Count),
                    L.Load(sums + 2 * L.Count),
                    L.Load(sums + 3 * L.Count),
                    group
                )
            );
            sums += Registers * TwisterBits.Together * L.Count;
        }

        L.Store(any, wrong);
        return AnyIsRight(wrong);
    }

    /// <summary>Whether a half is 0.</summary>
    private static bool AnyIsRight(ulong* wrong)
    {
        bool all = true;
        for (int i = 0; i < L.Count; i++)
            all &= wrong[i] == Ones;
        return !all;
    }

    /// <summary>The seeded states.</summary>
    [SkipLocalsInit]
    private static void Initialize(uint seed, int words, ulong* state)
    {
        W* next = stackalloc W[Registers];
        Begin(seed, next);
        Initialize(next, 0, words, state);
    }

    /// <summary>Word 0 of the states is the seed.</summary>
    private static void Begin(uint seed, W* next)
    {
        for (uint register = 0; register < Registers; register++)
            next[register] = SeedLanes<L, W>.From(seed + 2 * register * (uint)L.Count);
    }

    /// <summary>Words of the seeded states: word j is 1812433253 * (x ^ x &gt;&gt; 30) + j, x the word before it.</summary>
    /// <param name="next">The word that is next, of each register; in the end the one behind the last.</param>
    /// <param name="start">Its index.</param>
    /// <param name="end">Where to end.</param>
    /// <param name="state">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Initialize(W* next, int start, int end, ulong* state)
    {
        W multiplier = L.Word(Mt19937.SeedMultiplier * Ones),
            index = L.Word((ulong)start * Ones),
            one = L.Word(Ones),
            a = next[0],
            b = next[1],
            c = next[2],
            d = next[3];
        for (ulong* last = state + (end - start) * Stride; state < last; state += Stride)
        {
            L.Store(a, state);
            L.Store(b, state + L.Count);
            L.Store(c, state + 2 * L.Count);
            L.Store(d, state + 3 * L.Count);
            index = L.Add32(index, one);
            a = Next(a, multiplier, index);
            b = Next(b, multiplier, index);
            c = Next(c, multiplier, index);
            d = Next(d, multiplier, index);
        }

        (next[0], next[1], next[2], next[3]) = (a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Next(W x, W multiplier, W index) =>
        L.Add32(L.Multiply32(L.Xor(x, L.ShiftRight32(x, 30)), multiplier), index);

    /// <summary>Whether a register of seeds may have one that gives all bits; then <paramref name="wrong"/> holds 0 in
    /// those halves.</summary>
    private static bool Matches(ulong* state, TwisterBits target, ulong* wrong)
    {
        W any = L.Word(0);
        foreach (BitGroup group in target.Groups)
        {
            any = L.Or(any, Differences(state, group));
            L.Store(any, wrong);
            if (!AnyIsRight(wrong))
                return false;
        }

        return true;
    }

    /// <summary>1 in each half whose seed differs in a bit of the group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // The loop must not wait for a second compilation.
    private static W Differences(ulong* state, BitGroup group)
    {
        W a = L.Word(0),
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
                W bits = L.Load(state + *word * stride);
                a = L.Xor(a, L.And(bits, L.Word(masks[0])));
                b = L.Xor(b, L.And(bits, L.Word(masks[1])));
                c = L.Xor(c, L.And(bits, L.Word(masks[2])));
                d = L.Xor(d, L.And(bits, L.Word(masks[3])));
                masks += TwisterBits.Together;
            }
        }

        return Differences(a, b, c, d, group);
    }

    /// <summary>The same of the sums of its bits.</summary>
    private static W Differences(W a, W b, W c, W d, BitGroup group)
    {
        ulong[] expected = group.Expected;
        return L.Or(
            L.Or(L.Xor(Parity(a), L.Word(expected[0])), L.Xor(Parity(b), L.Word(expected[1]))),
            L.Or(L.Xor(Parity(c), L.Word(expected[2])), L.Xor(Parity(d), L.Word(expected[3])))
        );
    }

    /// <summary>The parity of each half in its lowest bit.</summary>
    private static W Parity(W x)
    {
        x = L.Xor(x, L.ShiftRight32(x, 16));
        x = L.Xor(x, L.ShiftRight32(x, 8));
        x = L.Xor(x, L.ShiftRight32(x, 4));
        x = L.Xor(x, L.ShiftRight32(x, 2));
        x = L.Xor(x, L.ShiftRight32(x, 1));
        return L.And(x, L.Word(Ones));
    }
}
