using Fanwise.Streams;

namespace Fanwise.Tests.Streams;

[Trait("Category", "Sampling")]
public class Pcg64Tests
{
    [Fact]
    public unsafe void WordsAtATimeAreTheWordsOneByOne()
    {
        foreach (int count in (int[])[.. Enumerable.Range(0, 20), 511, 512, 1000])
        {
            Pcg64 alone = Pcg64.Of([42, (uint)count]),
                together = alone;
            ulong[] expected = new ulong[count],
                words = new ulong[count];
            for (int i = 0; i < count; i++)
                expected[i] = alone.Next64();
            fixed (ulong* first = words)
                together.Fill(first, count);
            words.ShouldBe(expected);
            together.ShouldBe(alone);
        }
    }

    [Fact]
    public void NormalsEndWhereThoseDrawnOneByOneEnd()
    {
        foreach (ElementType type in new[] { ElementType.Float64, ElementType.Float32 })
        {
            NumPyGenerator alone = new(7);
            // A half waits before every second count.
            for (int count = 0; count < 1500; count += 83)
            {
                Pcg64 start = alone.State;
                NumPyGenerator together = new(7);
                _ = together.Take(NumPy.Random(together, [1], type), () => start);
                for (int i = 0; i < count; i++)
                    _ = NumPy.StandardNormal(alone, [1], type).ToTensor();
                _ = NumPy.StandardNormal(together, [count], type);
                together.State.ToString().ShouldBe(alone.State.ToString());
            }
        }
    }
}
