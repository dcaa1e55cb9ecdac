using System.Globalization;
using System.Numerics;

namespace Fanwise.Playground;

/// <summary>What the page lets one choose, and how it reads what is typed.</summary>
internal static class PlaygroundChoices
{
    /// <summary>The initializers of Keras 3, by their identifiers.</summary>
    public static string[] Initializers { get; } =
    [
        "glorot_uniform",
        "glorot_normal",
        "he_uniform",
        "he_normal",
        "lecun_uniform",
        "lecun_normal",
        "variance_scaling",
        "random_uniform",
        "random_normal",
        "truncated_normal",
        "orthogonal",
        "zeros",
        "ones",
        "identity",
    ];

    /// <summary>The element types that initializers draw.</summary>
    public static string[] ElementTypes { get; } = ["float32", "float64", "float16", "bfloat16"];

    /// <summary>The shape of <c>3, 3, 64, 128</c>; nothing is a scalar.</summary>
    /// <exception cref="InitializerException">It is no list of lengths.</exception>
    public static Shape ShapeOf(string text)
    {
        string[] words = text.Trim().Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries);
        long[] lengths = new long[words.Length];
        for (int i = 0; i < words.Length; i++)
            if (!long.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out lengths[i]))
                throw new InitializerException(
                    $"A shape is a list of lengths such as 3, 3, 64, 128; received '{text}'."
                );
        return Shape.Create(lengths);
    }

    /// <summary>The integer that a text is.</summary>
    /// <exception cref="InitializerException">It is none.</exception>
    public static BigInteger IntegerOf(string text) =>
        BigInteger.TryParse(
            text.Trim(),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out BigInteger seed
        )
            ? seed
            : throw new InitializerException($"A seed is an integer; received '{text}'.");
}
