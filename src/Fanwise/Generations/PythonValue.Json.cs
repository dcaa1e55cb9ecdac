using System.Globalization;
using System.Numerics;
using System.Text;
using Fanwise.Python;

namespace Fanwise.Generations;

/// <content>JSON as Python's <c>json</c> module reads and writes it.</content>
public readonly partial struct PythonValue
{
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Reads JSON; NaN, Infinity and -Infinity are numbers, as Python writes them.</summary>
    /// <exception cref="InitializerException">The text is not JSON, nests more than 64 levels, or holds a number of
    /// more than 4300 characters.</exception>
    public static PythonValue Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return Of(JsonReader.Read(StrictUtf8.GetBytes(json), JsonBounds.Configuration));
        }
        catch (EncoderFallbackException error)
        {
            throw new InitializerException(
                "A configuration's texts must be Unicode; received half of a surrogate pair.",
                error
            );
        }
        catch (FormatException error)
        {
            throw new InitializerException($"A configuration must be JSON: {error.Message}", error);
        }
    }

    /// <summary>Reads JSON as <see cref="Parse"/> does; false where it would refuse.</summary>
    /// <param name="json">The text.</param>
    /// <param name="value">The value; not given where there is none.</param>
    public static bool TryParse(string? json, out PythonValue value)
    {
        try
        {
            value = json is null ? default : Parse(json);
        }
        catch (InitializerException)
        {
            value = default;
        }

        return value.IsGiven;
    }

    /// <summary>The value that JSON is in Python.</summary>
    internal static PythonValue Of(JsonValue json) =>
        json.Kind switch
        {
            JsonKind.True => true,
            JsonKind.False => false,
            JsonKind.String => json.Literal,
            JsonKind.Number => json.AsBigInteger is { } integer ? integer : json.AsNumber!.Value,
            JsonKind.Array => new(Array.ConvertAll(json.Items.ToArray(), Of)),
            JsonKind.Object => Dictionary(
                Array.ConvertAll(json.Members.ToArray(), static member => (member.Key, Of(member.Value)))
            ),
            _ => None,
        };

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
}
