using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>README's figures.</summary>
public class ReadmeTests
{
    [Fact]
    public void TheFiguresAreTheFirstOfThePerformancePage()
    {
        const int Rows = 2 + 3; // the header, the line below it, three rows
        string path = Path.Combine(Golden.Root, "README.md");
        string measured = Table(File.ReadAllLines(Path.Combine(Golden.Root, "docs", "performance.md")), Rows),
            shown = Table([.. File.ReadLines(path).SkipWhile(static line => line != "## Performance")], Rows);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, File.ReadAllText(path).Replace(shown, measured, StringComparison.Ordinal));
        else
            shown.ShouldBe(measured, "UPDATE_DOCS=1 writes the figures anew.");
    }

    /// <summary>The first lines of the first table.</summary>
    private static string Table(string[] lines, int rows) =>
        string.Join('\n', lines.Where(static line => line.StartsWith('|')).Take(rows));
}
