using System.Text.RegularExpressions;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>What a formatter does not hold: strings and comments fit the columns, and a file is read in one
/// sitting.</summary>
public partial class SourcesTests
{
    private const int MostColumns = 120,
        MostLines = 400;

    /// <summary>Written by scripts; nobody reads them through.</summary>
    private static readonly string[] Tables = ["DoubleTables.cs", "ZigguratTables.cs"];

    private static readonly string[] Folders = ["src", "tests", "samples", "bench", "eng"],
        Built = ["obj", "bin", "artifacts"];

    private static readonly (string Path, string[] Lines)[] Files =
    [
        .. Folders
            .SelectMany(static folder =>
                Directory.EnumerateFiles(Path.Combine(Golden.Root, folder), "*.cs", SearchOption.AllDirectories)
            )
            .Select(static path => Path.GetRelativePath(Golden.Root, path))
            .Where(static path => !path.Split(Path.DirectorySeparatorChar).Any(Built.Contains))
            .Order(StringComparer.Ordinal)
            .Select(static path => (path, File.ReadAllLines(Path.Combine(Golden.Root, path)))),
    ];

    [Fact]
    public void AllSourcesAreLookedAt() => Files.Length.ShouldBeGreaterThan(700);

    /// <summary>Machines are busy: work that may not grow is held against <see cref="ProcessorTime"/> or what it
    /// allocates, and speed is measured in bench/.</summary>
    [Fact]
    public void NoTestIsHeldAgainstTheClock() =>
        Files
            .Where(static file =>
                file.Path.StartsWith("tests", StringComparison.Ordinal)
                && file.Lines.Any(static line => HeldAgainstTheClock().IsMatch(line))
            )
            .Select(static file => file.Path)
            .ShouldBeEmpty();

    [Fact]
    public void NoLineHasMoreThan120Characters() =>
        string.Join(
                '\n',
                Files.SelectMany(static file =>
                    file.Lines.Index()
                        .Where(static line => line.Item.Length > MostColumns)
                        .Select(line => $"{file.Path}:{line.Index + 1}")
                )
            )
            .ShouldBe("");

    [Fact]
    public void NoFileHasMoreThan400LinesButTables() =>
        string.Join(
                '\n',
                Files
                    .Where(static file =>
                        file.Lines.Length > MostLines && !Tables.Contains(Path.GetFileName(file.Path))
                    )
                    .Select(static file => $"{file.Path}: {file.Lines.Length}")
            )
            .ShouldBe("");

    [GeneratedRegex(@"Elapsed\b.*\.Should[A-Z]|Assert\.[A-Z].*\bElapsed\b")]
    private static partial Regex HeldAgainstTheClock();
}
