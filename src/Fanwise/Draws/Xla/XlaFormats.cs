using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Draws.Xla;

/// <summary>How XLA computes in an element type whose values fit a single.</summary>
internal unsafe interface IXlaFormat<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    /// <summary>The bytes of an element.</summary>
    public static abstract int Size { get; }

    /// <summary>u on [0, 1) from the top bits of words.</summary>
    public static abstract F Fraction(W words);

    /// <summary>a * b + c, fused in float32, each step rounded in the shorter types.</summary>
    public static abstract F MultiplyAdd(F a, F b, F c);

    /// <summary>The nearest values of the type.</summary>
    public static abstract F Round(F value);

    /// <summary>Writes elements of two registers.</summary>
    public static abstract void Store(F first, F second, byte* destination);
}

/// <summary>float32.</summary>
internal readonly unsafe struct XlaSingle<L, W, D, F> : IXlaFormat<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Fraction(W words) =>
        L.Subtract(L.AsSingles(L.Or(L.ShiftRight32(words, 9), L.Word(0x3F800000_3F800000))), L.Single(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F MultiplyAdd(F a, F b, F c) => L.Fused(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Round(F value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F first, F second, byte* destination)
    {
        L.Store(first, (float*)destination);
        L.Store(second, (float*)destination + 2 * L.Count);
    }
}

/// <summary>float16: 10 of 16 bits become the fraction.</summary>
internal readonly unsafe struct XlaHalf<L, W, D, F> : IXlaFormat<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Fraction(W words) =>
        L.Subtract(
            L.AsSingles(L.MaskedOr(L.ShiftLeft32(words, 7), L.Word(0x007FE000_007FE000), L.Word(0x3F800000_3F800000))),
            L.Single(1)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F MultiplyAdd(F a, F b, F c) => Round(L.Add(Round(L.Multiply(a, b)), c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Round(F value) => default(Binary16<L, W, D, F>).Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F first, F second, byte* destination)
    {
        Binary16<L, W, D, F> format = default;
        L.Store16(format.Bits(first), format.Bits(second), (ushort*)destination);
    }
}

/// <summary>bfloat16: 7 of 8 bits become the fraction.</summary>
internal readonly unsafe struct XlaBrain<L, W, D, F> : IXlaFormat<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Fraction(W words) =>
        L.Subtract(
            L.AsSingles(L.MaskedOr(L.ShiftLeft32(words, 15), L.Word(0x007F0000_007F0000), L.Word(0x3F800000_3F800000))),
            L.Single(1)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F MultiplyAdd(F a, F b, F c) => Round(L.Add(Round(L.Multiply(a, b)), c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Round(F value) => default(Brain16<L, W, D, F>).Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F first, F second, byte* destination)
    {
        Brain16<L, W, D, F> format = default;
        L.Store16(format.Bits(first), format.Bits(second), (ushort*)destination);
    }
}
