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
internal readonly unsafe struct HalfKernel<L, W, D, F, K, H>(
    K standard,
    H rounding,
    F multiplier,
    F addend,
    bool isCentred
) : IKernel<ushort>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
    where K : struct, IKernel<float>
    where H : struct, IHalfFormat<W, F>
{
    /// <summary>The standard values that are made at a time: 16 KiB.</summary>
    private const int Tile = 4096;

    public static int GroupSize => K.GroupSize;
    public static uint Skip => K.Skip;
    public static int Step => K.Step;

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
            int pairs = part * Step / (4 * L.Count);
            if (isCentred)
                Multiply(tile, destination, pairs);
            else
                MultiplyAndAdd(tile, destination, pairs);
            rest.Advance((uint)(part * Step / GroupSize) * Skip);
            destination += part * Step;
            steps -= part;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* tile, ushort* destination, int pairs)
    {
        (H format, F factor, W zero) = (rounding, multiplier, rounding.Zero(addend));
        for (; pairs > 0; pairs--, tile += 4 * L.Count, destination += 4 * L.Count)
            L.Store16(
                format.ProductBits(L.Load(tile), factor, zero),
                format.ProductBits(L.Load(tile + 2 * L.Count), factor, zero),
                destination
            );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyAndAdd(float* tile, ushort* destination, int pairs)
    {
        (H format, F factor, F term) = (rounding, multiplier, addend);
        for (; pairs > 0; pairs--, tile += 4 * L.Count, destination += 4 * L.Count)
        {
            F first = format.Round(L.Multiply(format.Round(L.Load(tile)), factor)),
                second = format.Round(L.Multiply(format.Round(L.Load(tile + 2 * L.Count)), factor));
            L.Store16(format.Bits(L.Add(first, term)), format.Bits(L.Add(second, term)), destination);
        }
    }
}

/// <summary>A format of 16 bits.</summary>
internal interface IHalfFormat<W, F>
    where W : unmanaged
    where F : unmanaged
{
    /// <summary>The nearest values of the format, ties to even, still as singles.</summary>
    public F Round(F value);

    /// <summary>The bits of the nearest values of the format, each in 32.</summary>
    public W Bits(F value);

    /// <summary>The bits of the nearest values, multiplied, rounded again, and a zero added.</summary>
    /// <param name="value">Any values.</param>
    /// <param name="factor">What they are multiplied by.</param>
    /// <param name="zero">What <see cref="Zero"/> gives.</param>
    public W ProductBits(F value, F factor, W zero);

    /// <summary>What <see cref="ProductBits"/> takes for 0 or -0: a sum with it changes nothing but the sign of
    /// zero.</summary>
    public W Zero(F addend);
}

/// <summary>float16 for values that round to less than 2^16.</summary>
internal readonly struct Binary16<L, W, D, F> : IHalfFormat<W, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
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
    /// multiple of 2^-24 is made of.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Round(F value) => L.AsSingles(L.MaskedOr(L.AsWords(value), L.Word(Sign), L.AsWords(Rounded(value)))); // a negative number may become 0

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W Bits(F value)
    {
        W bits = L.AsWords(value);
        return L.MaskedOr(L.ShiftRight32(bits, 16), L.Word(0x8000 * Both), MagnitudeBits(bits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W ProductBits(F value, F factor, W zero)
    {
        W magnitude = MagnitudeBits(L.AsWords(L.Multiply(Rounded(value), factor))),
            signed = L.And(L.Add32(magnitude, zero), L.Word(0x8000 * Both));
        return L.MaskedOr(L.ShiftRight32(L.Xor(L.AsWords(value), L.AsWords(factor)), 16), signed, magnitude);
    }

    /// <inheritdoc/>
    /// <remarks>Added to a magnitude, it sets bit 15 where a negative sum keeps its sign: of 0 in a sum with -0
    /// alone.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W Zero(F addend) => L.Add32(L.Word(0x7FFF * Both), L.ShiftRight32(L.AsWords(addend), 31));

    /// <summary>As <see cref="Round"/>, but that every zero is positive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Rounded(F value)
    {
        F large = L.AsSingles(L.Add32(PowerOf(L.AsWords(value)), L.Word(Larger)));
        return L.Subtract(L.Add(value, large), large);
    }

    /// <summary>The bits of the nearest magnitudes. The last bits of a sum with a large number count in the last bit of
    /// the format, and where they carry, they carry into its exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W MagnitudeBits(W bits)
    {
        W power = PowerOf(bits),
            large = L.Add32(power, L.Word(Larger)),
            sum = L.AsWords(L.Add(L.AsSingles(L.And(bits, L.Word(Magnitude))), L.AsSingles(large)));
        // No difference is negative, so that none borrows from the other half.
        return L.Add(L.Subtract(sum, large), L.Subtract(L.ShiftRight32(power, 13), L.Word(LeastExponent)));
    }

    /// <summary>The power of two at or below each magnitude, 2^-14 or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W PowerOf(W bits) =>
        L.AsWords(L.Max(L.AsSingles(L.And(bits, L.Word(Exponent))), L.Single(1 / 16384f)));
}

/// <summary>bfloat16 for values that are no NaN.</summary>
internal readonly struct Brain16<L, W, D, F> : IHalfFormat<W, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Round(F value) => L.AsSingles(L.And(Nudged(value), L.Word(0xFFFF0000_FFFF0000)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W Bits(F value) => L.ShiftRight32(Nudged(value), 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W ProductBits(F value, F factor, W zero) => Bits(L.Add(L.Multiply(Round(value), factor), L.AsSingles(zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W Zero(F addend) => L.AsWords(addend);

    /// <summary>Bits whose upper halves are the nearest values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Nudged(F value)
    {
        W bits = L.AsWords(value),
            odd = L.And(L.ShiftRight32(bits, 16), L.Word(0x00000001_00000001));
        return L.Add32(L.Add32(bits, odd), L.Word(0x00007FFF_00007FFF));
    }
}
