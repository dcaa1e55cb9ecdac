using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fanwise.Python;

/// <summary>The kinds of JSON values.</summary>
internal enum JsonKind
{
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

/// <summary>One key of an object with its value.</summary>
internal readonly record struct JsonMember(string Key, JsonValue Value);

/// <summary>A JSON value as Python reads it: immutable; numbers keep their text, so that <c>1</c> and <c>1.0</c> stay
/// different and integers are unbounded.</summary>
internal sealed class JsonValue
{
    public static readonly JsonValue EmptyObject = new(JsonKind.Object, System.Array.Empty<JsonMember>());

    public static readonly JsonValue Null = new(JsonKind.Null),
        True = new(JsonKind.True),
        False = new(JsonKind.False);

    /// <summary>Longer values are cut in messages.</summary>
    private const int MessageLength = 80;

    /// <summary>What a number with a fraction, an exponent or a name has: <c>1.5</c>, <c>1e9</c>, <c>NaN</c>,
    /// <c>Infinity</c>.</summary>
    private static readonly SearchValues<char> NotInteger = SearchValues.Create(".eENI");

    // the text of a string or number, the items or the members: a large model has millions of values
    private readonly object? _content;

    private JsonValue(JsonKind kind, object? content = null) => (Kind, _content) = (kind, content);

    private string? TextContent => _content as string;

    private JsonValue[]? ItemContent => _content as JsonValue[];

    private JsonMember[]? MemberContent => _content as JsonMember[];

    public JsonKind Kind { get; }

    /// <summary>The items of an array; none for another kind.</summary>
    public ReadOnlySpan<JsonValue> Items => ItemContent;

    /// <summary>The members of an object, in the file's order; none for another kind.</summary>
    public ReadOnlySpan<JsonMember> Members => MemberContent;

    public bool IsNull => Kind == JsonKind.Null;

    public bool IsObject => Kind == JsonKind.Object;

    public bool IsArray => Kind == JsonKind.Array;

    /// <summary>The number as it stands in the file, or null where the value is none.</summary>
    public string? NumberText => Kind == JsonKind.Number ? TextContent : null;

    /// <summary>The text of a string or number.</summary>
    public string Literal => TextContent!;

    /// <summary>The string, or null where the value is none.</summary>
    public string? AsString => Kind == JsonKind.String ? TextContent : null;

    /// <summary>What Python's <c>if value:</c> takes it for.</summary>
    public bool IsTrue =>
        Kind switch
        {
            JsonKind.Null or JsonKind.False => false,
            JsonKind.True => true,
            JsonKind.Number => AsNumber != 0,
            JsonKind.String => TextContent!.Length > 0,
            JsonKind.Array => ItemContent!.Length > 0,
            _ => MemberContent!.Length > 0,
        };

    /// <summary>The number as a double, or null where the value is none.</summary>
    public double? AsNumber =>
        Kind != JsonKind.Number
            ? null
            : TextContent switch
            {
                "NaN" => PythonNumbers.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => double.Parse(TextContent!, NumberStyles.Float, CultureInfo.InvariantCulture),
            };

    /// <summary>Whether the number was written without a fraction and an exponent: Python's <c>int</c>.</summary>
    public bool IsInteger => Kind == JsonKind.Number && !TextContent!.AsSpan().ContainsAny(NotInteger);

    /// <summary>The integer, or null where the value is none or lies outside of 64 bits; <c>2.0</c> is none.</summary>
    public long? AsInteger =>
        IsInteger
        && long.TryParse(TextContent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : null;

    /// <summary>The value of a key, or null where the value is no object or lacks the key.</summary>
    public JsonValue? this[string key]
    {
        get
        {
            foreach (ref readonly JsonMember member in Members)
                if (member.Key == key)
                    return member.Value;
            return null;
        }
    }

    public static JsonValue Number(string text) => new(JsonKind.Number, text);

    public static JsonValue Number(long value) => new(JsonKind.Number, value.ToString(CultureInfo.InvariantCulture));

    public static JsonValue String(string text) => new(JsonKind.String, text);

    public static JsonValue Of(bool value) => value ? True : False;

    public static JsonValue Array(params JsonValue[] items) => new(JsonKind.Array, items);

    public static JsonValue Object(params JsonMember[] members) => new(JsonKind.Object, members);

    public static JsonValue Object(params (string Key, JsonValue Value)[] members) =>
        Object(System.Array.ConvertAll(members, static member => new JsonMember(member.Key, member.Value)));

    /// <summary>The same object with this value for the key, at its place or at the end.</summary>
    public JsonValue With(string key, JsonValue value)
    {
        int index = MemberContent!.Length - 1;
        while (index >= 0 && MemberContent[index].Key != key)
            index--;
        if (index < 0)
            return Object([.. MemberContent!, new(key, value)]);
        JsonMember[] members = [.. MemberContent!];
        members[index] = new(key, value);
        return Object(members);
    }

    /// <summary>The same object without the key.</summary>
    public JsonValue Without(string key)
    {
        if (this[key] is null)
            return this;
        List<JsonMember> kept = new(MemberContent!.Length);
        foreach (JsonMember member in MemberContent)
            if (member.Key != key)
                kept.Add(member);
        return Object([.. kept]);
    }

    /// <summary>The value as JSON, cut where it is long.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Write(text);
        return text.Length <= MessageLength ? text.ToString() : text.ToString(0, MessageLength) + "...";
    }

    private void Write(StringBuilder text)
    {
        if (text.Length > MessageLength)
            return;
        switch (Kind)
        {
            case JsonKind.Null:
                text.Append("null");
                break;
            case JsonKind.True:
                text.Append("true");
                break;
            case JsonKind.False:
                text.Append("false");
                break;
            case JsonKind.Number:
                text.Append(TextContent);
                break;
            case JsonKind.String:
                text.Append('"').Append(Printable(TextContent!)).Append('"');
                break;
            case JsonKind.Array:
                text.Append('[');
                for (int i = 0; i < ItemContent!.Length && text.Length <= MessageLength; i++)
                {
                    if (i > 0)
                        text.Append(", ");
                    ItemContent[i].Write(text);
                }

                text.Append(']');
                break;
            default:
                text.Append('{');
                for (int i = 0; i < MemberContent!.Length && text.Length <= MessageLength; i++)
                {
                    text.Append(i > 0 ? ", \"" : "\"").Append(Printable(MemberContent[i].Key)).Append("\": ");
                    MemberContent[i].Value.Write(text);
                }

                text.Append('}');
                break;
        }
    }

    /// <summary>A name for a message: cut where it is long, without control characters, so that a message stays one
    /// line.</summary>
    public static string Printable(string name)
    {
        string text =
            name.Length <= MessageLength
                ? name
                : name[..(char.IsHighSurrogate(name[MessageLength - 1]) ? MessageLength - 1 : MessageLength)] + "...";
        return text.AsSpan().ContainsAnyInRange('\0', '\u001f')
            ? string.Concat(text.Select(static c => c < ' ' ? $"\\u{(int)c:x4}" : c.ToString()))
            : text;
    }

    /// <summary>The integer of any size, or null where the value is none.</summary>
    public BigInteger? AsBigInteger =>
        IsInteger ? BigInteger.Parse(TextContent!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;
}
