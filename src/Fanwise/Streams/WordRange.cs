namespace Fanwise.Streams;

/// <summary>Words of a block some of whose bits lie in a range that may wrap around: <c>((word - Low) &amp; Mask) &lt;=
/// Width</c>.</summary>
/// <param name="Word">Which of the block's four words.</param>
/// <param name="Low">The first value of the masked bits.</param>
/// <param name="Mask">The bits that count: the lowest ones.</param>
/// <param name="Width">How many values follow the first one; at most <paramref name="Mask"/>.</param>
internal readonly record struct WordRange(int Word, uint Low, uint Mask, uint Width)
{
    /// <summary>A range in which every word lies.</summary>
    public static WordRange All => default;

    /// <summary>The part of all words that lie in the range.</summary>
    public double Share => (Width + 1.0) / (Mask + 1.0);

    /// <summary>Whether a word lies in the range.</summary>
    public bool Contains(uint word) => (word - Low & Mask) <= Width;
}
