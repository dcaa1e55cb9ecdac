using System.Reflection;

namespace Fanwise.Models.Reports;

/// <summary>The page around the data: markup, styles, our script and the charting library, all from the
/// assembly.</summary>
internal static class ReportPage
{
    private const string Prefix = "Fanwise.Models.Reports.Assets.";

    /// <summary>The page with this JSON in it, in which every &lt; is escaped.</summary>
    public static string With(string json)
    {
        string page = Asset("report.html");
        foreach (
            string name in (string[])
                ["uPlot.min.css", "report.css", "uPlot.LICENSE.txt", "uPlot.iife.min.js", "report.js"]
        )
            page = page.Replace("{{" + name + "}}", Asset(name), StringComparison.Ordinal);
        // Last, so that no name in the data is taken for a place in the page.
        return page.Replace("{{data}}", json, StringComparison.Ordinal);
    }

    private static string Asset(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
