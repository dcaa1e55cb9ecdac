using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Elements of 16 bits: standard values in single precision, rounded; the product rounded, the sum
/// rounded.</summary>
/// <param name="standard">Makes the standard values.</param>
/// <param name="rounding">The format.</param>
/// <param name="multiplier">What they are multiplied by, in every lane.</param>
/// <param name="addend">What is added, in every lane.</param>
/// <param name="isCentred">Whether that is zero.</param>
internal readonly unsafe struct HalfKernel<TLanes, TWords, TDoubles, TSingles, TKernel, TFormat>(
    TKernel standard,
    TFormat rounding,
    TSingles multiplier,
    TSingles addend,
    bool isCentred
) : IKernel<ushort>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
    where TKernel : struct, IKernel<float>
    where TFormat : struct, IHalfFormat<TWords, TSingles>
{
    /// <summary>The standard values that are made at a time: 16 KiB.</summary>
    private const int Tile = 4096;

    public static int GroupSize => TKernel.GroupSize;
    public static uint Skip => TKernel.Skip;
    public static int Step => TKernel.Step;

    [SkipLocalsInit]
    public void Fill(PhiloxRun* run, ushort* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[Tile / 2 + Scratch.Slack];
        float* tile = (float*)Scratch.Align(memory);
        PhiloxRun rest = *run;
        while (steps > 0)
        {
            int part = (int)Math.Min(steps, Tile / Step);
            standard.Fill(&rest, tile, part);
            int pairs = part * Step / (4 * TLanes.Count);
            if (isCentred)
                Multiply(tile, destination, pairs);
            else
                MultiplyAndAdd(tile, destination, pairs);
            rest.Advance((uint)(part * Step / GroupSize) * Skip);
            destination += part * Step;
            steps -= part;
        }
    }

    [MethodImpl(Compilation.AtOnce)]
    private void Multiply(float* tile, ushort* destination, int pairs)
    {
        (TFormat format, TSingles factor, TWords zero) = (rounding, multiplier, rounding.Zero(addend));
        for (; pairs > 0; pairs--, tile += 4 * TLanes.Count, destination += 4 * TLanes.Count)
            TLanes.Store16(
                format.ProductBits(TLanes.Load(tile), factor, zero),
                format.ProductBits(TLanes.Load(tile + 2 * TLanes.Count), factor, zero),
                destination
            );
    }

    [MethodImpl(Compilation.AtOnce)]
    private void MultiplyAndAdd(float* tile, ushort* destination, int pairs)
    {
        (TFormat format, TSingles factor, TSingles term) = (rounding, multiplier, addend);
        for (; pairs > 0; pairs--, tile += 4 * TLanes.Count, destination += 4 * TLanes.Count)
        {
            TSingles first = format.Round(TLanes.Multiply(format.Round(TLanes.Load(tile)), factor)),
                second = format.Round(TLanes.Multiply(format.Round(TLanes.Load(tile + 2 * TLanes.Count)), factor));
            TLanes.Store16(format.Bits(TLanes.Add(first, term)), format.Bits(TLanes.Add(second, term)), destination);
        }
    }
}

/// <summary>A format of 16 bits.</summary>
internal interface IHalfFormat<TWords, TSingles>
    where TWords : unmanaged
    where TSingles : unmanaged
{
    /// <summary>The nearest values of the format, ties to even, still as singles.</summary>
    public TSingles Round(TSingles value);

    /// <summary>The bits of the nearest values of the format, each in 32.</summary>
    public TWords Bits(TSingles value);

    /// <summary>The bits of the nearest values, multiplied, rounded again, and a zero added.</summary>
    /// <param name="value">Any values.</param>
    /// <param name="factor">What they are multiplied by.</param>
    /// <param name="zero">What <see cref="Zero"/> gives.</param>
    public TWords ProductBits(TSingles value, TSingles factor, TWords zero);

    /// <summary>What <see cref="ProductBits"/> takes for 0 or -0: a sum with it changes nothing but the sign of
    /// zero.</summary>
    public TWords Zero(TSingles addend);
}

/// <summary>float16 for values that round to less than 2^16.</summary>
internal readonly struct Binary16<TLanes, TWords, TDoubles, TSingles> : IHalfFormat<TWords, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    /// <summary>Both 32-bit halves of a word.</summary>
    private const ulong Both = 0x00000001_00000001;

    private const ulong Sign = 0x80000000 * Both,
        Magnitude = 0x7FFFFFFF * Both,
        Exponent = 0x7F800000 * Both;

    /// <summary>Added to the bits of 2^e it gives 1.5 * 2^(e + 13), the last bit of whose fraction is that of 11 bits
    /// below 2^(e + 1).</summary>
    private const ulong Larger = (13 << 23 | 1 << 22) * Both;

    /// <summary>The exponent of numbers below 2^-13, in single and 13 bits lower.</summary>
    private const ulong LeastExponent = (113 << 10) * Both;

    /// <inheritdoc/>
    /// <remarks>A number 2^13 times as large, added and taken away, leaves 11 bits; of numbers below 2^-14, what a
    /// multiple of 2^-24 is made of. The sign is put back: a negative number may become 0.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TSingles Round(TSingles value) =>
        TLanes.AsSingles(TLanes.MaskedOr(TLanes.AsWords(value), TLanes.Word(Sign), TLanes.AsWords(Rounded(value))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWords Bits(TSingles value)
    {
        TWords bits = TLanes.AsWords(value);
        return TLanes.MaskedOr(TLanes.ShiftRight32(bits, 16), TLanes.Word(0x8000 * Both), MagnitudeBits(bits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWords ProductBits(TSingles value, TSingles factor, TWords zero)
    {
        TWords magnitude = MagnitudeBits(TLanes.AsWords(TLanes.Multiply(Rounded(value), factor))),
            signed = TLanes.And(TLanes.Add32(magnitude, zero), TLanes.Word(0x8000 * Both));
        return TLanes.MaskedOr(
            TLanes.ShiftRight32(TLanes.Xor(TLanes.AsWords(value), TLanes.AsWords(factor)), 16),
            signed,
            magnitude
        );
    }

    /// <inheritdoc/>
    /// <remarks>Added to a magnitude, it sets bit 15 where a negative sum keeps its sign: of 0 in a sum with -0
    /// alone.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWords Zero(TSingles addend) =>
        TLanes.Add32(TLanes.Word(0x7FFF * Both), TLanes.ShiftRight32(TLanes.AsWords(addend), 31));

    /// <summary>As <see cref="Round"/>, but that every zero is positive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Rounded(TSingles value)
    {
        TSingles large = TLanes.AsSingles(TLanes.Add32(PowerOf(TLanes.AsWords(value)), TLanes.Word(Larger)));
        return TLanes.Subtract(TLanes.Add(value, large), large);
    }

    /// <summary>The bits of the nearest magnitudes. The last bits of a sum with a large number count in the last bit of
    /// the format, and where they carry, they carry into its exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords MagnitudeBits(TWords bits)
    {
        TWords power = PowerOf(bits),
            large = TLanes.Add32(power, TLanes.Word(Larger)),
            sum = TLanes.AsWords(
                TLanes.Add(TLanes.AsSingles(TLanes.And(bits, TLanes.Word(Magnitude))), TLanes.AsSingles(large))
            );
        // No difference is negative, so that none borrows from the other half.
        return TLanes.Add(
            TLanes.Subtract(sum, large),
            TLanes.Subtract(TLanes.ShiftRight32(power, 13), TLanes.Word(LeastExponent))
        );
    }

    /// <summary>The power of two at or below each magnitude, 2^-14 or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords PowerOf(TWords bits) =>
        TLanes.AsWords(
            TLanes.Max(TLanes.AsSingles(TLanes.And(bits, TLanes.Word(Exponent))), TLanes.Single(1 / 16384f))
        );
}

/// <summary>bfloat16 for values that are no NaN.</summary>
internal readonly struct Brain16<TLanes, TWords, TDoubles, TSingles> : IHalfFormat<TWords, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TSingles Round(TSingles value) =>
        TLanes.AsSingles(TLanes.And(Nudged(value), TLanes.Word(0xFFFF0000_FFFF0000)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWords Bits(TSingles value) => TLanes.ShiftRight32(Nudged(value), 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWords ProductBits(TSingles value, TSingles factor, TWords zero) =>
        Bits(TLanes.Add(TLanes.Multiply(Round(value), factor), TLanes.AsSingles(zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWords Zero(TSingles addend) => TLanes.AsWords(addend);

    /// <summary>Bits whose upper halves are the nearest values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords Nudged(TSingles value)
    {
        TWords bits = TLanes.AsWords(value),
            odd = TLanes.And(TLanes.ShiftRight32(bits, 16), TLanes.Word(0x00000001_00000001));
        return TLanes.Add32(TLanes.Add32(bits, odd), TLanes.Word(0x00007FFF_00007FFF));
    }
}
