using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Draws.Pcg;

/// <summary>Words of 64 bits to uniforms in double, in their place: <c>low + range * u</c>, u the upper 53
/// bits.</summary>
/// <param name="tile">Room for <see cref="Words"/> words, of which so many are there.</param>
/// <param name="count">How many.</param>
/// <param name="low">The lower bound.</param>
/// <param name="range">The upper bound less the lower one.</param>
internal readonly unsafe struct PcgTile(ulong* tile, int count, double low, double range) : IVectorized
{
    /// <summary>The words of a tile: a multiple of every register's.</summary>
    public const int Words = 512;

    /// <summary>What the 24 bits of a single are counted in.</summary>
    public const float LastBit = 1.0f / (1 << 24);

    /// <summary>The exponents of doubles whose last bit is 1, and 2^32.</summary>
    private const ulong LowExponent = 0x4330000000000000,
        HighExponent = 0x4530000000000000;

    /// <summary>What both together add: 2^52 + 2^84.</summary>
    private const double Offset = 4503599627370496.0 + 19342813113834066795298816.0;

    [MethodImpl(Compilation.AtOnce)]
    public void Run<TLanes, TWords, TDoubles, TSingles>()
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        TDoubles factor = TLanes.Double(range),
            term = TLanes.Double(low);
        for (ulong* word = tile, end = tile + count; word < end; word += TLanes.Count)
        {
            // No width has integers of 64 bits to doubles: 32 bits and 21, each in a double's fraction, sum up exactly.
            TWords bits = TLanes.ShiftRight(TLanes.Load(word), 11),
                lower = TLanes.MaskedOr(bits, TLanes.Word(uint.MaxValue), TLanes.Word(LowExponent)),
                upper = TLanes.Or(TLanes.ShiftRight(bits, 32), TLanes.Word(HighExponent));
            TDoubles integer = TLanes.Add(
                    TLanes.Subtract(TLanes.AsDoubles(upper), TLanes.Double(Offset)),
                    TLanes.AsDoubles(lower)
                ),
                u = TLanes.Multiply(integer, TLanes.Double(1.0 / (1L << 53)));
            TLanes.Store(TLanes.Add(term, TLanes.Multiply(factor, u)), (double*)word);
        }
    }
}

/// <summary>Words of 32 bits to uniforms in single, in their place: the upper 24 bits.</summary>
/// <param name="tile">Room for <see cref="PcgTile.Words"/> words of 64 bits.</param>
/// <param name="count">How many of 32 are there.</param>
internal readonly unsafe struct PcgSingleTile(ulong* tile, int count) : IVectorized
{
    [MethodImpl(Compilation.AtOnce)]
    public void Run<TLanes, TWords, TDoubles, TSingles>()
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        for (uint* word = (uint*)tile, end = word + count; word < end; word += 2 * TLanes.Count)
            TLanes.Store(
                TLanes.Multiply(
                    TLanes.FromIntegers(TLanes.ShiftRight32(TLanes.Load((ulong*)word), 8)),
                    TLanes.Single(PcgTile.LastBit)
                ),
                (float*)word
            );
    }
}
