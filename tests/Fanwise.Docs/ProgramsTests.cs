using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>Every C# block of the pages is the body of a test of this project, word for word, so that it is compiled,
/// run and asserted.</summary>
public class ProgramsTests
{
    [Fact]
    public void EveryProgramOfThePagesIsATestOfThisProject()
    {
        HashSet<string> regions = [.. Regions()];
        string[] untested =
        [
            .. Pages
                .All.SelectMany(Pages.Blocks)
                .Where(static block => block.Language == "csharp")
                .Where(block => !regions.Contains(Normalize(block.Text.Split('\n'))))
                .Select(static block => block.Place),
        ];
        untested.ShouldBeEmpty("Put the block between #region and #endregion in a test of tests/Fanwise.Docs.");
    }

    [Fact]
    public void ThePagesHavePrograms() =>
        Pages.All.SelectMany(Pages.Blocks).Count(static block => block.Language == "csharp").ShouldBeGreaterThan(0);

    /// <summary>The texts between #region and #endregion.</summary>
    private static IEnumerable<string> Regions()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Golden.Root, "tests", "Fanwise.Docs"), "*.cs"))
        {
            List<string>? region = null;
            foreach (string line in File.ReadLines(path))
            {
                if (line.TrimStart().StartsWith("#region", StringComparison.Ordinal))
                    region = [];
                else if (line.TrimStart().StartsWith("#endregion", StringComparison.Ordinal) && region is not null)
                {
                    yield return Normalize(region);
                    region = null;
                }
                else
                {
                    region?.Add(line);
                }
            }
        }
    }

    /// <summary>Without indentation, blank lines and using directives, which a test has at the top of its
    /// file.</summary>
    private static string Normalize(IEnumerable<string> lines) =>
        string.Join(
            '\n',
            lines
                .Select(static line => line.Trim())
                .Where(static line =>
                    line.Length > 0
                    && !(
                        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('(')
                    )
                )
        );
}
