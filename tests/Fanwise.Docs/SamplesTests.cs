using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
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
        lines[^1].ShouldEndWith("loss-curves.svg.");
        Dictionary<string, double> last = lines[..^1]
            .ToDictionary(
                static line => line[..22].Trim(),
                static line => double.Parse(line.Split("last loss")[1], CultureInfo.InvariantCulture)
            );
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

    [RequiresFact("tfjs", "chromium")]
    public void TheBrowserPageShowsTheWeightsAndAnswersThatDotnetHas()
    {
        using ScratchFolder folder = new();
        using Process server = Start(
            "BrowserPage",
            folder.Path,
            "page",
            Path.Combine(Clients.NodeFolder, "node_modules", "@tensorflow", "tfjs", "dist", "tf.min.js"),
            FreePort().ToString(CultureInfo.InvariantCulture)
        );
        try
        {
            List<string> lines = [];
            while (server.StandardOutput.ReadLine() is { } line)
            {
                lines.Add(line);
                if (line.StartsWith("Open ", StringComparison.Ordinal))
                    break;
            }

            Dictionary<string, double> ours = lines[..^1]
                .Select(static line => line.Split(": "))
                .ToDictionary(static parts => parts[0], static parts => Number(parts[1]));
            string page = Chromium.Open(lines[^1].Split(' ')[1]);
            page.ShouldContain("data-ready=\"yes\"", customMessage: page);
            Dictionary<string, double> theirs = Regex
                .Matches(page, "<tr><td>([^<]+)</td>(?:<td>[^<]*</td>)?<td>([^<]+)</td></tr>")
                .ToDictionary(static match => match.Groups[1].Value, static match => Number(match.Groups[2].Value));
            theirs.Keys.ShouldBe(ours.Keys);
            ours.Count.ShouldBe(6 + 3);
            // Both add the same float32 numbers in double and in the same order; TensorFlow.js answers in float32.
            foreach ((string name, double value) in ours)
            {
                if (name.Contains('/', StringComparison.Ordinal))
                    theirs[name].ShouldBe(value, name);
                else
                    theirs[name].ShouldBe(value, 1e-5, name);
            }
        }
        finally
        {
            server.Kill();
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string[] Run(string sample, string folder)
    {
        using Process process = Start(sample, folder);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Process Start(string sample, string folder, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [Tool.Assembly.Replace("Fanwise.Cli", sample, StringComparison.Ordinal), .. arguments]
            )
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
}
