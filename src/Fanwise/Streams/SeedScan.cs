namespace Fanwise.Streams;

/// <summary>What a block must look like: two of its words, each in a range.</summary>
internal readonly record struct WordBox(WordRange First, WordRange Second);

/// <summary>A seed whose block looked like one of the boxes.</summary>
internal readonly record struct SeedHit(uint Seed, int Box);

/// <summary>Which of many consecutive Keras seeds give a block that looks as asked for.</summary>
/// <remarks>
/// Two blocks a seed: one for the key and counter that TensorFlow makes of the pair [seed, 0], one of that stream.
/// </remarks>
internal static class SeedScan
{
    /// <summary>Adds to <paramref name="hits"/> each seed from <paramref name="first"/> on, ascending, that gives a block in a box.</summary>
    /// <param name="first">The first seed, below 2^32 - <paramref name="count"/>.</param>
    /// <param name="count">How many seeds.</param>
    /// <param name="block">Which block of the stream.</param>
    /// <param name="boxes">What is looked for.</param>
    /// <param name="hits">Where hits go.</param>
    public static void Run(uint first, int count, uint block, ReadOnlySpan<WordBox> boxes, List<SeedHit> hits)
    {
        Span<uint> words = stackalloc uint[4];
        for (uint seed = first; seed < first + count; seed++)
        {
            PhiloxStream stream = PhiloxStream.FromStatelessSeed(seed, 0).Skip(block);
            (words[0], words[1], words[2], words[3]) = Philox4x32.Block(stream.Counter, stream.Key);
            for (int box = 0; box < boxes.Length; box++)
                if (boxes[box].First.Contains(words[boxes[box].First.Word]) && boxes[box].Second.Contains(words[boxes[box].Second.Word])) hits.Add(new(seed, box));
        }
    }
}
