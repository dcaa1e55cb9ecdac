using System.Text.RegularExpressions;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>The pages lead to each other.</summary>
public class LinksTests
{
    [Fact]
    public void EveryLinkToAFileLeadsToOne()
    {
        string[] broken =
        [
            .. Pages.All.SelectMany(static page =>
                Targets(page)
                    .Where(target => !File.Exists(Path.Combine(Golden.Root, Path.GetDirectoryName(page)!, target)))
                    .Select(target => $"{page}: {target}")
            ),
        ];
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void TheReadmeLeadsToEveryPage() =>
        Pages.All.Where(static page => page != "README.md").Except(Targets("README.md")).ShouldBeEmpty();

    /// <summary>The files that a page's links and pictures name, without their anchors.</summary>
    private static IEnumerable<string> Targets(string page) =>
        Regex
            .Matches(File.ReadAllText(Path.Combine(Golden.Root, page)), @"\]\(([^)#:]+)(#[^)]*)?\)")
            .Select(static match => match.Groups[1].Value);
}
