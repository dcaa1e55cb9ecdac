using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>The samples run and show what they say.</summary>
public class SamplesTests
{
    [Fact]
    public void TheTinyNetworkLearnsFromTheRightVarianceOnly()
    {
        using ScratchFolder folder = new();
        string[] lines = Run("TinyNetwork", folder.Path);
        Dictionary<string, double> last = lines.ToDictionary(static line => line[..22].Trim(), static line => double.Parse(line.Split("last loss")[1], CultureInfo.InvariantCulture));
        last["he_normal"].ShouldBeLessThan(0.1);
        last["zeros"].ShouldBe(Math.Log(3), 1e-3); // no unit ever differs from another
        double.IsNaN(last["64 times its variance"]).ShouldBeTrue();
        last["1/64 of its variance"].ShouldBeGreaterThan(2 * last["he_normal"]);

        XElement picture = XElement.Load(folder.File("loss-curves.svg"));
        picture.Elements().Count(static element => element.Name.LocalName == "polyline").ShouldBe(4);
    }

    [Fact]
    public void TheLargeEmbeddingIsMadeRowByRow()
    {
        using ScratchFolder folder = new();
        string[] lines = Run("LargeEmbedding", folder.Path);
        lines[^1].ShouldBe("the last row of a block is that row");
        lines[..^1].Distinct().Count().ShouldBe(3);
    }

    private static string[] Run(string sample, string folder)
    {
        string assembly = Tool.Assembly.Replace("Fanwise.Cli", sample, StringComparison.Ordinal);
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [assembly]) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
