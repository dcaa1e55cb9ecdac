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
        using ReportSource source = ReportSource.Of(
            new WeightPlan(
                Enumerable
                    .Range(0, 70)
                    .Select(static i => new PlannedWeight(
                        $"weight{i}",
                        Initializers.HeNormal(i).ValuesFor([30, 40], ElementType.Float32)
                    ))
            ),
            "many"
        );
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
