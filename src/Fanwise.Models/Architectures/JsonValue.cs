using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fanwise.Models.Architectures;

/// <summary>The kinds of JSON values.</summary>
internal enum JsonKind { Null, False, True, Number, String, Array, Object }

/// <summary>One key of an object with its value.</summary>
internal readonly record struct JsonMember(string Key, JsonValue Value);

/// <summary>A JSON value as Python reads it: immutable; numbers keep their text, so that <c>1</c> and <c>1.0</c> stay different and integers are unbounded.</summary>
internal sealed class JsonValue
{
    public static readonly JsonValue EmptyObject = new(JsonKind.Object, members: []);

    public static readonly JsonValue Null = new(JsonKind.Null), True = new(JsonKind.True), False = new(JsonKind.False);

    /// <summary>Longer values are cut in messages.</summary>
    private const int MessageLength = 80;

    /// <summary>What a number with a fraction, an exponent or a name has: <c>1.5</c>, <c>1e9</c>, <c>NaN</c>, <c>Infinity</c>.</summary>
    private static readonly SearchValues<char> NotInteger = SearchValues.Create(".eENI");

    private readonly string? _text;
    private readonly JsonValue[]? _items;
    private readonly JsonMember[]? _members;

    private JsonValue(JsonKind kind, string? text = null, JsonValue[]? items = null, JsonMember[]? members = null) => (Kind, _text, _items, _members) = (kind, text, items, members);

    public JsonKind Kind { get; }

    /// <summary>The items of an array; none for another kind.</summary>
    public ReadOnlySpan<JsonValue> Items => _items;

    /// <summary>The members of an object, in the file's order; none for another kind.</summary>
    public ReadOnlySpan<JsonMember> Members => _members;

    public bool IsNull => Kind == JsonKind.Null;

    public bool IsObject => Kind == JsonKind.Object;

    public bool IsArray => Kind == JsonKind.Array;

    /// <summary>The number as it stands in the file, or null where the value is none.</summary>
    public string? NumberText => Kind == JsonKind.Number ? _text : null;

    /// <summary>The string, or null where the value is none.</summary>
    public string? AsString => Kind == JsonKind.String ? _text : null;

    /// <summary>What Python's <c>if value:</c> takes it for.</summary>
    public bool IsTrue => Kind switch
    {
        JsonKind.Null or JsonKind.False => false,
        JsonKind.True => true,
        JsonKind.Number => AsNumber != 0,
        JsonKind.String => _text!.Length > 0,
        JsonKind.Array => _items!.Length > 0,
        _ => _members!.Length > 0,
    };

    /// <summary>The number as a double, or null where the value is none.</summary>
    public double? AsNumber => Kind != JsonKind.Number ? null : _text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(_text!, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    /// <summary>Whether the number was written without a fraction and an exponent: Python's <c>int</c>.</summary>
    public bool IsInteger => Kind == JsonKind.Number && !_text!.AsSpan().ContainsAny(NotInteger);

    /// <summary>The integer, or null where the value is none or lies outside of 64 bits; <c>2.0</c> is none.</summary>
    public long? AsInteger => IsInteger && long.TryParse(_text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>The value of a key, or null where the value is no object or lacks the key.</summary>
    public JsonValue? this[string key]
    {
        get
        {
            foreach (ref readonly JsonMember member in Members)
                if (member.Key == key) return member.Value;
            return null;
        }
    }

    public static JsonValue Number(string text) => new(JsonKind.Number, text);

    public static JsonValue Number(long value) => new(JsonKind.Number, value.ToString(CultureInfo.InvariantCulture));

    public static JsonValue String(string text) => new(JsonKind.String, text);

    public static JsonValue Of(bool value) => value ? True : False;

    public static JsonValue Array(params JsonValue[] items) => new(JsonKind.Array, items: items);

    public static JsonValue Object(params JsonMember[] members) => new(JsonKind.Object, members: members);

    public static JsonValue Object(params (string Key, JsonValue Value)[] members) => Object(System.Array.ConvertAll(members, static member => new JsonMember(member.Key, member.Value)));

    /// <summary>The same object with this value for the key, at its place or at the end.</summary>
    public JsonValue With(string key, JsonValue value)
    {
        int index = System.Array.FindIndex(_members!, member => member.Key == key);
        if (index < 0) return Object([.. _members!, new(key, value)]);
        JsonMember[] members = [.. _members!];
        members[index] = new(key, value);
        return Object(members);
    }

    /// <summary>The same object without the key.</summary>
    public JsonValue Without(string key) => this[key] is null ? this : Object(System.Array.FindAll(_members!, member => member.Key != key));

    /// <summary>The value as JSON, cut where it is long.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Write(text);
        return text.Length <= MessageLength ? text.ToString() : text.ToString(0, MessageLength) + "...";
    }

    private void Write(StringBuilder text)
    {
        if (text.Length > MessageLength) return;
        switch (Kind)
        {
            case JsonKind.Null: text.Append("null"); break;
            case JsonKind.True: text.Append("true"); break;
            case JsonKind.False: text.Append("false"); break;
            case JsonKind.Number: text.Append(_text); break;
            case JsonKind.String: text.Append('"').Append(Printable(_text!)).Append('"'); break;
            case JsonKind.Array:
                text.Append('[');
                for (int i = 0; i < _items!.Length && text.Length <= MessageLength; i++)
                {
                    if (i > 0) text.Append(", ");
                    _items[i].Write(text);
                }

                text.Append(']');
                break;
            default:
                text.Append('{');
                for (int i = 0; i < _members!.Length && text.Length <= MessageLength; i++)
                {
                    text.Append(i > 0 ? ", \"" : "\"").Append(Printable(_members[i].Key)).Append("\": ");
                    _members[i].Value.Write(text);
                }

                text.Append('}');
                break;
        }
    }

    /// <summary>A name for a message: cut where it is long, without control characters, so that a message stays one line.</summary>
    public static string Printable(string name)
    {
        string text = name.Length <= MessageLength ? name : name[..(char.IsHighSurrogate(name[MessageLength - 1]) ? MessageLength - 1 : MessageLength)] + "...";
        return text.AsSpan().ContainsAnyInRange('\0', '\u001f') ? string.Concat(text.Select(static c => c < ' ' ? $"\\u{(int)c:x4}" : c.ToString())) : text;
    }

    /// <summary>The integer of any size, or null where the value is none.</summary>
    public BigInteger? AsBigInteger => IsInteger ? BigInteger.Parse(_text!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;
}
