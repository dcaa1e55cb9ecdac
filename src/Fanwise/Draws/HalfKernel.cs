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
            Multiply(tile, 2 * pairs);
            if (isCentred)
                AddZero(tile, destination, pairs);
            else
                Add(tile, destination, pairs);
            rest.Advance((uint)(part * Step / GroupSize) * Skip);
            destination += part * Step;
            steps -= part;
        }
    }

    /// <summary>Rounds, multiplies, and rounds: in a loop of its own, so that more of it is under way at a
    /// time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* tile, int registers)
    {
        (H format, F factor) = (rounding, multiplier);
        for (; registers > 0; registers--, tile += 2 * L.Count)
            L.Store(format.Round(L.Multiply(format.Round(L.Load(tile)), factor)), tile);
    }

    /// <summary>Adds, rounds, and stores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(float* tile, ushort* destination, int pairs)
    {
        (H format, F term) = (rounding, addend);
        for (; pairs > 0; pairs--, tile += 4 * L.Count, destination += 4 * L.Count)
            L.Store16(
                format.Bits(format.Round(L.Add(L.Load(tile), term))),
                format.Bits(format.Round(L.Add(L.Load(tile + 2 * L.Count), term))),
                destination
            );
    }

    /// <summary>Stores what a sum with zero leaves as it is, but for the sign of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddZero(float* tile, ushort* destination, int pairs)
    {
        (H format, F term) = (rounding, addend);
        for (; pairs > 0; pairs--, tile += 4 * L.Count, destination += 4 * L.Count)
            L.Store16(
                format.Bits(L.Add(L.Load(tile), term)),
                format.Bits(L.Add(L.Load(tile + 2 * L.Count), term)),
                destination
            );
    }
}

/// <summary>A format of 16 bits.</summary>
internal interface IHalfFormat<W, F>
    where W : unmanaged
    where F : unmanaged
{
    /// <summary>The nearest values of the format, ties to even, still as singles.</summary>
    public F Round(F value);

    /// <summary>The bits of values that the format holds, each in 32.</summary>
    public W Bits(F value);
}

/// <summary>float16 for values that round to less than 2^16.</summary>
internal readonly struct Binary16<L, W, D, F> : IHalfFormat<W, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    private const ulong Sign = 0x80000000_80000000;

    /// <inheritdoc/>
    /// <remarks>A number 2^13 times as large, added and taken away, leaves 11 bits; of numbers below 2^-14, what a
    /// multiple of 2^-24 is made of.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Round(F value)
    {
        W bits = L.AsWords(value);
        F exponent = L.Max(L.AsSingles(L.And(bits, L.Word(0x7F800000_7F800000))), L.Single(1 / 16384f)),
            large = L.Multiply(exponent, L.Single(1.5f * 8192));
        W rounded = L.AsWords(L.Subtract(L.Add(value, large), large));
        return L.AsSingles(L.Or(rounded, L.And(bits, L.Word(Sign)))); // a negative number that became 0
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W Bits(F value)
    {
        W bits = L.AsWords(value),
            sign = L.And(bits, L.Word(Sign)),
            magnitude = L.Xor(bits, sign);
        W normal = L.Add32(L.ShiftRight32(magnitude, 13), L.Word(unchecked((uint)(-112 << 10)) * 0x1_00000001UL));
        // Below 2^-14 the bits are the multiple of 2^-24, the last bit of 0.5.
        W subnormal = L.Xor(L.AsWords(L.Add(L.AsSingles(magnitude), L.Single(0.5f))), L.AsWords(L.Single(0.5f)));
        W isSubnormal = L.LessThan(L.AsSingles(magnitude), L.Single(1 / 16384f));
        return L.Or(L.XorMasked(normal, L.Xor(normal, subnormal), isSubnormal), L.ShiftRight32(sign, 16));
    }
}

/// <summary>bfloat16 for values that are no NaN.</summary>
internal readonly struct Brain16<L, W, D, F> : IHalfFormat<W, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Round(F value)
    {
        W bits = L.AsWords(value),
            odd = L.And(L.ShiftRight32(bits, 16), L.Word(0x00000001_00000001));
        return L.AsSingles(
            L.And(L.Add32(L.Add32(bits, odd), L.Word(0x00007FFF_00007FFF)), L.Word(0xFFFF0000_FFFF0000))
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public W Bits(F value) => L.ShiftRight32(L.AsWords(value), 16);
}
