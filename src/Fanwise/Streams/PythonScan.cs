using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Which of many consecutive seeds of Python's generator draw a number early on: <c>random.seed(s)</c>, then
/// one of some words gives <c>randint</c> this value.</summary>
/// <remarks>
/// A seed of 32 bits goes through 1,247 dependent steps before the generator's first word is known, through 1,020
/// before its third is: those are done for many seeds at once, and of the words only the
/// needed ones are made.
/// </remarks>
internal static class PythonScan
{
    /// <summary>No word from this one on is looked at: word k is made of the words k and k + 397 of a fresh
    /// state.</summary>
    public const int Words = PythonRandom.Size - PythonRandom.Middle;

    /// <summary>Adds to <paramref name="hits"/> each seed from <paramref name="first"/> on for which one of the words
    /// <paramref name="from"/> to <paramref name="to"/> - 1, without its two low bits, is
    /// <paramref name="value"/>.</summary>
    /// <param name="first">The first seed; even.</param>
    /// <param name="count">How many seeds; first + count is at most 2^32.</param>
    /// <param name="from">The first word that is looked at.</param>
    /// <param name="to">The one after the last, at most <see cref="Words"/>.</param>
    /// <param name="value">What the upper 30 bits must be.</param>
    /// <param name="hits">Where hits go, ascending.</param>
    public static void Run(uint first, long count, int from, int to, uint value, List<uint> hits) =>
        Run(first, count, from, to, value, hits, Dispatch.Best);

    /// <summary>As above, at a width that the machine supports.</summary>
    public static void Run(uint first, long count, int from, int to, uint value, List<uint> hits, VectorWidth width) =>
        Dispatch.Run(new Scan(first, count, from, to, value, hits), width);

    private readonly record struct Scan(uint First, long Count, int From, int To, uint Value, List<uint> Hits)
        : IVectorized
    {
        public void Run<L, W, D, F>()
            where L : struct, ILanes<W, D, F>
            where W : unmanaged
            where D : unmanaged
            where F : unmanaged => PythonScan<L, W, D, F>.Run(First, Count, From, To, Value, Hits);
    }
}

/// <summary><see cref="PythonScan"/> at one width: four registers of seeds at once, since each step waits for the one
/// before it.</summary>
internal static unsafe class PythonScan<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    private const int Registers = 4;
    private const ulong Signs = 0x80000000_80000000;

    /// <summary>What the generator's state is before any seed comes in, each word twice.</summary>
    private static readonly ulong[] Initial = CreateInitial();

    /// <summary>The words of 64 bits between two words of the state.</summary>
    private static int Stride => Registers * L.Count;

    public static void Run(uint first, long count, int from, int to, uint value, List<uint> hits)
    {
        ulong* state = (ulong*)NativeMemory.AlignedAlloc((nuint)(PythonRandom.Size * Stride * sizeof(ulong)), 64);
        try
        {
            for (long done = 0; done < count; done += 2 * Stride)
            {
                uint seed = first + (uint)done;
                Initialize(seed, from < 2 ? PythonRandom.Size : PythonRandom.Middle + to, state);
                for (int register = 0; register < Registers; register++)
                {
                    W any = L.Word(0);
                    for (int word = from; word < to; word++)
                        any = L.Or(any, Matches(state + register * L.Count, word, Twice(value)));
                    any = L.And(any, L.Word(Signs));
                    if (
                        L.Within(L.AsDoubles(L.ShiftRight(L.Or(any, L.ShiftLeft(any, 32)), 1)), L.Double(1))
                        == (1u << L.Count) - 1
                    )
                        continue;
                    Collect(any, seed + (uint)(2 * L.Count * register), first + (ulong)count, hits);
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(state);
        }
    }

    /// <summary>The fresh state of <c>init_by_array</c> with one word as the key, up to a word; the first two words
    /// only where all of it is asked for.</summary>
    private static void Initialize(uint seed, int to, ulong* state)
    {
        W keyA = SeedLanes<L, W>.From(seed),
            keyB = SeedLanes<L, W>.From(seed + 2 * (uint)L.Count),
            keyC = SeedLanes<L, W>.From(seed + 4 * (uint)L.Count),
            keyD = SeedLanes<L, W>.From(seed + 6 * (uint)L.Count);
        W a = L.Word(Initial[0]),
            b = a,
            c = a,
            d = a,
            multiplier = L.Word(Twice(PythonRandom.FirstMultiplier));
        fixed (ulong* initial = Initial)
        {
            for (int i = 1; i < PythonRandom.Size; i++)
            {
                W old = L.Word(initial[i]);
                a = L.Add32(L.Xor(old, Mixed(a, multiplier)), keyA);
                b = L.Add32(L.Xor(old, Mixed(b, multiplier)), keyB);
                c = L.Add32(L.Xor(old, Mixed(c, multiplier)), keyC);
                d = L.Add32(L.Xor(old, Mixed(d, multiplier)), keyD);
                Store(a, b, c, d, state + i * Stride);
            }
        }

        ulong* one = state + Stride;
        a = L.Add32(L.Xor(L.Load(one), Mixed(a, multiplier)), keyA);
        b = L.Add32(L.Xor(L.Load(one + L.Count), Mixed(b, multiplier)), keyB);
        c = L.Add32(L.Xor(L.Load(one + 2 * L.Count), Mixed(c, multiplier)), keyC);
        d = L.Add32(L.Xor(L.Load(one + 3 * L.Count), Mixed(d, multiplier)), keyD);
        Store(a, b, c, d, one);

        multiplier = L.Word(Twice(PythonRandom.SecondMultiplier));
        W index = L.Word(Twice(unchecked((uint)-2))),
            minusOne = L.Word(ulong.MaxValue);
        for (int i = 2; i < to; i++)
        {
            Second(state + i * Stride, multiplier, index, ref a, ref b, ref c, ref d);
            index = L.Add32(index, minusOne);
        }

        if (to < PythonRandom.Size)
            return;
        Second(one, multiplier, minusOne, ref a, ref b, ref c, ref d);
        W upper = L.Word(Signs);
        Store(upper, upper, upper, upper, state);
    }

    /// <summary>One step of the second pass over the state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Second(ulong* at, W multiplier, W index, ref W a, ref W b, ref W c, ref W d)
    {
        a = L.Add32(L.Xor(L.Load(at), Mixed(a, multiplier)), index);
        b = L.Add32(L.Xor(L.Load(at + L.Count), Mixed(b, multiplier)), index);
        c = L.Add32(L.Xor(L.Load(at + 2 * L.Count), Mixed(c, multiplier)), index);
        d = L.Add32(L.Xor(L.Load(at + 3 * L.Count), Mixed(d, multiplier)), index);
        Store(a, b, c, d, at);
    }

    /// <summary>(x ^ x &gt;&gt; 30) * multiplier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Mixed(W x, W multiplier) => L.Multiply32(L.Xor(x, L.ShiftRight32(x, 30)), multiplier);

    /// <summary>The sign bit of each seed whose word of this index, without its two low bits, is a value: their
    /// exclusive or, less one, is negative only then.</summary>
    private static W Matches(ulong* state, int word, ulong value)
    {
        W next = L.Load(state + (word + 1) * Stride);
        W y = L.MaskedOr(
            L.Load(state + word * Stride),
            L.Word(Twice(PythonRandom.Upper)),
            L.And(next, L.Word(Twice(PythonRandom.Lower)))
        );
        y = L.XorMasked(
            L.Xor(L.Load(state + (word + PythonRandom.Middle) * Stride), L.ShiftRight32(y, 1)),
            L.Sign32(L.ShiftLeft32(y, 31)),
            L.Word(Twice(PythonRandom.Matrix))
        );
        y = L.Xor(y, L.ShiftRight32(y, 11));
        y = L.XorMasked(y, L.ShiftLeft32(y, 7), L.Word(Twice(PythonRandom.TemperB)));
        y = L.XorMasked(y, L.ShiftLeft32(y, 15), L.Word(Twice(PythonRandom.TemperC)));
        y = L.Xor(y, L.ShiftRight32(y, 18));
        return L.Add32(L.Xor(L.ShiftRight32(y, 2), L.Word(value)), L.Word(ulong.MaxValue));
    }

    [SkipLocalsInit]
    private static void Collect(W signs, uint seed, ulong end, List<uint> hits)
    {
        ulong* words = stackalloc ulong[L.Count];
        L.Store(signs, words);
        for (uint i = 0; i < 2 * L.Count; i++)
            if (((uint*)words)[i] != 0 && (ulong)seed + i < end)
                hits.Add(seed + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(W a, W b, W c, W d, ulong* at)
    {
        L.Store(a, at);
        L.Store(b, at + L.Count);
        L.Store(c, at + 2 * L.Count);
        L.Store(d, at + 3 * L.Count);
    }

    private static ulong Twice(uint word) => word | (ulong)word << 32;

    private static ulong[] CreateInitial()
    {
        uint[] state = new uint[PythonRandom.Size];
        PythonRandom.FillInitial(state);
        return Array.ConvertAll(state, Twice);
    }
}
