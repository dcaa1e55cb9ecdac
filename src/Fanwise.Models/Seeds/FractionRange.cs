using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Fractions k / 2^bits of consecutive k; the range may wrap around from 2^bits - 1 to 0.</summary>
/// <param name="Bits">7, 10, 23 or 52: how many of a word's bits (or of two words') become a fraction.</param>
/// <param name="Low">The first k.</param>
/// <param name="Width">How many follow it.</param>
internal readonly record struct FractionRange(int Bits, ulong Low, ulong Width)
{
    /// <summary>Every fraction.</summary>
    public static FractionRange All(int bits) => new(bits, 0, Mask(bits));

    /// <summary>The k from <paramref name="first"/> to <paramref name="last"/>, taken modulo 2^bits.</summary>
    public static FractionRange Between(int bits, long first, long last) =>
        (ulong)(last - first) >= Mask(bits) ? All(bits) : new(bits, (ulong)first & Mask(bits), (ulong)(last - first));

    /// <summary>How many k there are.</summary>
    public ulong Count => Width + 1;

    /// <summary>The part of all k that lie in the range.</summary>
    public double Share => Count / (Mask(Bits) + 1.0);

    /// <summary>The k at a place in the range.</summary>
    public ulong At(ulong index) => Low + index & Mask(Bits);

    /// <summary>How many words a fraction of this many bits is made of.</summary>
    public static int Words(int bits) => bits > 32 ? 2 : 1;

    /// <summary>What the words must be for their fraction to lie in the range. Of two words the first has the upper 20
    /// bits; the ranges then enclose it.</summary>
    public void AddTo(List<WordRange> ranges, int word)
    {
        if (Words(Bits) == 1)
        {
            ranges.Add(new(word, (uint)Low, (uint)Mask(Bits), (uint)Width));
            return;
        }

        ulong carry = ((uint)Low + Width) >> 32;
        const uint upper = 0xFFFFF;
        ranges.Add(carry >= upper ? WordRange.All : new(word, (uint)(Low >> 32), upper, (uint)carry));
        ranges.Add(new(word + 1, (uint)Low, uint.MaxValue, (uint)Math.Min(Width, uint.MaxValue)));
    }

    private static ulong Mask(int bits) => (1UL << bits) - 1;
}
