using System.Text;

namespace Fanwise.Generations;

/// <summary>Conversions of Python's names.</summary>
internal static class Names
{
    /// <summary>The short names that every generation from compat.v1 on has.</summary>
    public static Dictionary<string, string> ShortAliases => new(InitializerNames.Short, StringComparer.Ordinal);

    /// <summary>A table of aliases from its text: <c>alias=Name alias=Name</c>.</summary>
    public static Dictionary<string, string> Aliases(string text) =>
        text.Split(' ')
            .Select(static pair => pair.Split('='))
            .ToDictionary(static sides => sides[0], static sides => sides[1], StringComparer.Ordinal);

    /// <summary>A name in snake case in camel case: <c>fanIn</c>.</summary>
    public static string Camel(string name)
    {
        string[] words = name.Split('_');
        return words[0]
            + string.Concat(
                words.Skip(1).Select(static word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..])
            );
    }

    /// <summary>GlorotUniform, LeCunNormal or fanIn in snake case: <c>glorot_uniform</c>, <c>lecun_normal</c>,
    /// <c>fan_in</c>.</summary>
    public static string Snake(string name)
    {
        StringBuilder snake = new(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (
                char.IsAsciiLetterUpper(name[i])
                && i > 0
                && name[i - 1] != '_'
                && (
                    !char.IsAsciiLetterUpper(name[i - 1]) || i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])
                )
            )
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString().Replace("le_cun", "lecun", StringComparison.Ordinal);
    }
}
