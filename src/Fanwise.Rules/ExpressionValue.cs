using System.Globalization;
using System.Text.Json;

namespace Fanwise.Rules;

/// <summary>What an expression gives: a number, a text, true or false, or nothing.</summary>
internal readonly record struct ExpressionValue(double? Number, string? Text, bool? Truth)
{
    public static readonly ExpressionValue Null;

    public bool IsNull => Number is null && Text is null && Truth is null;

    public static ExpressionValue Of(double number) => new(number, null, null);

    public static ExpressionValue Of(string text) => new(null, text, null);

    public static ExpressionValue Of(bool truth) => new(null, null, truth);

    /// <summary>A scalar of a configuration; null for a list or object.</summary>
    public static ExpressionValue? Of(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Null => Null,
            JsonValueKind.True => Of(true),
            JsonValueKind.False => Of(false),
            JsonValueKind.String => Of(json.GetString()!),
            JsonValueKind.Number => Of(json.GetDouble()),
            _ => null,
        };

    public override string ToString() =>
        Text is not null ? $"'{Text}'"
        : Truth is { } truth ? (truth ? "true" : "false")
        : Number?.ToString("R", CultureInfo.InvariantCulture) ?? "null";
}
