using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Fanwise.Draws;

namespace Fanwise.Generations;

/// <content>JSON as Python's <c>json</c> module reads and writes it.</content>
public readonly partial struct PythonValue
{
    /// <summary>Python refuses longer integers too (<c>sys.set_int_max_str_digits</c>); reading them costs more than
    /// their length.</summary>
    private const int MaxDigits = 4300;

    /// <summary>JSON is read to this depth.</summary>
    private const int MaxDepth = 64;

    private static readonly string[] Constants = ["NaN", "Infinity"];

    /// <summary>Reads JSON; NaN, Infinity and -Infinity are numbers, as Python writes them.</summary>
    /// <exception cref="InitializerException">The text is not JSON, nests more than 64 levels, or holds an integer of
    /// more than 4300 digits.</exception>
    public static PythonValue Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                Marked(json),
                new JsonDocumentOptions { MaxDepth = MaxDepth }
            );
            return From(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or ArgumentException and not InitializerException) // an ArgumentException: half of a surrogate pair
        {
            throw new InitializerException($"A configuration must be JSON: {error.Message}", error);
        }
    }

    /// <summary>The value of a JSON element.</summary>
    /// <exception cref="InitializerException">It holds an integer of more than 4300 digits, or text that is not
    /// Unicode.</exception>
    public static PythonValue From(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String:
                return Unmarked(TextOf(element));
            case JsonValueKind.Number:
                return Read(element.GetRawText());
            case JsonValueKind.Array:
                return new(element.EnumerateArray().Select(From).ToArray());
            case JsonValueKind.Object:
                return Dictionary([
                    .. element.EnumerateObject().Select(static entry => (NameOf(entry), From(entry.Value))),
                ]);
            default:
                return None;
        }
    }

    /// <summary>The value as Python's <c>json.dumps</c> writes it: <c>{"scale": 2.0, "seed": null}</c>.</summary>
    public string ToJson() => Write(WriteJson);

    private static void WriteJson(object? value, StringBuilder text)
    {
        switch (value)
        {
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case double number:
                text.Append(
                    double.IsNaN(number) ? "NaN"
                    : double.IsInfinity(number)
                        ? number > 0 ? "Infinity"
                            : "-Infinity"
                    : PythonNumbers.Format(number)
                );
                break;
            case BigInteger integer:
                text.Append(integer.ToString(CultureInfo.InvariantCulture));
                break;
            case string characters:
                WriteJson(characters, text);
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void WriteJson(string characters, StringBuilder text)
    {
        text.Append('"');
        foreach (char character in characters)
        {
            switch (character)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case < ' ' or > '~':
                    text.Append($"\\u{(int)character:x4}");
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }

        text.Append('"');
    }

    private static PythonValue Read(string number)
    {
        if (number.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
            return double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (number.Length > MaxDigits)
            throw new InitializerException($"An integer has at most {MaxDigits} digits; received {number.Length}.");
        return BigInteger.Parse(number, CultureInfo.InvariantCulture);
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new InitializerException(
                "A configuration's texts must be Unicode; received half of a surrogate pair.",
                error
            );
        }
    }

    private static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new InitializerException(
                "A configuration's texts must be Unicode; received half of a surrogate pair.",
                error
            );
        }
    }

    /// <summary>Bare constants become texts that begin with U+E000, a private character, so that the JSON reader takes
    /// them.</summary>
    private static string Marked(string json)
    {
        if (!Array.Exists(Constants, json.Contains))
            return json;
        StringBuilder marked = new(json.Length);
        bool inText = false;
        for (int i = 0; i < json.Length; i++)
        {
            char character = json[i];
            if (inText && character == '\\' && i + 1 < json.Length)
            {
                marked.Append(character).Append(json[++i]);
                continue;
            }

            if (character == '"')
                inText = !inText;
            string? constant = inText
                ? null
                : Array.Find(Constants, name => string.CompareOrdinal(json, i, name, 0, name.Length) == 0);
            if (constant is null)
            {
                marked.Append(character);
                continue;
            }

            bool negative = constant == "Infinity" && marked.Length > 0 && marked[^1] == '-';
            if (negative)
                marked.Length--;
            marked.Append($"\"\ue000{(negative ? "-" : "")}{constant}\"");
            i += constant.Length - 1;
        }

        return marked.ToString();
    }

    private static PythonValue Unmarked(string text) =>
        text switch
        {
            "\ue000NaN" => Elements.PythonNaN,
            "\ue000Infinity" => double.PositiveInfinity,
            "\ue000-Infinity" => double.NegativeInfinity,
            _ => text,
        };
}
