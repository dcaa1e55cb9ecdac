using System.Globalization;
using System.Numerics;

namespace Fanwise.Generations;

/// <summary>A parameter of a Python constructor.</summary>
/// <param name="Name">Its keyword.</param>
/// <param name="Default">What it is where it is not given.</param>
internal readonly record struct Parameter(string Name, PythonValue Default)
{
    /// <summary>The parameters of a signature as Python writes it: <c>scale=1.0, mode='fan_in',
    /// seed=None</c>.</summary>
    public static Parameter[] Parse(string signature) =>
        signature.Length == 0
            ? []
            : Array.ConvertAll(
                signature.Split(", "),
                static part =>
                {
                    string[] sides = part.Split('=');
                    return new Parameter(sides[0], Literal(sides[1]));
                }
            );

    private static PythonValue Literal(string text) =>
        text switch
        {
            "None" => PythonValue.None,
            "True" => true,
            "False" => false,
            _ when text[0] == '\'' => text[1..^1],
            _ when text.Contains('.') => double.Parse(text, CultureInfo.InvariantCulture),
            _ => BigInteger.Parse(text, CultureInfo.InvariantCulture),
        };
}
