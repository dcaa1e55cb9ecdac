using System.Diagnostics.CodeAnalysis;

namespace Fanwise.Simd;

// What a kernel may say about one vector width, in three vocabularies over the same lanes:
//   TWords    Count words of 64 bits; where 32 bits are meant they are the low half, and the high half may hold
//             anything
//   TDoubles  the same lanes as doubles
//   TSingles  a register of 2 * Count singles, made of two TDoubles
// A lanes type is an empty struct: no algorithm, one instruction (or a few) a member. Every member means the same at
// every width; ScalarLanes says what.

/// <summary>Words of 64 bits: integers, bits and memory.</summary>
internal unsafe interface IWordLanes<TWords>
    where TWords : unmanaged
{
    /// <summary>The number of words in a register.</summary>
    public static abstract int Count { get; }

    /// <summary>Whether there are 16 registers instead of 32.</summary>
    public static abstract bool HasFewRegisters { get; }

    /// <summary>0, 1, 2, ...</summary>
    public static abstract TWords Ascending { get; }

    /// <summary>The same numbers in the order that the processor's interleaving within 128 bits undoes.</summary>
    public static abstract TWords Woven { get; }

    /// <summary>This value in every lane.</summary>
    public static abstract TWords Word(ulong value);

    public static abstract TWords Load(ulong* source);

    /// <summary>Count 16-bit numbers, one in each lane.</summary>
    public static abstract TWords LoadIndices(ushort* source);

    public static abstract void Store(TWords value, ulong* destination);
    public static abstract TWords Add(TWords a, TWords b);
    public static abstract TWords Subtract(TWords a, TWords b);
    public static abstract TWords And(TWords a, TWords b);
    public static abstract TWords Or(TWords a, TWords b);
    public static abstract TWords Xor(TWords a, TWords b);

    /// <summary>a ^ b ^ c.</summary>
    public static abstract TWords Xor(TWords a, TWords b, TWords c);

    /// <summary>a ^ (b &amp; c).</summary>
    public static abstract TWords XorMasked(TWords a, TWords b, TWords c);

    /// <summary>(a &amp; b) | c.</summary>
    public static abstract TWords MaskedOr(TWords a, TWords b, TWords c);

    /// <summary>(a &amp; b) ^ c.</summary>
    public static abstract TWords MaskedXor(TWords a, TWords b, TWords c);

    public static abstract TWords ShiftLeft(TWords a, [ConstantExpected] byte count);
    public static abstract TWords ShiftRight(TWords a, [ConstantExpected] byte count);

    /// <summary>As <see cref="ShiftLeft"/>, by a number that only the run knows.</summary>
    public static abstract TWords ShiftLeftBy(TWords a, int count);

    /// <summary>As <see cref="ShiftRight"/>, by a number that only the run knows.</summary>
    public static abstract TWords ShiftRightBy(TWords a, int count);

    /// <summary>The 64-bit products of the low halves.</summary>
    public static abstract TWords Product(TWords a, TWords b);

    /// <summary>The high half in the place of the low one.</summary>
    public static abstract TWords High(TWords a);

    /// <summary>As <see cref="High"/>, by an instruction that uses another port of the processor.</summary>
    public static abstract TWords HighShuffled(TWords a);

    /// <summary>Both halves exchanged.</summary>
    public static abstract TWords SwapHalves(TWords a);

    /// <summary>Of registers whose lanes are in the order of <see cref="Woven"/>: a 0, b 0, a 1, b 1, ...</summary>
    public static abstract void Weave(TWords a, TWords b, out TWords first, out TWords second);

    // The same register as twice as many words of 32 bits.
    public static abstract TWords Add32(TWords a, TWords b);

    /// <summary>The low halves of the products of all 32-bit words.</summary>
    public static abstract TWords Multiply32(TWords a, TWords b);
    public static abstract TWords ShiftLeft32(TWords a, [ConstantExpected] byte count);
    public static abstract TWords ShiftRight32(TWords a, [ConstantExpected] byte count);

    /// <summary>Every 32-bit word turned left.</summary>
    public static abstract TWords RotateLeft32(TWords a, [ConstantExpected] byte count);

    /// <summary>Copies of the sign bit in all 32 bits.</summary>
    public static abstract TWords Sign32(TWords a);

    /// <summary>The low halves of all 32-bit words of <paramref name="first"/>, then of <paramref name="second"/>,
    /// which fit 16 bits.</summary>
    public static abstract void Store16(TWords first, TWords second, ushort* destination);
}

/// <summary>Doubles.</summary>
internal unsafe interface IDoubleLanes<TWords, TDoubles> : IWordLanes<TWords>
    where TWords : unmanaged
    where TDoubles : unmanaged
{
    /// <summary>This value in every lane.</summary>
    public static abstract TDoubles Double(double value);

    public static abstract TDoubles AsDoubles(TWords bits);
    public static abstract TWords AsWords(TDoubles value);
    public static abstract void Store(TDoubles value, double* destination);
    public static abstract TDoubles Add(TDoubles a, TDoubles b);
    public static abstract TDoubles Subtract(TDoubles a, TDoubles b);
    public static abstract TDoubles Multiply(TDoubles a, TDoubles b);
    public static abstract TDoubles Divide(TDoubles a, TDoubles b);

    /// <summary>a * b + c, fused or not as is faster: for what has been proven to come out the same.</summary>
    public static abstract TDoubles MultiplyAdd(TDoubles a, TDoubles b, TDoubles c);

    /// <summary>Whether <see cref="Fused(TDoubles, TDoubles, TDoubles)"/> is an instruction.</summary>
    public static abstract bool HasFused { get; }

    /// <summary>a * b + c, rounded once.</summary>
    public static abstract TDoubles Fused(TDoubles a, TDoubles b, TDoubles c);

    /// <summary>c - a * b, rounded once.</summary>
    public static abstract TDoubles FusedNegated(TDoubles a, TDoubles b, TDoubles c);

    public static abstract TDoubles Load(double* source);
    public static abstract TDoubles Max(TDoubles a, TDoubles b);
    public static abstract TDoubles Sqrt(TDoubles a);

    /// <summary>All ones where a &lt; b.</summary>
    public static abstract TDoubles LessThan(TDoubles a, TDoubles b);

    /// <summary>a where the mask is ones, b elsewhere.</summary>
    public static abstract TDoubles Select(TDoubles mask, TDoubles a, TDoubles b);

    /// <summary>The exponent of a positive normal number, as a number.</summary>
    public static abstract TDoubles Exponent(TDoubles a);

    /// <summary>Whether <see cref="Lookup"/> is an instruction.</summary>
    public static abstract bool HasLookup { get; }

    /// <summary>The entry of a table of 16, by bits 48 to 51 of <paramref name="source"/>.</summary>
    public static abstract TDoubles Lookup(double* table, TWords source);

    /// <summary>table[place] and table[place + 1] of Count places.</summary>
    public static abstract void LoadPairs(double* table, ulong* places, out TDoubles first, out TDoubles second);

    /// <summary>table[index].</summary>
    public static abstract TDoubles Gather(double* table, TWords index);

    /// <summary>even 0, odd 0, even 1, odd 1, ...</summary>
    public static abstract void Interleave(TDoubles even, TDoubles odd, out TDoubles first, out TDoubles second);

    /// <summary>A bit for each lane: whether |a| &lt; limit.</summary>
    public static abstract uint Within(TDoubles a, TDoubles limit);
}

/// <summary>Singles, and the whole vocabulary of a width.</summary>
internal unsafe interface ILanes<TWords, TDoubles, TSingles> : IDoubleLanes<TWords, TDoubles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    /// <summary>This value in every lane.</summary>
    public static abstract TSingles Single(float value);

    /// <summary>The doubles of <paramref name="low"/> rounded to single, then those of
    /// <paramref name="high"/>.</summary>
    public static abstract TSingles Narrow(TDoubles low, TDoubles high);

    /// <summary>As <see cref="Narrow"/>, to memory.</summary>
    public static abstract void StoreNarrowed(TDoubles low, TDoubles high, float* destination);

    /// <summary>The low halves of <paramref name="low"/>, then those of <paramref name="high"/>.</summary>
    public static abstract TWords NarrowWords(TWords low, TWords high);

    public static abstract TSingles AsSingles(TWords bits);
    public static abstract TWords AsWords(TSingles value);
    public static abstract TSingles Load(float* source);
    public static abstract void Store(TSingles value, float* destination);

    /// <summary>Count singles from <paramref name="low"/>, then Count from <paramref name="high"/>.</summary>
    public static abstract TSingles LoadHalves(float* low, float* high);

    /// <summary>The first Count singles to <paramref name="low"/>, the others to <paramref name="high"/>.</summary>
    public static abstract void StoreHalves(TSingles value, float* low, float* high);

    /// <summary>All 32-bit words as signed integers, rounded to single.</summary>
    public static abstract TSingles FromIntegers(TWords words);

    /// <summary>Singles of less than 2^31 cut to signed integers of 32 bits.</summary>
    public static abstract TWords ToIntegers(TSingles value);

    public static abstract TSingles Add(TSingles a, TSingles b);
    public static abstract TSingles Subtract(TSingles a, TSingles b);
    public static abstract TSingles Multiply(TSingles a, TSingles b);
    public static abstract TSingles Divide(TSingles a, TSingles b);

    /// <summary>a * b + c, rounded once.</summary>
    public static abstract TSingles Fused(TSingles a, TSingles b, TSingles c);

    public static abstract TSingles Max(TSingles a, TSingles b);
    public static abstract TSingles Sqrt(TSingles a);

    /// <summary>All ones where a &lt; b.</summary>
    public static abstract TWords LessThan(TSingles a, TSingles b);

    /// <summary>a where the mask is ones, b elsewhere.</summary>
    public static abstract TSingles Select(TWords mask, TSingles a, TSingles b);

    /// <summary>
    /// Of sines (s) and cosines (c), whose first half belongs to pairs A and whose second to pairs B: sA0 cA0 sB0 cB0,
    /// sA1 cA1 sB1 cB1, ...
    /// </summary>
    public static abstract void InterleavePairs(
        TSingles sines,
        TSingles cosines,
        out TSingles first,
        out TSingles second
    );

    /// <summary>A bit for each lane: whether |a| &lt; limit.</summary>
    public static abstract uint Within(TSingles a, TSingles limit);
}
