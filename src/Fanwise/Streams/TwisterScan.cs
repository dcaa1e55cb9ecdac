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
internal static unsafe class TwisterScan<L, W>
    where L : struct, IWordLanes<W>
    where W : unmanaged
{
    private const int Registers = 4;

    /// <summary>The lowest bit of both halves.</summary>
    private const ulong Ones = 0x00000001_00000001;

    /// <summary>The words of 64 bits between two words of the state.</summary>
    private static int Stride => Registers * L.Count;

    [SkipLocalsInit]
    public static void Run(uint first, long count, TwisterBits[] targets, List<SeedHit> hits)
    {
        ulong* wrong = stackalloc ulong[L.Count];
        int words = targets.Max(static target => target.StateWords);
        ulong* state = (ulong*)NativeMemory.AlignedAlloc((nuint)(Mt19937.Size * Stride * sizeof(ulong)), 64);
        try
        {
            for (long done = 0; done < count; done += 2 * Stride)
            {
                uint seed = first + (uint)done;
                Initialize(seed, words, state);
                for (int target = 0; target < targets.Length; target++)
                for (int register = 0; register < Registers; register++)
                {
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

    /// <summary>The seeded states: word j is 1812433253 * (x ^ x &gt;&gt; 30) + j, x the word before it.</summary>
    private static void Initialize(uint seed, int words, ulong* state)
    {
        W multiplier = L.Word(Mt19937.SeedMultiplier * Ones),
            index = L.Word(0),
            one = L.Word(Ones),
            a = SeedLanes<L, W>.From(seed),
            b = SeedLanes<L, W>.From(seed + 2 * (uint)L.Count),
            c = SeedLanes<L, W>.From(seed + 4 * (uint)L.Count),
            d = SeedLanes<L, W>.From(seed + 6 * (uint)L.Count);
        for (ulong* end = state + words * Stride; ; )
        {
            L.Store(a, state);
            L.Store(b, state + L.Count);
            L.Store(c, state + 2 * L.Count);
            L.Store(d, state + 3 * L.Count);
            state += Stride;
            if (state == end)
                return;
            index = L.Add32(index, one);
            a = Next(a, multiplier, index);
            b = Next(b, multiplier, index);
            c = Next(c, multiplier, index);
            d = Next(d, multiplier, index);
        }
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
            bool all = true;
            for (int i = 0; i < L.Count; i++)
                all &= wrong[i] == Ones;
            if (all)
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
