using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Testing;
using static Fanwise.Models.Tests.Reports.SmallModels;

namespace Fanwise.Models.Tests.Reports;

/// <summary>The page in headless Chromium: its script says on the root element how many charts it drew, how many
/// weights a search found, and which errors there were.</summary>
public class BrowserTests
{
    private static WeightPlan Network() =>
        Plan(
            "[null, 8, 8, 16]",
            Layer("Conv2D", "first", "\"filters\": 32, \"kernel_size\": [3, 3], \"activation\": \"relu\""),
            Layer("DepthwiseConv2D", "second", "\"kernel_size\": [3, 3]"),
            Layer("Conv2D", "third", "\"filters\": 8, \"kernel_size\": [1, 1]")
        );

    /// <summary>A signal that is not followed through its middle, a wrong fan, densities that differ by
    /// backend.</summary>
    private static WeightPlan Recurrent() =>
        Plan(
            "[null, 8, 8, 16]",
            Layer("Conv2D", "first", "\"filters\": 32, \"kernel_size\": [3, 3], \"kernel_initializer\": \"he_normal\""),
            Layer("DepthwiseConv2D", "second", "\"kernel_size\": [3, 3]"),
            Layer("Reshape", "rows", "\"target_shape\": [16, 32]"),
            Layer("LSTM", "memory", "\"units\": 32, \"return_sequences\": true"),
            Layer("Dense", "third", "\"units\": 64, \"activation\": \"relu\""),
            Layer("Dense", "last", "\"units\": 8")
        );

    private static WeightPlan Many(int count) =>
        new(
            Enumerable
                .Range(0, count)
                .Select(static i => new PlannedWeight(
                    $"weight{i}",
                    Initializers.HeNormal(i).ValuesFor([30, 40], ElementType.Float32)
                ))
        );

    [RequiresFact("chromium")]
    public void ThePageOpensWithoutErrorsAndDrawsItsCharts()
    {
        using ReportSource source = ReportSource.Of(Network(), "network");
        (string dom, Dictionary<string, string> root) = Open(Report.Of(source), "");
        root["ready"].ShouldBe("yes");
        root.ShouldNotContainKey("errors");
        // Fans, signal, spread, and the histograms of three kernels, of which the window shows some.
        int.Parse(root["charts"]).ShouldBeGreaterThanOrEqualTo(3);
        Regex.Count(dom, "<canvas").ShouldBe(int.Parse(root["charts"]));
        root["hits"].ShouldBe("3");
        dom.ShouldContain("Depthwise kernel with the wrong fan");
    }

    [RequiresFact("chromium")]
    public void ASearchFindsWeightsByNameClassAndWarning()
    {
        using ReportSource source = ReportSource.Of(Network(), "network");
        Report report = Report.Of(source);
        Open(report, "#q=second").Root["hits"].ShouldBe("2");
        Open(report, "#q=depthwiseconv2d%20KERNEL").Root["hits"].ShouldBe("1");
        Open(report, "#q=depthwise-fans").Root["hits"].ShouldBe("1");
        Open(report, "#q=nothing-of-this-name").Root["hits"].ShouldBe("0");
    }

    [RequiresFact("chromium")]
    public void HostileNamesAreShownAsText()
    {
        PlannedWeight weight = new(
            ReportTests.Hostile,
            Initializers.HeNormal(1).ValuesFor([30, 40], ElementType.Float32)
        )
        {
            LayerClass = ReportTests.Hostile,
        };
        using ReportSource source = ReportSource.Of(new WeightPlan([weight]), ReportTests.Hostile);
        (string dom, Dictionary<string, string> root) = Open(Report.Of(source), "");
        root["ready"].ShouldBe("yes");
        root.ShouldNotContainKey("errors");
        dom.ShouldContain("&lt;img src=x onerror=alert(1)&gt;");
        Regex.IsMatch(dom, "<img").ShouldBeFalse();
        int.Parse(root["width"])
            .ShouldBeLessThanOrEqualTo(
                int.Parse(root["window"]),
                "a long name must not make the page wider than the window"
            );
    }

    [RequiresFact("chromium")]
    public void TwoFilesAreShownBesideEachOther()
    {
        using ScratchFolder folder = new();
        SafetensorsWriter.Write(Network(), folder.File("a.safetensors"));
        SafetensorsWriter.Write(Network().WithLayerFans(), folder.File("b.safetensors"));
        using ReportSource source = ReportSource.Open(folder.File("a.safetensors")),
            other = ReportSource.Open(folder.File("b.safetensors"));
        (string dom, Dictionary<string, string> root) = Open(Report.Of(source, other), "");
        root["ready"].ShouldBe("yes");
        root.ShouldNotContainKey("errors");
        dom.ShouldContain("the violet line those of b.safetensors");
        dom.ShouldContain("none: the same values");
    }

    [RequiresFact("chromium")]
    public void OnPaperEveryHistogramIsDrawn()
    {
        const string Print = "<script>window.dispatchEvent(new Event('beforeprint'));</script>";
        using ReportSource source = ReportSource.Of(Many(70), "many");
        Open(Report.Of(source), "", Print).Root["printed"].ShouldBe("70", "sixty are shown until more are asked for");
    }

    [RequiresFact("chromium")]
    public void TwoSeedsAreToldAsADifferenceAndNotAsAFault()
    {
        using ScratchFolder folder = new();
        Plan(42, "first.safetensors");
        Plan(43, "second.safetensors");
        using ReportSource source = ReportSource.Open(folder.File("first.safetensors")),
            other = ReportSource.Open(folder.File("second.safetensors"));
        string dom = Open(Report.Of(source, other), "").Dom;
        dom.ShouldContain("1 of 1 weights that are in both hold other values");
        dom.ShouldContain("This one has the seed 42, second.safetensors 43.");

        void Plan(int seed, string name) =>
            SafetensorsWriter.Write(
                new WeightPlan([new("kernel", Initializers.HeNormal(seed).ValuesFor([30, 40], ElementType.Float32))])
                {
                    Metadata = new SortedDictionary<string, string> { ["seed"] = $"{seed}" },
                },
                folder.File(name)
            );
    }

    [RequiresFact("chromium")]
    public void TheTablesAreSortedWithTheKeyboardAlone()
    {
        using ReportSource source = ReportSource.Of(Network(), "network");
        using Opened opened = new(Report.Of(source));
        ChromiumPage page = opened.Page;
        page.Evaluate("document.querySelector('#constants').click()");
        string[] titles = Texts(page, "#list thead button");
        titles.ShouldBe([
            "weight",
            "class",
            "initializer",
            "shape",
            "parameters",
            "mean",
            "deviation",
            "declared",
            "smallest",
            "largest",
            "warnings",
        ]);
        string[] unsorted = Texts(page, "#list tbody th");
        unsorted.ShouldBe(["first/kernel", "first/bias", "second/kernel", "second/bias", "third/kernel", "third/bias"]);

        // From the search on, Tab reaches every header in turn; Enter sorts, and once more the other way round.
        page.Evaluate("document.querySelector('#logarithmic').focus()");
        page.Press("Tab", 9); // the region that scrolls
        for (int i = 0; i < titles.Length; i++)
        {
            page.Press("Tab", 9);
            page.Evaluate("document.activeElement.textContent")!.GetValue<string>().ShouldBe(titles[i]);
            bool numeric = titles[i] is "parameters" or "mean" or "deviation" or "declared" or "smallest" or "largest";
            foreach (string direction in numeric ? (string[])["descending", "ascending"] : ["ascending", "descending"])
            {
                page.Press("Enter", 13, "\r");
                Texts(page, "#list th[aria-sort]").ShouldBe([titles[i]]);
                page.Evaluate("document.querySelector('#list th[aria-sort]').ariaSort")!
                    .GetValue<string>()
                    .ShouldBe(direction);
                page.Evaluate("document.activeElement.textContent")!.GetValue<string>().ShouldBe(titles[i]);
                string[] names = Texts(page, "#list tbody th");
                names.Order().ShouldBe(unsorted.Order());
                Texts(page, "#cards h3").ShouldBe(names, "cards stand as the table's rows do");
                string[] cells = Texts(page, $"#list tbody tr > :nth-child({i + 1})");
                string[] filled = [.. cells.Where(static cell => cell is not ("" or "–"))];
                cells[..filled.Length].ShouldBe(filled, "what has no value is last");
                if (numeric)
                {
                    double[] values =
                    [
                        .. filled.Select(static cell => double.Parse(cell, CultureInfo.InvariantCulture)),
                    ];
                    values.ShouldBe(direction == "ascending" ? values.Order() : values.OrderDescending());
                }
            }
        }

        page.Evaluate("document.documentElement.dataset.errors")?.GetValue<string>().ShouldBeNull();

        static string[] Texts(ChromiumPage page, string selector) =>
            [
                .. page.Evaluate(
                            $"[...document.querySelectorAll({JsonSerializer.Serialize(selector)})].map(e => "
                                + $"e.textContent)"
                        )!
                    .AsArray()
                    .Select(static text => (string)text!),
            ];
    }

    [RequiresFact("chromium")]
    public void APrinterGetsEveryRowAndEveryHistogram()
    {
        using ReportSource source = ReportSource.Of(Many(70), "many");
        using Opened opened = new(Report.Of(source));
        ChromiumPage page = opened.Page;
        const string Rows = "document.querySelectorAll('#list tbody tr').length";
        page.Evaluate(Rows)!.GetValue<int>().ShouldBe(20);
        page.Evaluate(
            $"addEventListener('beforeprint', () => {{ window.counted = [{Rows}, document.querySelectorAll('#cards "
                + $"canvas').length]; }})"
        );
        System.Text.Encoding.Latin1.GetString(page.Print()).ShouldStartWith("%PDF-");
        page.Evaluate("window.counted")!.AsArray().Select(static count => (int)count!).ShouldBe([70, 70]);
        page.Evaluate(Rows)!.GetValue<int>().ShouldBe(20, "afterwards the page is as before");
    }

    /// <summary>The pictures are for people: they lie in artifacts/pictures.</summary>
    [RequiresTheory("chromium")]
    [InlineData("report", 1280, 2400, false)]
    [InlineData("report", 1280, 2400, true)]
    [InlineData("report-phone", 390, 2400, false)]
    [InlineData("report-phone", 390, 2400, true)]
    [InlineData("compared", 1280, 2400, false)]
    [InlineData("compared", 1280, 2400, true)]
    [InlineData("report-print", 718, 2400, false)] // A4 within its margins
    public void APictureOfThePageIsTaken(string name, int width, int height, bool dark)
    {
        bool compared = name == "compared",
            print = name == "report-print";
        WeightPlan plan = Recurrent();
        using ReportSource source = ReportSource.Of(plan, "network"),
            other = ReportSource.Of(plan.WithLayerFans(), "layer fans");
        using Opened opened = new(compared ? Report.Of(source, other) : Report.Of(source), width, height, dark);
        ChromiumPage page = opened.Page;
        if (print)
        {
            page.Prefer(dark, "print");
            page.Evaluate("dispatchEvent(new Event('beforeprint'))");
        }

        page.Until("document.querySelectorAll('.plot').length === document.querySelectorAll('.plot canvas').length");
        Picture picture = page.Photograph(
            Path.Combine(Golden.Root, "artifacts", "pictures", $"{name}-{(dark ? "dark" : "light")}.png")
        );
        (picture.Width, picture.Height).ShouldBe((width, height));
        picture.Colours.ShouldBeGreaterThan(50);
        picture.Background.ShouldBeLessThan(0.97, "a blank page is one colour");
        if (dark)
            picture.Lightness.ShouldBeLessThan(0.3);
        else
            picture.Lightness.ShouldBeGreaterThan(0.8);
        page.Evaluate("document.documentElement.scrollWidth")!
            .GetValue<int>()
            .ShouldBeLessThanOrEqualTo(width, "nothing is wider than the window");
        page.Evaluate("document.documentElement.dataset.errors")?.GetValue<string>().ShouldBeNull();
    }

    [RequiresFact("chromium", "axe")]
    public void NobodyIsKeptOut()
    {
        string axe =
            $"<script>{File.ReadAllText(Clients.AccessibilityScript)}</script><script>axe.run().then(found => "
            + "{ document.documentElement.dataset.axe = found.violations.map(rule => rule.id).join(' ') || 'none'; });"
            + "</script>";
        using ReportSource source = ReportSource.Of(Network(), "network"),
            other = ReportSource.Of(Network().WithLayerFans(), "other");
        foreach (Report report in (Report[])[Report.Of(source), Report.Of(source, other)])
        foreach (string theme in (string[])["?theme=light", "?theme=dark"])
            Open(report, theme, axe).Root["axe"].ShouldBe("none");
    }

    [RequiresFact("npm")]
    public void TheChartingLibraryIsTheOneThatNpmHas()
    {
        string assets = Path.Combine(Golden.Root, "src", "Fanwise.Models", "Reports", "Assets");
        using ScratchFolder folder = new();
        Clients.Run(Path.Combine(assets, "bundle"), folder.Path);
        foreach (string name in (string[])["uPlot.iife.min.js", "uPlot.min.css", "uPlot.LICENSE.txt"])
            File.ReadAllBytes(folder.File(name)).ShouldBe(File.ReadAllBytes(Path.Combine(assets, name)), name);
    }

    /// <summary>A report in a browser.</summary>
    private sealed class Opened : IDisposable
    {
        private readonly ScratchFolder _folder = new();

        public Opened(Report report, int width = 1280, int height = 1600, bool dark = false)
        {
            File.WriteAllBytes(_folder.File("report.html"), report.Page.ToArray());
            Page = new(new Uri(_folder.File("report.html")).ToString(), width, height, dark);
            Page.Until("document.documentElement.dataset.ready");
        }

        public ChromiumPage Page { get; }

        public void Dispose()
        {
            Page.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>The document after its script ran, and what the script says on the root element.</summary>
    /// <param name="report">The page.</param>
    /// <param name="hash">What stands behind its address.</param>
    /// <param name="behind">Scripts behind the page's own.</param>
    private static (string Dom, Dictionary<string, string> Root) Open(Report report, string hash, string behind = "")
    {
        using ScratchFolder folder = new();
        File.WriteAllBytes(folder.File("report.html"), report.Page.ToArray());
        if (behind.Length > 0)
            File.AppendAllText(folder.File("report.html"), behind);
        string dom = Chromium.Open(new Uri(folder.File("report.html")) + hash);
        string root = Regex.Match(dom, "<html[^>]*>").Value;
        return (
            dom[dom.IndexOf("<body", StringComparison.Ordinal)..],
            Regex
                .Matches(root, "data-([a-z]+)=\"([^\"]*)\"")
                .ToDictionary(static match => match.Groups[1].Value, static match => match.Groups[2].Value)
        );
    }
}
