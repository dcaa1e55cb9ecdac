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
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged =>
            PythonScan<TLanes, TWords, TDoubles, TSingles>.Run(First, Count, From, To, Value, Hits);
    }
}

/// <summary><see cref="PythonScan"/> at one width: four registers of seeds at once, since each step waits for the one
/// before it.</summary>
internal static unsafe class PythonScan<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    private const int Registers = 4;
    private const ulong Signs = 0x80000000_80000000;

    /// <summary>What the generator's state is before any seed comes in, each word twice.</summary>
    private static readonly ulong[] Initial = CreateInitial();

    /// <summary>The words of 64 bits between two words of the state.</summary>
    private static int Stride => Registers * TLanes.Count;

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
                    TWords any = TLanes.Word(0);
                    for (int word = from; word < to; word++)
                        any = TLanes.Or(any, Matches(state + register * TLanes.Count, word, Twice(value)));
                    any = TLanes.And(any, TLanes.Word(Signs));
                    if (
                        TLanes.Within(
                            TLanes.AsDoubles(TLanes.ShiftRight(TLanes.Or(any, TLanes.ShiftLeft(any, 32)), 1)),
                            TLanes.Double(1)
                        )
                        == (1u << TLanes.Count) - 1
                    )
                        continue;
                    Collect(any, seed + (uint)(2 * TLanes.Count * register), first + (ulong)count, hits);
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
        TWords keyA = SeedLanes<TLanes, TWords>.From(seed),
            keyB = SeedLanes<TLanes, TWords>.From(seed + 2 * (uint)TLanes.Count),
            keyC = SeedLanes<TLanes, TWords>.From(seed + 4 * (uint)TLanes.Count),
            keyD = SeedLanes<TLanes, TWords>.From(seed + 6 * (uint)TLanes.Count);
        TWords a = TLanes.Word(Initial[0]),
            b = a,
            c = a,
            d = a,
            multiplier = TLanes.Word(Twice(PythonRandom.FirstMultiplier));
        fixed (ulong* initial = Initial)
        {
            for (int i = 1; i < PythonRandom.Size; i++)
            {
                TWords old = TLanes.Word(initial[i]);
                a = TLanes.Add32(TLanes.Xor(old, Mixed(a, multiplier)), keyA);
                b = TLanes.Add32(TLanes.Xor(old, Mixed(b, multiplier)), keyB);
                c = TLanes.Add32(TLanes.Xor(old, Mixed(c, multiplier)), keyC);
                d = TLanes.Add32(TLanes.Xor(old, Mixed(d, multiplier)), keyD);
                Store(a, b, c, d, state + i * Stride);
            }
        }

        ulong* one = state + Stride;
        a = TLanes.Add32(TLanes.Xor(TLanes.Load(one), Mixed(a, multiplier)), keyA);
        b = TLanes.Add32(TLanes.Xor(TLanes.Load(one + TLanes.Count), Mixed(b, multiplier)), keyB);
        c = TLanes.Add32(TLanes.Xor(TLanes.Load(one + 2 * TLanes.Count), Mixed(c, multiplier)), keyC);
        d = TLanes.Add32(TLanes.Xor(TLanes.Load(one + 3 * TLanes.Count), Mixed(d, multiplier)), keyD);
        Store(a, b, c, d, one);

        multiplier = TLanes.Word(Twice(PythonRandom.SecondMultiplier));
        TWords index = TLanes.Word(Twice(unchecked((uint)-2))),
            minusOne = TLanes.Word(ulong.MaxValue);
        for (int i = 2; i < to; i++)
        {
            Second(state + i * Stride, multiplier, index, ref a, ref b, ref c, ref d);
            index = TLanes.Add32(index, minusOne);
        }

        if (to < PythonRandom.Size)
            return;
        Second(one, multiplier, minusOne, ref a, ref b, ref c, ref d);
        TWords upper = TLanes.Word(Signs);
        Store(upper, upper, upper, upper, state);
    }

    /// <summary>One step of the second pass over the state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Second(
        ulong* at,
        TWords multiplier,
        TWords index,
        ref TWords a,
        ref TWords b,
        ref TWords c,
        ref TWords d
    )
    {
        a = TLanes.Add32(TLanes.Xor(TLanes.Load(at), Mixed(a, multiplier)), index);
        b = TLanes.Add32(TLanes.Xor(TLanes.Load(at + TLanes.Count), Mixed(b, multiplier)), index);
        c = TLanes.Add32(TLanes.Xor(TLanes.Load(at + 2 * TLanes.Count), Mixed(c, multiplier)), index);
        d = TLanes.Add32(TLanes.Xor(TLanes.Load(at + 3 * TLanes.Count), Mixed(d, multiplier)), index);
        Store(a, b, c, d, at);
    }

    /// <summary>(x ^ x &gt;&gt; 30) * multiplier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords Mixed(TWords x, TWords multiplier) =>
        TLanes.Multiply32(TLanes.Xor(x, TLanes.ShiftRight32(x, 30)), multiplier);

    /// <summary>The sign bit of each seed whose word of this index, without its two low bits, is a value: their
    /// exclusive or, less one, is negative only then.</summary>
    private static TWords Matches(ulong* state, int word, ulong value)
    {
        TWords next = TLanes.Load(state + (word + 1) * Stride);
        TWords y = TLanes.MaskedOr(
            TLanes.Load(state + word * Stride),
            TLanes.Word(Twice(PythonRandom.Upper)),
            TLanes.And(next, TLanes.Word(Twice(PythonRandom.Lower)))
        );
        y = TLanes.XorMasked(
            TLanes.Xor(TLanes.Load(state + (word + PythonRandom.Middle) * Stride), TLanes.ShiftRight32(y, 1)),
            TLanes.Sign32(TLanes.ShiftLeft32(y, 31)),
            TLanes.Word(Twice(PythonRandom.Matrix))
        );
        y = TLanes.Xor(y, TLanes.ShiftRight32(y, 11));
        y = TLanes.XorMasked(y, TLanes.ShiftLeft32(y, 7), TLanes.Word(Twice(PythonRandom.TemperB)));
        y = TLanes.XorMasked(y, TLanes.ShiftLeft32(y, 15), TLanes.Word(Twice(PythonRandom.TemperC)));
        y = TLanes.Xor(y, TLanes.ShiftRight32(y, 18));
        return TLanes.Add32(TLanes.Xor(TLanes.ShiftRight32(y, 2), TLanes.Word(value)), TLanes.Word(ulong.MaxValue));
    }

    [SkipLocalsInit]
    private static void Collect(TWords signs, uint seed, ulong end, List<uint> hits)
    {
        ulong* words = stackalloc ulong[TLanes.Count];
        TLanes.Store(signs, words);
        for (uint i = 0; i < 2 * TLanes.Count; i++)
            if (((uint*)words)[i] != 0 && (ulong)seed + i < end)
                hits.Add(seed + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TWords a, TWords b, TWords c, TWords d, ulong* at)
    {
        TLanes.Store(a, at);
        TLanes.Store(b, at + TLanes.Count);
        TLanes.Store(c, at + 2 * TLanes.Count);
        TLanes.Store(d, at + 3 * TLanes.Count);
    }

    private static ulong Twice(uint word) => word | (ulong)word << 32;

    private static ulong[] CreateInitial()
    {
        uint[] state = new uint[PythonRandom.Size];
        PythonRandom.FillInitial(state);
        return Array.ConvertAll(state, Twice);
    }
}
