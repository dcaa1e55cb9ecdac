using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Models.Tests.Seeds;

public class ScanTests
{
    private const int Count = 3001; // no multiple of any batch

    public static TheoryData<string> Widths => [.. Dispatch.Supported.Select(static width => width.ToString())];

    [Theory]
    [MemberData(nameof(Widths))]
    public void EveryWidthFindsTheSeedsWhoseBlockIsInABox(string width)
    {
        foreach (
            (uint first, uint block) in (ReadOnlySpan<(uint, uint)>)
                [(0, 0), (1, 256), (999_999_000, 512), (uint.MaxValue - Count, 1)]
        )
        {
            WordBox[] boxes =
            [
                new(new(0, 0x7FFFF0, 0x7FFFFF, 0x7FFFF), new(3, 0, 0x3F, 5)),
                new(new(2, 0xFFFFFF00, uint.MaxValue, 0x2000000), WordRange.All),
                new(new(1, 5, 0x7F, 0), WordRange.All),
            ];
            List<SeedHit> hits = [],
                expected = [];
            SeedScan.Run(first, Count, block, boxes, hits, Enum.Parse<VectorWidth>(width));
            for (uint i = 0; i < Count; i++)
            {
                PhiloxStream stream = PhiloxStream.FromStatelessSeed(first + i, 0).Skip(block);
                (uint x0, uint x1, uint x2, uint x3) = Philox4x32.Block(stream.Counter, stream.Key);
                uint[] words = [x0, x1, x2, x3];
                for (int box = 0; box < boxes.Length; box++)
                    if (
                        boxes[box].First.Contains(words[boxes[box].First.Word])
                        && boxes[box].Second.Contains(words[boxes[box].Second.Word])
                    )
                        expected.Add(new(first + i, box));
            }

            expected.Select(static hit => hit.Box).Distinct().Count().ShouldBe(boxes.Length, "every box has a seed");
            hits.ShouldBe(expected, ignoreOrder: true);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void EveryWidthFindsThePythonSeedsThatDrawAValue(string width)
    {
        foreach (
            (uint first, int from, int to) in (ReadOnlySpan<(uint, int, int)>)
                [(0, 0, 4), (40_000, 1, 2), (0, 2, 12), (1u << 31, 200, PythonScan.Words), (uint.MaxValue - 501, 7, 9)]
        )
        {
            const int count = 501;
            // What seeds here and there draw, as randint(1, 10**9) minus 1.
            foreach (uint chosen in (uint[])[first, first + 77, first + count - 1])
            {
                PythonRandom random = new(chosen);
                List<uint> draws = [.. Enumerable.Range(0, to).Select(_ => (uint)random.NextKerasSeed() - 1)];
                // A word before to that is taken: some draw of few; rejected words make draws come later, never
                // earlier.
                uint value = draws[from];
                List<uint> hits = [];
                PythonScan.Run(first, count, from, to, value, hits, Enum.Parse<VectorWidth>(width));
                List<uint> expected =
                [
                    .. Enumerable
                        .Range(0, count)
                        .Select(i => first + (uint)i)
                        .Where(seed => Words(seed, to).Skip(from).Contains(value)),
                ];
                hits.ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void ACounterIsFoundFromItsBlock()
    {
        PhiloxStream stream = PhiloxStream.FromStatelessSeed(12345, 678);
        (uint x0, uint x1, uint x2, uint x3) = Philox4x32.Block(stream.Counter, stream.Key);
        Philox4x32.CounterOf(x0, x1, x2, x3, stream.Key).ShouldBe(stream.Counter);
    }

    /// <summary>The upper 30 bits of the generator's first words: <c>getrandbits(30)</c>.</summary>
    private static IEnumerable<uint> Words(uint seed, int count)
    {
        PythonRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (uint)random.NextInteger(0, uint.MaxValue - 1L) >> 2)];
    }
}
