using System.Text;
using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>A value of a declaration that may use the layer's configuration and its input: <c>"$units"</c> is that
/// key's value, <c>"$4 * units"</c> a size, <c>"block${index}"</c> a text with one within, <c>"$$text"</c> the text
/// <c>$text</c>.</summary>
internal static class Template
{
    /// <summary>A text with values within may be no longer: else a few keys could ask for any length.</summary>
    private const int MaxText = 1000;

    /// <summary>The value for one layer.</summary>
    /// <param name="value">The value as declared.</param>
    /// <param name="config">The layer's configuration, and <c>index</c> in what is repeated.</param>
    /// <param name="input">The shape of the layer's input; null while it is constructed.</param>
    /// <param name="reviver">Counts what is made of declarations.</param>
    public static JsonValue Fill(JsonValue value, Configuration config, TensorShape? input, Reviver reviver)
    {
        reviver.CountDeclared();
        if (value.AsString is { } text)
            return Text(text, config, input);
        if (value.IsArray)
            return JsonValue.Array([.. value.Items.ToArray().Select(item => Fill(item, config, input, reviver))]);
        if (!value.IsObject)
            return value;
        JsonValue filled = JsonValue.Object([
            .. value
                .Members.ToArray()
                .Select(member => new JsonMember(member.Key, Fill(member.Value, config, input, reviver))),
        ]);
        // A class without a module would be one of one's own; Keras' own are told by their names here.
        return
            filled["class_name"]?.AsString is { } name
            && filled["module"] is null
            && reviver.Classes.Find(name) is not null
            ? filled.With("module", JsonValue.String("keras.layers"))
            : filled;
    }

    private static JsonValue Text(string text, Configuration config, TensorShape? input)
    {
        if (text.StartsWith("$$", StringComparison.Ordinal))
            return JsonValue.String(text[1..]);
        if (text.StartsWith('$') && !text.StartsWith("${", StringComparison.Ordinal))
            return Value(text[1..], config, input);
        int start = text.IndexOf("${", StringComparison.Ordinal);
        if (start < 0)
            return JsonValue.String(text);
        StringBuilder filled = new();
        int from = 0;
        for (; start >= 0; start = text.IndexOf("${", from, StringComparison.Ordinal))
        {
            int end = text.IndexOf('}', start);
            if (end < 0)
                throw config.Error(
                    $"has a declaration with a \"${{\" that is not closed; received '{JsonValue.Printable(text)}'"
                );
            JsonValue value = Value(text[(start + 2)..end], config, input);
            filled.Append(text, from, start - from).Append(value.AsString ?? value.ToString());
            from = end + 1;
            if (filled.Length > MaxText)
                throw config.Error($"has a declaration whose text is longer than {MaxText} characters");
        }

        return JsonValue.String(filled.Append(text, from, text.Length - from).ToString());
    }

    private static JsonValue Value(string expression, Configuration config, TensorShape? input)
    {
        if (config[expression] is { } own)
            return own;
        SizeExpression size = SizeExpression.Read(
            JsonValue.String(expression),
            $"A value after \"$\" in the declaration of {config.Place}"
        );
        return JsonValue.Number(
            size.Value(config, input)
                ?? throw config.Error(
                    $"needs the size {size} of its declaration; received the shape "
                        + $"{input?.ToString() ?? "of nothing, since a constructor has no input"}"
                )
        );
    }
}
