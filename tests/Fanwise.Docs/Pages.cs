using System.Text;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>The project's pages and the code blocks in them.</summary>
internal static class Pages
{
    /// <summary>README and every page of docs, by path from the root.</summary>
    public static IEnumerable<string> All { get; } =
        new[] { "README.md" }.Concat(
            Directory
                .EnumerateFiles(Path.Combine(Golden.Root, "docs"), "*.md")
                .Select(static path => Path.GetRelativePath(Golden.Root, path))
                .Order(StringComparer.Ordinal)
        );

    /// <summary>The fenced blocks of a page, in order.</summary>
    public static IEnumerable<Block> Blocks(string page)
    {
        string? language = null;
        StringBuilder text = new();
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Golden.Root, page)))
        {
            number++;
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (language is null)
                    (language, text) = (line[3..].Trim(), new());
                else
                {
                    yield return new($"{page}, above line {number}", language, text.ToString());
                    language = null;
                }
            }
            else if (language is not null)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    /// <summary>One fenced block: where it stands, its language, its text.</summary>
    public sealed record Block(string Place, string Language, string Text);
}
