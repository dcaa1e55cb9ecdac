using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using static Fanwise.Models.Tests.Reports.SmallModels;

namespace Fanwise.Models.Tests.Reports;

public class ReportTests
{
    /// <summary>A name that would do harm as markup, in a terminal and to a layout.</summary>
    internal static string Hostile { get; } =
        "<script>alert(1)</script><img src=x onerror=alert(1)>\u202E\u001b[31m\u2028{{data}}" + new string('x', 10_000);

    internal static string Text(Report report) => Encoding.UTF8.GetString(report.Page.Span);

    internal static JsonElement Data(Report report) =>
        JsonDocument
            .Parse(
                Regex
                    .Match(
                        Text(report),
                        "<script type=\"application/json\" id=\"data\">(?<json>.*?)</script>",
                        RegexOptions.Singleline | RegexOptions.ExplicitCapture
                    )
                    .Groups["json"]
                    .Value
            )
            .RootElement;

    internal static WeightPlan Depthwise() =>
        Plan(
            "[null, 8, 8, 16]",
            Layer("Conv2D", "first", "\"filters\": 32, \"kernel_size\": [3, 3], \"activation\": \"relu\""),
            Layer("DepthwiseConv2D", "second", "\"kernel_size\": [3, 3]")
        );

    [Fact]
    public void TheDataHaveWhatThePlanSaysAndWhatIsDrawn()
    {
        using ReportSource source = ReportSource.Of(Depthwise(), "small");
        Report report = Report.Of(source);
        report.Warnings.ShouldBe(1);
        JsonElement data = Data(report),
            weights = data.GetProperty("weights");
        data.GetProperty("kind").GetString().ShouldBe("plan");
        weights.GetArrayLength().ShouldBe(4);
        JsonElement kernel = weights[0];
        kernel.GetProperty("name").GetString().ShouldBe("first/kernel");
        kernel.GetProperty("read").GetInt32().ShouldBe(3 * 3 * 16 * 32);
        kernel
            .GetProperty("histogram")
            .GetProperty("counts")
            .EnumerateArray()
            .Sum(static count => count.GetInt32())
            .ShouldBe(3 * 3 * 16 * 32);
        kernel.GetProperty("expected").EnumerateArray().Sum(static share => share.GetDouble()).ShouldBe(1, 1e-3);
        (
            kernel.GetProperty("std").GetDouble() / kernel.GetProperty("declared").GetProperty("std").GetDouble()
        ).ShouldBe(1, 0.03);
        weights[1].TryGetProperty("histogram", out _).ShouldBeFalse(); // a bias of zeros
        weights[2].GetProperty("warnings")[0].GetProperty("code").GetString().ShouldBe("depthwise-fans");
        JsonElement steps = data.GetProperty("signal").GetProperty("steps");
        steps
            .EnumerateArray()
            .Select(static step => step.GetProperty("name").GetString())
            .ShouldBe(["first", "second"]);
        steps[1].GetProperty("flagged").GetBoolean().ShouldBeTrue();
        data.GetProperty("layers")
            .EnumerateArray()
            .Sum(static layer => layer.GetProperty("parameters").GetDouble())
            .ShouldBe(data.GetProperty("parameters").GetDouble());
    }

    [Fact]
    public void ThePageNeedsNothingFromElsewhere()
    {
        using ReportSource source = ReportSource.Of(Depthwise(), "small");
        string page = Text(Report.Of(source));
        page.ShouldNotContain("{{");
        Regex.IsMatch(page, "<(script|img|iframe)[^>]* src|<link|@import|url\\(").ShouldBeFalse();
        page.ShouldContain("default-src 'none'");
        page.ShouldContain("Leon Sorokin"); // the charting library's licence
    }

    [Fact]
    public void HostileNamesStayText()
    {
        PlannedWeight weight = new(Hostile, Initializers.HeNormal(1).ValuesFor([3, 4], ElementType.Float32))
        {
            LayerClass = Hostile,
            InitializerName = Hostile,
        };
        using ReportSource source = ReportSource.Of(
            new WeightPlan([weight]) { Metadata = new Dictionary<string, string> { [Hostile] = Hostile } },
            Hostile
        );
        Report report = Report.Of(source);
        string page = Text(report);
        page.ShouldNotContain("<script>alert");
        page.ShouldNotContain("<img src=x");
        page.ShouldNotContain("\u2028");
        page.ShouldNotContain("\u202E");
        page.Length.ShouldBeLessThan(300_000);
        Data(report).GetProperty("weights")[0].GetProperty("name").GetString().ShouldBe(VisibleText.Of(Hostile));
    }

    [Fact]
    public void WeightsThatAreNotAsDeclaredAreFoundAndOnesThatAreAreNot()
    {
        // A file's weights held against another plan's declaration would be such; here a tensor lies about itself.
        ReportWeight
            .Of(new Lying(2), null, null, 1 << 20)
            .Warnings.Select(static warning => warning.Code)
            .ShouldBe(["unlike-declared"]);
        ReportWeight.Of(new Lying(1), null, null, 1 << 20).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void APageOfAThousandWeightsStaysSmall()
    {
        WeightPlan plan = Plan(
            "[null, 64]",
            [
                .. Enumerable
                    .Range(0, 500)
                    .Select(static i =>
                        Layer(
                            "Dense",
                            $"dense_{i}",
                            "\"units\": 64, \"activation\": \"relu\", \"bias_initializer\": \"random_normal\""
                        )
                    ),
            ]
        );
        plan.Count.ShouldBe(1_000);
        using ReportSource source = ReportSource.Of(plan, "deep");
        Report.Of(source).Page.Length.ShouldBeLessThan(5_000_000);
    }

    [Fact]
    public void OfTensOfThousandsOfWeightsAChoiceIsShownAndSaidSo()
    {
        const int Count = 12_000;
        string name = new('n', 100);
        using ReportSource source = ReportSource.Of(
            new WeightPlan(
                Enumerable
                    .Range(0, Count)
                    .Select(i => new PlannedWeight(
                        $"{name}{i}/kernel",
                        i % 4 == 0
                            ? new ConstantValues([4, 4], ElementType.Float32, 0)
                            : Initializers.HeNormal(i).ValuesFor([16, 16], ElementType.Float32)
                    ))
            ),
            "many"
        );
        Report report = Report.Of(source);
        report.Page.Length.ShouldBeLessThan(5_000_000);
        JsonElement data = Data(report);
        int shown = data.GetProperty("weights").GetArrayLength(),
            flagged = data.GetProperty("weights")
                .EnumerateArray()
                .Count(static weight => weight.TryGetProperty("warnings", out _));
        shown.ShouldBeInRange(1000, Count - 1);
        flagged.ShouldBe(Math.Min(3000, shown / 2));
        data.GetProperty("count").GetInt32().ShouldBe(Count);
        data.GetProperty("warned").GetProperty("zero-gain").GetInt32().ShouldBe(3000);
        report.Warnings.ShouldBe(3000);
        data.GetProperty("sample")
            .GetString()
            .ShouldBe(
                $"This page shows {shown:N0} of 12,000 weights: {flagged:N0} of the 3,000 with warnings, and evenly "
                    + "chosen ones of the others. Every weight was looked at; sums and counts are of all."
            );
        data.GetProperty("layers").GetArrayLength().ShouldBe(1001);
        data.GetProperty("layers")
            .EnumerateArray()
            .Sum(static layer => layer.GetProperty("parameters").GetDouble())
            .ShouldBe(data.GetProperty("parameters").GetDouble());
    }

    [Fact]
    public void OfALargeTensorEvenlySpreadValuesAreReadAndSaidSo()
    {
        using ReportSource source = ReportSource.Of(
            new WeightPlan([new("table", Initializers.HeNormal(1).ValuesFor([50_000, 1_000], ElementType.Float32))]),
            "200 MB"
        );
        Report report = Report.Of(source);
        report.Page.Length.ShouldBeLessThan(200_000);
        JsonElement table = Data(report).GetProperty("weights")[0];
        table.GetProperty("elements").GetInt64().ShouldBe(50_000_000);
        table.GetProperty("read").GetInt32().ShouldBe(1 << 20);
    }

    [Theory]
    [InlineData("tensorflow", "torch", 4.286)]
    [InlineData("torch", "tensorflow, jax, numpy", null)]
    public void TheDensityOfOtherBackendsIsToldWhereItIsAnother(string backend, string others, double? millionths)
    {
        WeightPlan plan = Model(
                "[null, 64]",
                Layer("Dense", "normal", "\"units\": 512, \"kernel_initializer\": \"he_normal\""),
                Layer("Dense", "uniform", "\"units\": 64, \"kernel_initializer\": \"he_uniform\"")
            )
            .Plan(42, new() { Backend = Backends.Parse(backend) });
        using ReportSource source = ReportSource.Of(plan, "two");
        JsonElement weights = Data(Report.Of(source)).GetProperty("weights"),
            normal = weights[0];
        JsonElement there = normal.GetProperty("elsewhere").EnumerateArray().ShouldHaveSingleItem();
        there.GetProperty("who").GetString().ShouldBe(others);
        double[] own = Shares(normal),
            other = Shares(there);
        own.Length.ShouldBe(other.Length);
        if (millionths is { } beyond)
            (1e6 * there.GetProperty("beyond").GetDouble()).ShouldBe(beyond, 1e-3);
        else
            there.TryGetProperty("beyond", out _).ShouldBeFalse();
        // Beyond two deviations before the cut only PyTorch's has anything: the first step lies there.
        double[] torch = backend == "torch" ? own : other,
            cut = backend == "torch" ? other : own;
        torch[0].ShouldBeInRange(1e-10, 1e-5);
        cut[0].ShouldBe(0);
        torch.Zip(cut).ShouldAllBe(static pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        weights[2].TryGetProperty("elsewhere", out _).ShouldBeFalse("uniforms have one density everywhere");

        static double[] Shares(JsonElement of) =>
            [.. of.GetProperty("expected").EnumerateArray().Select(static share => share.GetDouble())];
    }

    [Fact]
    public void TwoStartsAreComparedWithBothOfTheirDensities()
    {
        WeightPlan plan = Depthwise();
        using ReportSource source = ReportSource.Of(plan, "this"),
            other = ReportSource.Of(plan.WithLayerFans(), "other");
        JsonElement weights = Data(Report.Of(source, other)).GetProperty("weights");
        weights[0].TryGetProperty("expected", out _).ShouldBeTrue();
        weights[0].GetProperty("other").TryGetProperty("expected", out _).ShouldBeFalse("it is the same density");
        weights[2].TryGetProperty("expected", out _).ShouldBeTrue();
        weights[2]
            .GetProperty("other")
            .GetProperty("expected")
            .EnumerateArray()
            .Sum(static share => share.GetDouble())
            .ShouldBeLessThan(0.9, "the steps are this one's, and the other is spread more widely");
    }

    private sealed class Lying(double factor) : ReportTensor("x", [100, 100], "float32")
    {
        private readonly DrawnTensor _drawn = new(
            "x",
            Initializers.RandomNormal(0, 1, 1).ValuesFor([100, 100], ElementType.Float32)
        );

        public override long Bytes => 40_000;

        public override string? Unread => null;

        public override DeclaredDistribution? Declared => _drawn.Declared;

        public override void Read(long start, Span<double> destination)
        {
            _drawn.Read(start, destination);
            foreach (ref double value in destination)
                value *= factor;
        }
    }
}
