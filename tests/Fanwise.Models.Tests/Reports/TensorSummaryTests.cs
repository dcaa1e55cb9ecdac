using Fanwise.Models.Reports;

namespace Fanwise.Models.Tests.Reports;

public class TensorSummaryTests
{
    [Fact]
    public void SaysWhatTheValuesAre()
    {
        TensorSummary summary = TensorSummary.Of([1.0, 2, 3, 4, 0], null);
        (summary.Mean, summary.Variance, summary.Minimum, summary.Maximum, summary.Zeros, summary.NotFinite).ShouldBe(
            (2, 2, 0, 4, 1, 0)
        );
        summary.Histogram!.Counts.Sum().ShouldBe(5);
        (summary.Histogram.Low, summary.Histogram.High).ShouldBe((0, 4));
    }

    [Fact]
    public void CountsWhatIsNotFiniteAndLeavesItOut()
    {
        TensorSummary summary = TensorSummary.Of(
            [1.0, double.NaN, 3, double.PositiveInfinity, double.NegativeInfinity],
            null
        );
        (summary.Read, summary.NotFinite, summary.Mean, summary.Minimum, summary.Maximum).ShouldBe((5, 3, 2, 1, 3));
        TensorSummary.Of([double.NaN], null).NotFinite.ShouldBe(1);
        TensorSummary.Of([], null).Histogram.ShouldBeNull();
    }

    [Fact]
    public void AConstantHasNoHistogram()
    {
        TensorSummary summary = TensorSummary.Of([0.1, 0.1, 0.1], null);
        summary.IsConstant.ShouldBeTrue();
        (summary.Mean, summary.Variance, summary.Histogram).ShouldBe((0.1, 0, null));
    }

    [Fact]
    public void ALoneOutlierDoesNotFlattenThePicture()
    {
        double[] values = [.. Enumerable.Range(0, 20_000).Select(static i => i % 7 - 3.0), 1e9];
        Histogram histogram = TensorSummary.Of(values, null).Histogram!;
        histogram.Above.ShouldBe(1);
        histogram.Counts.Sum().ShouldBe(20_000);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("normal")]
    [InlineData("truncated")]
    [InlineData("orthogonal")]
    public void TheHistogramOfWhatIsDrawnLiesOnTheDeclaredDensity(string name)
    {
        Initializer initializer = name switch
        {
            "uniform" => Initializers.GlorotUniform(1),
            "normal" => Initializers.RandomNormal(1),
            "truncated" => Initializers.HeNormal(1),
            _ => Initializers.Orthogonal(1),
        };
        Shape shape = name == "orthogonal" ? [300, 300] : [300, 600];
        DrawnTensor tensor = new("x", initializer.ValuesFor(shape, ElementType.Float32));
        double[] values = TensorSampler.Read(tensor, int.MaxValue);
        TensorSummary summary = TensorSummary.Of(values, tensor.Declared);
        double[] expected = summary.Histogram!.Expected(tensor.Declared!);
        (expected.Sum() + (double)(summary.Histogram.Below + summary.Histogram.Above) / values.Length).ShouldBe(
            1,
            1e-3
        );
        // Six standard errors of each step's count; orthogonal elements are not independent, but nearly.
        for (int i = 0; i < expected.Length; i++)
            Math.Abs(summary.Histogram.Counts[i] - expected[i] * values.Length)
                .ShouldBeLessThan(6 * Math.Sqrt(expected[i] * values.Length) + 6);
    }

    [Fact]
    public void ALargeTensorIsReadInSlicesFromItsStartToItsEnd()
    {
        Counting tensor = new([10_000_000]);
        double[] values = TensorSampler.Read(tensor, 1 << 16);
        values.Length.ShouldBe(1 << 16);
        values[0].ShouldBe(0);
        values[^1].ShouldBe(9_999_999);
        values.ShouldBeUnique();
        values.SequenceEqual(values.Order()).ShouldBeTrue();
        values.Average().ShouldBe(5_000_000, 5_000);
    }

    [Fact]
    public void ASmallTensorIsReadWhole() =>
        TensorSampler
            .Read(new Counting([3, 5_000]), 1 << 16)
            .ShouldBe(Enumerable.Range(0, 15_000).Select(static i => (double)i));

    [Fact]
    public void TheMoreTensorsTheFewerValuesOfEach()
    {
        TensorSampler.LimitFor([new Counting([1 << 20])]).ShouldBe(1 << 20);
        TensorSampler
            .LimitFor([.. Enumerable.Range(0, 500).Select(static _ => new Counting([1 << 30]))])
            .ShouldBeInRange(1 << 14, 1 << 16);
    }

    private sealed class Counting(Shape shape) : ReportTensor("x", shape, "float64")
    {
        public override long Bytes => 8 * Shape.Elements;

        public override string? Unread => null;

        public override void Read(long start, Span<double> destination)
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = start + i;
        }
    }
}
