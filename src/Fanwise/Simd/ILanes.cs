using System.Diagnostics.CodeAnalysis;

namespace Fanwise.Simd;

// What a kernel may say about one vector width, in three vocabularies over the same lanes:
//   W  Count words of 64 bits; where 32 bits are meant they are the low half, and the high half may hold anything
//   D  the same lanes as doubles
//   F  a register of 2 * Count singles, made of two D
// A lanes type is an empty struct: no algorithm, one instruction (or a few) a member. Every member means the same at
// every width; ScalarLanes says what.

/// <summary>Words of 64 bits: integers, bits and memory.</summary>
internal unsafe interface IWordLanes<W>
    where W : unmanaged
{
    /// <summary>The number of words in a register.</summary>
    public static abstract int Count { get; }

    /// <summary>Whether there are 16 registers instead of 32.</summary>
    public static abstract bool HasFewRegisters { get; }

    /// <summary>0, 1, 2, ...</summary>
    public static abstract W Ascending { get; }

    /// <summary>The same numbers in the order that the processor's interleaving within 128 bits undoes.</summary>
    public static abstract W Woven { get; }

    /// <summary>This value in every lane.</summary>
    public static abstract W Word(ulong value);

    public static abstract W Load(ulong* source);

    /// <summary>Count 16-bit numbers, one in each lane.</summary>
    public static abstract W LoadIndices(ushort* source);

    public static abstract void Store(W value, ulong* destination);
    public static abstract W Add(W a, W b);
    public static abstract W Subtract(W a, W b);
    public static abstract W And(W a, W b);
    public static abstract W Or(W a, W b);
    public static abstract W Xor(W a, W b);

    /// <summary>a ^ b ^ c.</summary>
    public static abstract W Xor(W a, W b, W c);

    /// <summary>a ^ (b &amp; c).</summary>
    public static abstract W XorMasked(W a, W b, W c);

    /// <summary>(a &amp; b) | c.</summary>
    public static abstract W MaskedOr(W a, W b, W c);

    /// <summary>(a &amp; b) ^ c.</summary>
    public static abstract W MaskedXor(W a, W b, W c);

    public static abstract W ShiftLeft(W a, [ConstantExpected] byte count);
    public static abstract W ShiftRight(W a, [ConstantExpected] byte count);

    /// <summary>As <see cref="ShiftLeft"/>, by a number that only the run knows.</summary>
    public static abstract W ShiftLeftBy(W a, int count);

    /// <summary>As <see cref="ShiftRight"/>, by a number that only the run knows.</summary>
    public static abstract W ShiftRightBy(W a, int count);

    /// <summary>The 64-bit products of the low halves.</summary>
    public static abstract W Product(W a, W b);

    /// <summary>The high half in the place of the low one.</summary>
    public static abstract W High(W a);

    /// <summary>As <see cref="High"/>, by an instruction that uses another port of the processor.</summary>
    public static abstract W HighShuffled(W a);

    /// <summary>Both halves exchanged.</summary>
    public static abstract W SwapHalves(W a);

    /// <summary>Of registers whose lanes are in the order of <see cref="Woven"/>: a 0, b 0, a 1, b 1, ...</summary>
    public static abstract void Weave(W a, W b, out W first, out W second);

    // The same register as twice as many words of 32 bits.
    public static abstract W Add32(W a, W b);

    /// <summary>The low halves of the products of all 32-bit words.</summary>
    public static abstract W Multiply32(W a, W b);
    public static abstract W ShiftLeft32(W a, [ConstantExpected] byte count);
    public static abstract W ShiftRight32(W a, [ConstantExpected] byte count);

    /// <summary>Every 32-bit word turned left.</summary>
    public static abstract W RotateLeft32(W a, [ConstantExpected] byte count);

    /// <summary>Copies of the sign bit in all 32 bits.</summary>
    public static abstract W Sign32(W a);

    /// <summary>The low halves of all 32-bit words of <paramref name="first"/>, then of <paramref name="second"/>,
    /// which fit 16 bits.</summary>
    public static abstract void Store16(W first, W second, ushort* destination);
}

/// <summary>Doubles.</summary>
internal unsafe interface IDoubleLanes<W, D> : IWordLanes<W>
    where W : unmanaged
    where D : unmanaged
{
    /// <summary>This value in every lane.</summary>
    public static abstract D Double(double value);

    public static abstract D AsDoubles(W bits);
    public static abstract W AsWords(D value);
    public static abstract void Store(D value, double* destination);
    public static abstract D Add(D a, D b);
    public static abstract D Subtract(D a, D b);
    public static abstract D Multiply(D a, D b);
    public static abstract D Divide(D a, D b);

    /// <summary>a * b + c, fused or not as is faster: for what has been proven to come out the same.</summary>
    public static abstract D MultiplyAdd(D a, D b, D c);

    /// <summary>Whether <see cref="Fused(D, D, D)"/> is an instruction.</summary>
    public static abstract bool HasFused { get; }

    /// <summary>a * b + c, rounded once.</summary>
    public static abstract D Fused(D a, D b, D c);

    /// <summary>c - a * b, rounded once.</summary>
    public static abstract D FusedNegated(D a, D b, D c);

    public static abstract D Load(double* source);
    public static abstract D Max(D a, D b);
    public static abstract D Sqrt(D a);

    /// <summary>All ones where a &lt; b.</summary>
    public static abstract D LessThan(D a, D b);

    /// <summary>a where the mask is ones, b elsewhere.</summary>
    public static abstract D Select(D mask, D a, D b);

    /// <summary>The exponent of a positive normal number, as a number.</summary>
    public static abstract D Exponent(D a);

    /// <summary>Whether <see cref="Lookup"/> is an instruction.</summary>
    public static abstract bool HasLookup { get; }

    /// <summary>The entry of a table of 16, by bits 48 to 51 of <paramref name="source"/>.</summary>
    public static abstract D Lookup(double* table, W source);

    /// <summary>table[place] and table[place + 1] of Count places.</summary>
    public static abstract void LoadPairs(double* table, ulong* places, out D first, out D second);

    /// <summary>table[index].</summary>
    public static abstract D Gather(double* table, W index);

    /// <summary>even 0, odd 0, even 1, odd 1, ...</summary>
    public static abstract void Interleave(D even, D odd, out D first, out D second);

    /// <summary>A bit for each lane: whether |a| &lt; limit.</summary>
    public static abstract uint Within(D a, D limit);
}

/// <summary>Singles, and the whole vocabulary of a width.</summary>
internal unsafe interface ILanes<W, D, F> : IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    /// <summary>This value in every lane.</summary>
    public static abstract F Single(float value);

    /// <summary>The doubles of <paramref name="low"/> rounded to single, then those of
    /// <paramref name="high"/>.</summary>
    public static abstract F Narrow(D low, D high);

    /// <summary>The low halves of <paramref name="low"/>, then those of <paramref name="high"/>.</summary>
    public static abstract W NarrowWords(W low, W high);

    public static abstract F AsSingles(W bits);
    public static abstract W AsWords(F value);
    public static abstract F Load(float* source);
    public static abstract void Store(F value, float* destination);

    /// <summary>Count singles from <paramref name="low"/>, then Count from <paramref name="high"/>.</summary>
    public static abstract F LoadHalves(float* low, float* high);

    /// <summary>The first Count singles to <paramref name="low"/>, the others to <paramref name="high"/>.</summary>
    public static abstract void StoreHalves(F value, float* low, float* high);

    /// <summary>All 32-bit words as signed integers, rounded to single.</summary>
    public static abstract F FromIntegers(W words);

    /// <summary>Singles of less than 2^31 cut to signed integers of 32 bits.</summary>
    public static abstract W ToIntegers(F value);

    public static abstract F Add(F a, F b);
    public static abstract F Subtract(F a, F b);
    public static abstract F Multiply(F a, F b);
    public static abstract F Divide(F a, F b);

    /// <summary>a * b + c, rounded once.</summary>
    public static abstract F Fused(F a, F b, F c);

    public static abstract F Max(F a, F b);
    public static abstract F Sqrt(F a);

    /// <summary>All ones where a &lt; b.</summary>
    public static abstract W LessThan(F a, F b);

    /// <summary>a where the mask is ones, b elsewhere.</summary>
    public static abstract F Select(W mask, F a, F b);

    /// <summary>
    /// Of sines (s) and cosines (c), whose first half belongs to pairs A and whose second to pairs B: sA0 cA0 sB0 cB0,
    /// sA1 cA1 sB1 cB1, ...
    /// </summary>
    public static abstract void InterleavePairs(F sines, F cosines, out F first, out F second);

    /// <summary>A bit for each lane: whether |a| &lt; limit.</summary>
    public static abstract uint Within(F a, F limit);
}
