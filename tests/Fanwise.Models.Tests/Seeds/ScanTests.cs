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

    [Theory]
    [MemberData(nameof(Widths))]
    public void EveryWidthFindsTheTwisterSeedsThatGiveKnownBits(string width)
    {
        const int count = 333;
        foreach (
            (uint first, UInt128 position) in (ReadOnlySpan<(uint, UInt128)>)
                [(0, 0), (77, 226), (5_000, 700), (1u << 31, 123_456_789), (uint.MaxValue - count, UInt128.One << 90)]
        )
        {
            uint[][] words = [.. Enumerable.Range(0, count).Select(i => TwisterWords(first + (uint)i, position))];
            // What two of the seeds give, in five words; a few bits are given by others too.
            TwisterBits[] targets =
            [
                TwisterBits.Of(Known(words[3], position, 0x000FFF00), 32)!,
                TwisterBits.Of(Known(words[count - 1], position, 1u << 31), 4)!,
            ];
            List<SeedHit> hits = [];
            TwisterScan.Run(first, count, targets, hits, Enum.Parse<VectorWidth>(width));
            List<SeedHit> expected = [new(first + 3, 0)];
            for (int i = 0; i < count; i++)
                if (Enumerable.Range(0, 4).All(word => words[i][word] >> 31 == words[count - 1][word] >> 31))
                    expected.Add(new(first + (uint)i, 1));
            expected.Count.ShouldBeInRange(4, count);
            hits.ShouldBe(expected, ignoreOrder: true);
        }

        static KnownWord[] Known(uint[] words, UInt128 position, uint mask) =>
            [.. words.Select((word, i) => new KnownWord(position + (uint)i, mask, word & mask))];
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void EveryWidthFindsTheThreefrySeedsThatGiveKnownElements(string width)
    {
        foreach (uint first in (uint[])[0, 1000, 1u << 31, uint.MaxValue - Count])
        {
            KnownElement[][] targets =
            [
                [new(0, 9, 0x7FFFFF, 0x300000, 0x3FFFFF), new(5, 9, 0x7FFFFF, 0, 0x1FFFFF)],
                [new(70_000, 1, 0x7F, 0x7F, 0x7F)],
                [new(1, 6, 0x3FF, 0, 15), new(2, 6, 0x3FF, 0, 0x3FF)],
            ];
            List<SeedHit> hits = [],
                expected = [];
            ThreefryScan.Run(first, Count, targets, hits, Enum.Parse<VectorWidth>(width));
            for (int target = 0; target < targets.Length; target++)
            for (uint i = 0; i < Count; i++)
                if (
                    Array.TrueForAll(
                        targets[target],
                        element =>
                        {
                            (uint x0, uint x1) = Threefry.Block(first + i, 0, 0, element.Element);
                            return element.Contains(x0 ^ x1);
                        }
                    )
                )
                    expected.Add(new(first + i, target));
            expected
                .Select(static hit => hit.Box)
                .Distinct()
                .Count()
                .ShouldBe(targets.Length, "every target has a seed");
            hits.ShouldBe(expected, ignoreOrder: true);
        }
    }

    [Fact]
    public void ACounterIsFoundFromItsBlock()
    {
        PhiloxStream stream = PhiloxStream.FromStatelessSeed(12345, 678);
        (uint x0, uint x1, uint x2, uint x3) = Philox4x32.Block(stream.Counter, stream.Key);
        Philox4x32.CounterOf(x0, x1, x2, x3, stream.Key).ShouldBe(stream.Counter);
    }

    /// <summary>Five words of the stream from a position on.</summary>
    private static unsafe uint[] TwisterWords(uint seed, UInt128 position)
    {
        uint[] window = [.. new Mt19937Stream(seed).Enter(position), 0, 0, 0, 0, 0];
        uint[] words = new uint[5];
        fixed (uint* first = window)
            for (int i = 0; i < words.Length; i++)
            {
                first[Mt19937.Size + i] = Mt19937.Next(first + i);
                words[i] = Mt19937.Temper(first[Mt19937.Size + i]);
            }

        return words;
    }

    /// <summary>The upper 30 bits of the generator's first words: <c>getrandbits(30)</c>.</summary>
    private static IEnumerable<uint> Words(uint seed, int count)
    {
        PythonRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (uint)random.NextInteger(0, uint.MaxValue - 1L) >> 2)];
    }
}
