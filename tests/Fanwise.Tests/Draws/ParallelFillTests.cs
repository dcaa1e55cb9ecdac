using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Tests.Draws;

[Trait("Category", "Sampling")]
public class ParallelFillTests
{
    private const int Elements = 1_000_003;

    private static readonly DrawnValues Values = new(
        [10, Elements],
        Draw.Standard(DrawKind.TruncatedNormal, ElementType.Float32),
        new PhiloxStream(1, 2)
    );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_001)]
    public void AnyNumberOfThreadsFillsTheSameBits(long start)
    {
        float[] expected = new float[Elements];
        Values.Draw.Fill(Values.Stream, start, expected.AsSpan());
        foreach (int threads in new[] { 1, 2, 3, 16 })
        {
            float[] filled = new float[Elements];
            Values.Fill(start, filled.AsSpan(), new FillOptions { MaxDegreeOfParallelism = threads });
            filled.AsSpan().SequenceEqual(expected).ShouldBeTrue($"{threads} threads");
        }
    }

    [Fact]
    public void EachThreadGoesThroughItsOwnPartsThenTakesTheLatterHalfOfTheLongestRange()
    {
        ParallelFill.Ranges ranges = new(10, 3, leastTaken: 1); // 0 to 2, 3 to 5, 6 to 9
        List<int> taken = [];
        foreach (int thread in (int[])[0, 1, 0, 0, 0, 0, 0, 2, 1, 0])
        {
            ranges.TryTake(thread, out int part).ShouldBeTrue();
            taken.Add(part);
        }

        // Thread 0 takes 8 and 9 of the last range, then 5 of the middle one, then 7.
        taken.ShouldBe([0, 3, 1, 2, 8, 9, 5, 6, 4, 7]);
        ranges.TryTake(2, out _).ShouldBeFalse();
    }

    [Fact]
    public void NoThreadTakesLessThanEnteringTheGeneratorCosts()
    {
        ParallelFill.Ranges ranges = new(12, 2, leastTaken: 2); // 0 to 5, 6 to 11
        List<int> taken = [];
        foreach (int thread in Enumerable.Repeat(0, 11))
            if (ranges.TryTake(thread, out int part))
                taken.Add(part);
        taken.ShouldBe([0, 1, 2, 3, 4, 5, 9, 10, 11, 7, 8]);
        ranges.TryTake(0, out _).ShouldBeFalse();
        ranges.TryTake(1, out int own).ShouldBeTrue();
        own.ShouldBe(6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ProgressEndsWithAllElements(int threads)
    {
        Reports reports = new();
        Values.Fill(
            5,
            new float[Elements].AsSpan(),
            new FillOptions { MaxDegreeOfParallelism = threads, Progress = reports }
        );
        reports.Seen.Max().ShouldBe(Elements);
        reports.Seen.Distinct().Count().ShouldBe(reports.Seen.Count);
        reports.Seen.Count.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ACancelledFillStops(int threads)
    {
        using CancellationTokenSource source = new();
        Reports reports = new(source.Cancel);
        Should.Throw<OperationCanceledException>(() =>
            Values.Fill(
                0,
                new float[Elements].AsSpan(),
                new FillOptions
                {
                    MaxDegreeOfParallelism = threads,
                    Progress = reports,
                    CancellationToken = source.Token,
                }
            )
        );
        reports.Seen.Max().ShouldBeLessThan(Elements);
    }

    [Fact]
    public void AFillThatIsCancelledBeforeItBeginsWritesNothing()
    {
        float[] destination = new float[10];
        Should.Throw<OperationCanceledException>(() =>
            Values.Fill(0, destination.AsSpan(), new FillOptions { CancellationToken = new CancellationToken(true) })
        );
        destination.ShouldAllBe(static value => value == 0);
    }

    [Fact]
    public void AtLeastOneThreadIsNeeded() =>
        Should
            .Throw<InitializerException>(static () => new FillOptions { MaxDegreeOfParallelism = 0 })
            .Message.ShouldBe("A fill needs at least 1 thread; received 0.");

    [Fact]
    public void ASmallFillAllocatesNothing()
    {
        float[] destination = new float[3 * 3 * 3 * 32];
        Values.Fill(0, destination.AsSpan());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Values.Fill(i, destination.AsSpan());
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void ASmallFillByAnInitializerAllocatesNothing()
    {
        float[] destination = new float[3 * 3 * 3 * 32];
        Shape shape = [3, 3, 3, 32];
        Initializer[] initializers =
        [
            Initializers.GlorotUniform(1),
            Initializers.HeNormal(2),
            Initializers.RandomUniform(3),
            Initializers.RandomNormal(4),
            Initializers.TruncatedNormal(5),
        ];
        foreach (Initializer initializer in initializers)
        {
            initializer.Fill<float>(shape, destination);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
                initializer.Fill<float>(shape, destination);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, initializer.ToString());
        }
    }

    private sealed class Reports(Action? then = null) : IProgress<long>
    {
        private readonly List<long> _seen = [];

        public List<long> Seen => _seen;

        public void Report(long value)
        {
            lock (_seen)
                _seen.Add(value);
            then?.Invoke();
        }
    }
}
