using System.Text.Json;
using System.Xml.Linq;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>What the project is built with: few packages, each with its reason and its one content.</summary>
public class DependenciesTests
{
    // The compiler's own, and what only reads the code.
    private static readonly string[] Tools =
    [
        "Meziantou.Analyzer",
        "Roslynator.Analyzers",
        "Microsoft.NET.ILLink.Tasks",
        "Microsoft.DotNet.ILCompiler",
    ];

    /// <summary>Every project's file, by path from the root.</summary>
    public static TheoryData<string> Projects { get; } =
    [
        .. ((string[])["src", "tests", "samples", "bench", "eng"])
            .SelectMany(static folder =>
                Directory.EnumerateFiles(
                    Path.Combine(Golden.Root, folder),
                    "*.csproj",
                    new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }
                )
            )
            .Select(static path => Path.GetRelativePath(Golden.Root, path))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void EveryPackageOfAProjectIsLockedByItsContent(string project) =>
        Packages(project).ShouldAllBe(static package => package.Content != null);

    [Theory]
    [MemberData(nameof(Projects))]
    public void EveryPackageThatShipsHasItsReason(string project)
    {
        if (!project.StartsWith("src", StringComparison.Ordinal))
            return;
        string reasons = File.ReadAllText(Path.Combine(Golden.Root, "docs", "architecture.md"));
        foreach (
            string name in Packages(project)
                .Where(static package => package.IsDirect)
                .Select(static package => package.Name)
        )
            reasons.ShouldContain(name);
    }

    /// <summary>Others meet a library by its public types alone.</summary>
    [Fact]
    public void ThreeOfOurLibrariesSeeInternalsAndOnlyThoseOfFanwise()
    {
        string[] shipped =
        [
            .. Projects
                .Select(static row => (string)row)
                .Where(static path => path.StartsWith("src", StringComparison.Ordinal)),
        ];
        shipped
            .SelectMany(path =>
                XDocument
                    .Load(Path.Combine(Golden.Root, path))
                    .Descendants("InternalsVisibleTo")
                    .Select(element => (string)element.Attribute("Include")!)
                    .Where(friend => Array.Exists(shipped, other => Name(other) == friend))
                    .Select(friend => $"{Name(path)} to {friend}")
            )
            .Order(StringComparer.Ordinal)
            .ShouldBe(["Fanwise to Fanwise.Kernels", "Fanwise to Fanwise.Models", "Fanwise to Fanwise.TensorFlow"]);

        static string Name(string path) => Path.GetFileNameWithoutExtension(path);
    }

    private static IEnumerable<(string Name, bool IsDirect, string? Content)> Packages(string project)
    {
        string path = Path.Combine(Golden.Root, Path.GetDirectoryName(project)!, "packages.lock.json");
        using JsonDocument locks = JsonDocument.Parse(File.ReadAllText(path));
        return
        [
            .. locks
                .RootElement.GetProperty("dependencies")
                .EnumerateObject()
                .SelectMany(static framework => framework.Value.EnumerateObject())
                .Where(static package => package.Value.GetProperty("type").GetString() != "Project")
                .Select(static package =>
                    (
                        package.Name,
                        package.Value.GetProperty("type").GetString() == "Direct" && !Tools.Contains(package.Name),
                        package.Value.TryGetProperty("contentHash", out JsonElement hash) ? hash.GetString() : null
                    )
                ),
        ];
    }
}
