using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Draws.Xla;

/// <summary>How XLA computes in an element type whose values fit a single.</summary>
internal unsafe interface IXlaFormat<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    /// <summary>The bytes of an element.</summary>
    public static abstract int Size { get; }

    /// <summary>u on [0, 1) from the top bits of words.</summary>
    public static abstract TSingles Fraction(TWords words);

    /// <summary>a * b + c, fused in float32, each step rounded in the shorter types.</summary>
    public static abstract TSingles MultiplyAdd(TSingles a, TSingles b, TSingles c);

    /// <summary>The nearest values of the type.</summary>
    public static abstract TSingles Round(TSingles value);

    /// <summary>Writes elements of two registers.</summary>
    public static abstract void Store(TSingles first, TSingles second, byte* destination);
}

/// <summary>float32.</summary>
internal readonly unsafe struct XlaSingle<TLanes, TWords, TDoubles, TSingles>
    : IXlaFormat<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles Fraction(TWords words) =>
        TLanes.Subtract(
            TLanes.AsSingles(TLanes.Or(TLanes.ShiftRight32(words, 9), TLanes.Word(0x3F800000_3F800000))),
            TLanes.Single(1)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles MultiplyAdd(TSingles a, TSingles b, TSingles c) => TLanes.Fused(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles Round(TSingles value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TSingles first, TSingles second, byte* destination)
    {
        TLanes.Store(first, (float*)destination);
        TLanes.Store(second, (float*)destination + 2 * TLanes.Count);
    }
}

/// <summary>float16: 10 of 16 bits become the fraction.</summary>
internal readonly unsafe struct XlaHalf<TLanes, TWords, TDoubles, TSingles>
    : IXlaFormat<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles Fraction(TWords words) =>
        TLanes.Subtract(
            TLanes.AsSingles(
                TLanes.MaskedOr(
                    TLanes.ShiftLeft32(words, 7),
                    TLanes.Word(0x007FE000_007FE000),
                    TLanes.Word(0x3F800000_3F800000)
                )
            ),
            TLanes.Single(1)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles MultiplyAdd(TSingles a, TSingles b, TSingles c) =>
        Round(TLanes.Add(Round(TLanes.Multiply(a, b)), c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles Round(TSingles value) => default(Binary16<TLanes, TWords, TDoubles, TSingles>).Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TSingles first, TSingles second, byte* destination)
    {
        Binary16<TLanes, TWords, TDoubles, TSingles> format = default;
        TLanes.Store16(format.Bits(first), format.Bits(second), (ushort*)destination);
    }
}

/// <summary>bfloat16: 7 of 8 bits become the fraction.</summary>
internal readonly unsafe struct XlaBrain<TLanes, TWords, TDoubles, TSingles>
    : IXlaFormat<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles Fraction(TWords words) =>
        TLanes.Subtract(
            TLanes.AsSingles(
                TLanes.MaskedOr(
                    TLanes.ShiftLeft32(words, 15),
                    TLanes.Word(0x007F0000_007F0000),
                    TLanes.Word(0x3F800000_3F800000)
                )
            ),
            TLanes.Single(1)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles MultiplyAdd(TSingles a, TSingles b, TSingles c) =>
        Round(TLanes.Add(Round(TLanes.Multiply(a, b)), c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles Round(TSingles value) => default(Brain16<TLanes, TWords, TDoubles, TSingles>).Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TSingles first, TSingles second, byte* destination)
    {
        Brain16<TLanes, TWords, TDoubles, TSingles> format = default;
        TLanes.Store16(format.Bits(first), format.Bits(second), (ushort*)destination);
    }
}
