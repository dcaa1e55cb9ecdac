using System.Numerics;
using System.Text.Json;

namespace Fanwise.Cli;

/// <summary>One call of a framework's own function: <c>fanwise draw uniform --as numpy</c>.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="ElementType">The element type; null for the function's own.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Arguments">The function's parameters by name.</param>
internal sealed record FrameworkCall(Shape Shape, ElementType? ElementType, BigInteger Seed, JsonElement Arguments)
{
    public ElementType TypeOr(ElementType otherwise) => ElementType ?? otherwise;

    public double Number(string name, double otherwise) =>
        !Has(name, out JsonElement value) ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number
        : throw Wrong(name, "a number", value);

    public string Text(string name, string otherwise) =>
        !Has(name, out JsonElement value) ? otherwise
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw Wrong(name, "a word", value);

    public int[] Axes(string name, params int[] otherwise)
    {
        if (!Has(name, out JsonElement value))
            return otherwise;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return Array.ConvertAll(
            items,
            item =>
                item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int axis)
                    ? axis
                    : throw Wrong(name, "an axis or a list of axes", value)
        );
    }

    /// <summary>A seed of so many bits, negative ones too.</summary>
    public long LongSeed =>
        Seed >= long.MinValue && Seed <= long.MaxValue
            ? (long)Seed
            : throw new InitializerException($"A seed of this function is an integer of 64 bits; received {Seed}.");

    private bool Has(string name, out JsonElement value)
    {
        value = default;
        return Arguments.ValueKind == JsonValueKind.Object && Arguments.TryGetProperty(name, out value);
    }

    private static InitializerException Wrong(string name, string what, JsonElement value) =>
        new($"\"{name}\" must be {what}; received {value.GetRawText()}.");
}
