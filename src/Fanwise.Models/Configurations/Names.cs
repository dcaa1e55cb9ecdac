using System.Text.RegularExpressions;

namespace Fanwise.Models.Configurations;

/// <summary>Names as Keras makes them.</summary>
internal static partial class Names
{
    /// <summary>The snake case of a class name: <c>Conv2DTranspose</c> becomes <c>conv2d_transpose</c>.</summary>
    public static string Snake(string className)
    {
        string name = NotWord().Replace(className, "");
        name = BeforeWord().Replace(name, "$1_$2");
        return BeforeCapital().Replace(name, "$1_$2").ToLowerInvariant();
    }

    [GeneratedRegex(@"\W+")]
    private static partial Regex NotWord();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex BeforeWord();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex BeforeCapital();
}
