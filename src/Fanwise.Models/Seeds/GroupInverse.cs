using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>What the first block of a group must be for a draw to make given elements of it.</summary>
/// <remarks>
/// A group is what one base counter makes: 4 elements of 32 bits or fewer, 2 of 64. Uniforms and normals take all words
/// in order. A truncated normal drops what exceeds two deviations, so its
/// pairs are looked for where they can be: the elements 0 and 1 in the first pair of words (both were kept: 91.1 %), or
/// in a second pair the elements 1 and 2 (one of the first pair was dropped: 7.9 %)
/// or 0 and 1 (both were: 0.2 %).
/// </remarks>
internal static class GroupInverse
{
    private const double TruncatedAt = 2;

    /// <summary>The elements of a group.</summary>
    public static int Size(Draw draw) => draw.ElementType == ElementType.Float64 ? 2 : 4;

    /// <summary>How many blocks the base counters of two groups are apart.</summary>
    public static uint BlocksApart(Draw draw) =>
        draw.Kind != DrawKind.TruncatedNormal ? 1
        : draw.ElementType == ElementType.Float64 ? 128u
        : 256;

    /// <summary>The chance that a group of this draw has no pair where <see cref="Alternatives"/> looks for
    /// one.</summary>
    public static double ChanceOfNone(Draw draw) =>
        draw.Kind != DrawKind.TruncatedNormal ? 0
        : draw.ElementType == ElementType.Float64 ? 0.089
        : 0.0081;

    /// <summary>The ways in which the elements of a group can have come about, each as ranges of the words of its first
    /// block; none where they cannot, or not in one of the usual ways.</summary>
    /// <param name="draw">What is drawn.</param>
    /// <param name="elements">The group's elements, or its first ones.</param>
    /// <param name="impossible">Whether no block whatever gives these elements.</param>
    public static List<WordRange[]> Alternatives(Draw draw, ReadOnlySpan<double> elements, out bool impossible)
    {
        List<WordRange[]> alternatives = [];
        switch (draw.Kind)
        {
            case DrawKind.Uniform:
                impossible = !Add(alternatives, Uniforms(draw, elements));
                break;
            case DrawKind.Normal:
                impossible = !(
                    elements.Length >= 2 ? Add(alternatives, Pairs(draw, elements)) : InReach(draw, elements)
                );
                break;
            default:
                impossible = !InReach(draw, elements);
                if (impossible || elements.Length < 2)
                    break;
                int words = WordsOfPair(draw);
                Add(alternatives, Pair(draw, elements[0], elements[1], 0));
                if (words == 4)
                    break;
                if (elements.Length > 2)
                    Add(alternatives, Pair(draw, elements[1], elements[2], words));
                Add(alternatives, Pair(draw, elements[0], elements[1], words));
                break;
        }

        return alternatives;
    }

    private static bool Add(List<WordRange[]> alternatives, List<WordRange>? ranges)
    {
        if (ranges is not null)
            alternatives.Add([.. ranges]);
        return ranges is not null;
    }

    private static List<WordRange>? Uniforms(Draw draw, ReadOnlySpan<double> elements)
    {
        List<WordRange> ranges = [];
        for (int i = 0; i < elements.Length; i++)
        {
            if (StandardInverse.Uniform(draw, elements[i]) is not FractionRange fractions)
                return null;
            fractions.AddTo(ranges, i * FractionRange.Words(fractions.Bits));
        }

        return ranges;
    }

    private static List<WordRange>? Pairs(Draw draw, ReadOnlySpan<double> elements)
    {
        List<WordRange> ranges = [];
        for (int i = 0; i + 1 < elements.Length; i += 2)
        {
            if (Pair(draw, elements[i], elements[i + 1], i / 2 * WordsOfPair(draw)) is not { } pair)
                return null;
            ranges.AddRange(pair);
        }

        return InReach(draw, elements) ? ranges : null;
    }

    private static List<WordRange>? Pair(Draw draw, double sine, double cosine, int word)
    {
        if (PairInverse.Fractions(draw, sine, cosine) is not (FractionRange radius, FractionRange angle))
            return null;
        List<WordRange> ranges = [];
        radius.AddTo(ranges, word);
        angle.AddTo(ranges, word + FractionRange.Words(radius.Bits));
        return ranges;
    }

    private static int WordsOfPair(Draw draw) => draw.ElementType == ElementType.Float64 ? 4 : 2;

    private static bool InReach(Draw draw, ReadOnlySpan<double> elements)
    {
        foreach (double element in elements)
        {
            if (StandardInverse.Normal(draw, element) is not (double low, double high))
                return false;
            if (draw.Kind == DrawKind.TruncatedNormal && (low >= TruncatedAt || high <= -TruncatedAt))
                return false;
        }

        return true;
    }
}
