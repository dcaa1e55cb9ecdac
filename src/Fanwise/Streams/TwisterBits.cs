using System.Numerics;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>What is known of one word of MT19937's stream: its bits under a mask.</summary>
/// <param name="Position">Which word, from 0.</param>
/// <param name="Mask">The bits that are known.</param>
/// <param name="Bits">What they are.</param>
internal readonly record struct KnownWord(UInt128 Position, uint Mask, uint Bits);

/// <summary>Known bits of MT19937's stream as functions of the seeded state.</summary>
/// <remarks>
/// The generator is linear over two elements: bit b of word n is the parity of some bits of the 624 words that a seed
/// gives. Which bits these are depends on n and b alone, so masks that are made once serve every seed.
/// </remarks>
internal sealed class TwisterBits
{
    /// <summary>The bits that are looked at together.</summary>
    public const int Together = 4;

    /// <summary>So far behind the first word the others may lie.</summary>
    private const int MostApart = 4096;

    private TwisterBits(BitGroup[] groups) => Groups = groups;

    /// <summary>The bits, four to a group.</summary>
    public IReadOnlyList<BitGroup> Groups { get; }

    /// <summary>The words of the state that any of the bits depends on are below this index.</summary>
    public int StateWords => 1 + Groups.Max(static group => group.Words[^1]);

    /// <summary>The masks of known bits, at most so many, taken from all words in turn.</summary>
    /// <param name="words">What is known: words within <see cref="MostApart"/> of the first.</param>
    /// <param name="most">How many bits are enough; a multiple of <see cref="Together"/>.</param>
    /// <returns>Null where fewer bits than a group are known.</returns>
    public static TwisterBits? Of(IReadOnlyList<KnownWord> words, int most)
    {
        if (words.Count == 0)
            return null;
        UInt128 first = words.Min(static word => word.Position);
        (int Offset, int Bit, bool Value)[] bits =
        [
            .. words
                .Where(word => word.Position - first < MostApart)
                .SelectMany(word =>
                    Enumerable
                        .Range(0, 32)
                        .Reverse()
                        .Where(bit => (word.Mask >> bit & 1) != 0)
                        .Select((bit, rank) => (Rank: rank, Offset: (int)(word.Position - first), Bit: bit, word.Bits))
                )
                .OrderBy(static bit => bit.Rank)
                .Select(static bit => (bit.Offset, bit.Bit, (bit.Bits >> bit.Bit & 1) != 0))
                .Take(most),
        ];
        int count = bits.Length / Together * Together;
        if (count == 0)
            return null;
        ulong[] power = Mt19937Polynomial.PowerOfT(first, Dispatch.Best);
        BitGroup[] groups = new BitGroup[count / Together];
        for (int group = 0; group < groups.Length; group++)
        {
            var four = bits.AsSpan(group * Together, Together);
            uint[][] masks = new uint[Together][];
            ulong[] expected = new ulong[Together];
            for (int i = 0; i < Together; i++)
            {
                masks[i] = MaskOf(power, four[i].Offset, four[i].Bit);
                expected[i] = four[i].Value ? Twice(1) : 0;
            }

            int[] used = [.. Enumerable.Range(0, Mt19937.Size).Where(word => masks.Any(mask => mask[word] != 0))];
            groups[group] = new(used, [.. used.SelectMany(word => masks.Select(mask => Twice(mask[word])))], expected);
        }

        return new(groups);
    }

    /// <summary>Which bits of the seeded words have the parity that a bit of a word is.</summary>
    /// <param name="power">t^n mod phi, n the first word: x[n + j] is the sum of x[i + j] over its exponents i.</param>
    /// <param name="offset">The word less n.</param>
    /// <param name="bit">Which of its bits.</param>
    private static uint[] MaskOf(ulong[] power, int offset, int bit)
    {
        int start = Mt19937.Size + offset;
        uint[] masks = new uint[start + Mt19937Polynomial.Degree];
        uint untempered = Untempered(1u << bit);
        for (int i = 0; i < Mt19937Polynomial.Degree; i++)
            if ((power[i / 64] >> i % 64 & 1) != 0)
                masks[start + i] = untempered;
        // Each word in terms of earlier ones: the recurrence, transposed.
        for (int i = masks.Length - 1; i >= Mt19937.Size; i--)
        {
            uint mask = masks[i];
            if (mask == 0)
                continue;
            masks[i - Mt19937.Size + Mt19937.Middle] ^= mask;
            uint shifted = mask << 1;
            masks[i - Mt19937.Size] ^= shifted & Mt19937.UpperBit;
            masks[i - Mt19937.Size + 1] ^=
                (shifted & Mt19937.LowerBits) | (uint)(BitOperations.PopCount(mask & Mt19937.Matrix) & 1);
        }

        return masks[..Mt19937.Size];
    }

    /// <summary>The mask before tempering of a mask after it: the steps of tempering, transposed, from last to
    /// first.</summary>
    private static uint Untempered(uint mask)
    {
        mask ^= mask << 18;
        mask ^= (mask & Mt19937.TemperC) >> 15;
        mask ^= (mask & Mt19937.TemperB) >> 7;
        return mask ^ mask << 11;
    }

    private static ulong Twice(uint word) => word | (ulong)word << 32;
}

/// <summary>Four bits of the stream: what each is the parity of, and what it is.</summary>
/// <param name="Words">The words of the state that they depend on, ascending: near the start of the stream only a
/// few.</param>
/// <param name="Masks">For each of these words the four masks, each twice in a word of 64 bits.</param>
/// <param name="Expected">What the bits are: 1 in both halves, or 0.</param>
internal sealed record BitGroup(int[] Words, ulong[] Masks, ulong[] Expected);
