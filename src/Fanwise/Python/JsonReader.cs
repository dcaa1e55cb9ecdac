using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Fanwise.Python;

/// <summary>Reads JSON as Python's <c>json</c> does, <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> included, within
/// the bounds of <see cref="JsonBounds"/>.</summary>
/// <remarks>System.Text.Json refuses Python's constants, so the grammar (RFC 8259) is read here; time and memory are
/// linear in the text.</remarks>
internal ref struct JsonReader
{
    /// <summary>Objects with more keys than this find duplicates by a set.</summary>
    private const int FewKeys = 32;

    /// <summary>Longer strings and numbers are not looked up, longer values behind a key not kept: looking costs no
    /// more than a part of reading.</summary>
    private const int MostKnown = 64,
        MostKept = 1024;

    /// <summary>So many different strings, numbers and keys are known.</summary>
    private const int MostDifferent = 10_000;

    private readonly ReadOnlySpan<byte> _text;
    private readonly JsonBounds _bounds;

    // A large model repeats itself by the thousands: one object for each short string and number, by hash, for each
    // key, and for each value that stands behind a key once more.
    private readonly Dictionary<int, JsonValue> _strings = [],
        _numbers = [];
    private readonly Dictionary<int, Key> _keys = [];

    // Of all objects and lists that have begun and not ended; each takes its own from the end.
    private readonly List<JsonMember> _members = [];
    private readonly List<JsonValue> _items = [];
    private int _at,
        _values;

    private JsonReader(ReadOnlySpan<byte> text, JsonBounds bounds)
    {
        _text = text;
        _bounds = bounds;
    }

    /// <summary>A key that was met, and the last value behind it.</summary>
    private sealed class Key(string name)
    {
        public string Name => name;

        public JsonValue? Value { get; set; }

        /// <summary>The value's text.</summary>
        public Range Text { get; set; }

        /// <summary>How deep it stood, and how many values were counted for it.</summary>
        public int Depth { get; set; }

        /// <inheritdoc cref="Depth"/>
        public int Values { get; set; }
    }

    /// <summary>The value that this UTF-8 text is.</summary>
    /// <exception cref="FormatException">It is not JSON, or beyond the bounds; the message begins with
    /// "it".</exception>
    public static JsonValue Read(ReadOnlySpan<byte> utf8, JsonBounds bounds)
    {
        JsonReader reader = new(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[3..] : utf8, bounds);
        JsonValue value = reader.Value(0);
        reader.Space();
        return reader._at == reader._text.Length ? value : throw reader.Error("has text after its end");
    }

    private JsonValue Value(int depth)
    {
        if (depth > _bounds.Depth)
            throw Error($"is nested deeper than {_bounds.Depth} levels");
        Space();
        if (_at == _text.Length)
            throw Error("ends in the middle");
        if (_text[_at] > '9' && ++_values > _bounds.Values)
            throw Error($"has more than {_bounds.Values} values beside numbers");
        switch (_text[_at])
        {
            case (byte)'{':
                return Object(depth);
            case (byte)'[':
                return Array(depth);
            case (byte)'"':
                return Text();
            case (byte)'t':
                return Word("true"u8, JsonValue.True);
            case (byte)'f':
                return Word("false"u8, JsonValue.False);
            case (byte)'n':
                return Word("null"u8, JsonValue.Null);
            case (byte)'N':
                return Word("NaN"u8, JsonValue.Number("NaN"));
            case (byte)'I':
                return Word("Infinity"u8, JsonValue.Number("Infinity"));
            case (byte)'-' when _at + 1 < _text.Length && _text[_at + 1] == 'I':
                return Word("-Infinity"u8, JsonValue.Number("-Infinity"));
            default:
                return Number();
        }
    }

    private JsonValue Object(int depth)
    {
        int first = _members.Count;
        HashSet<string>? keys = null;
        _at++;
        Space();
        if (Take('}'))
            return JsonValue.EmptyObject;
        do
        {
            Space();
            if (_at == _text.Length)
                throw Error("ends in the middle");
            if (_text[_at] != '"')
                throw Error("has no string where a key must be");
            Key key = KeyOf();
            ReadOnlySpan<JsonMember> before = CollectionsMarshal.AsSpan(_members)[first..];
            if (keys is null && before.Length > FewKeys)
                keys = [.. before.ToArray().Select(static member => member.Key)];
            bool isNew = keys is null ? !Has(before, key.Name) : keys.Add(key.Name);
            if (!isNew && !_bounds.KeysRepeat)
                throw Error($"gives the key \"{JsonValue.Printable(key.Name)}\" twice in one object");
            Space();
            Expect(':');
            _members.Add(new(key.Name, ValueBehind(key, depth + 1)));
            Space();
        } while (Take(','));
        Expect('}');
        return JsonValue.Object(Taken(_members, first));
    }

    /// <summary>The value behind a key: where the text goes on as behind the last such key, the object that was made
    /// then. A string, an object and a list say themselves where they end.</summary>
    private JsonValue ValueBehind(Key key, int depth)
    {
        Space();
        if (
            key.Value is { } last
            && depth <= key.Depth
            && key.Values <= _bounds.Values - _values
            && _text[_at..].StartsWith(_text[key.Text])
        )
        {
            _at += key.Text.End.Value - key.Text.Start.Value;
            _values += key.Values;
            return last;
        }

        int start = _at,
            values = _values;
        JsonValue value = Value(depth);
        if (value.Kind is JsonKind.String or JsonKind.Object or JsonKind.Array && _at - start <= MostKept)
            (key.Value, key.Text, key.Depth, key.Values) = (value, start.._at, depth, _values - values);
        return value;
    }

    private static bool Has(ReadOnlySpan<JsonMember> members, string key)
    {
        foreach (ref readonly JsonMember member in members)
            if (member.Key == key)
                return true;
        return false;
    }

    private JsonValue Array(int depth)
    {
        int first = _items.Count;
        _at++;
        Space();
        if (Take(']'))
            return JsonValue.Array([]);
        do
        {
            _items.Add(Value(depth + 1));
            Space();
        } while (Take(','));
        Expect(']');
        return JsonValue.Array(Taken(_items, first));
    }

    /// <summary>What a list has from here on, which leaves it.</summary>
    private static T[] Taken<T>(List<T> list, int first)
    {
        T[] taken = [.. CollectionsMarshal.AsSpan(list)[first..]];
        list.RemoveRange(first, taken.Length);
        return taken;
    }

    private JsonValue Number()
    {
        int start = _at;
        Take('-');
        if (!Take('0') && !Digits())
            throw Error("has something where a value must be");
        if (Take('.') && !Digits())
            throw Error("has a number without digits after its point");
        if ((Take('e') || Take('E')) && (Take('+') || Take('-') || true) && !Digits())
            throw Error("has a number without digits in its exponent");
        if (_at - start > _bounds.NumberLength)
            throw Error($"has a number of more than {_bounds.NumberLength} characters");
        return Known(_text[start.._at], _numbers, JsonValue.Number);
    }

    private bool Digits()
    {
        int start = _at;
        while (_at < _text.Length && _text[_at] is >= (byte)'0' and <= (byte)'9')
            _at++;
        return _at > start;
    }

    private JsonValue Text() =>
        Plain(out ReadOnlySpan<byte> plain) ? Known(plain, _strings, JsonValue.String) : Escaped();

    private Key KeyOf()
    {
        if (!Plain(out ReadOnlySpan<byte> plain))
            return new(Escaped().Literal);
        int hash = Hash(plain);
        if (_keys.TryGetValue(hash, out Key? key) && Ascii.Equals(plain, key.Name))
            return key;
        key = new(Decode(plain));
        if (_keys.Count < MostDifferent && plain.Length <= MostKnown)
            _keys[hash] = key;
        return key;
    }

    /// <summary>Steps over a string and gives its bytes; where it is not to be taken as it stands, over its quotation
    /// mark alone.</summary>
    private bool Plain(out ReadOnlySpan<byte> plain)
    {
        _at++;
        int end = _text[_at..].IndexOfAny((byte)'"', (byte)'\\');
        plain = end < 0 ? default : _text.Slice(_at, end);
        if (end < 0 || _text[_at + end] != '"' || plain.ContainsAnyInRange((byte)0, (byte)31))
            return false;
        _at += end + 1;
        return true;
    }

    private JsonValue Escaped()
    {
        StringBuilder text = new();
        while (true)
        {
            int run = _text[_at..].IndexOfAny((byte)'"', (byte)'\\');
            if (run < 0)
                throw Error("ends in the middle of a string");
            ReadOnlySpan<byte> plain = _text.Slice(_at, run);
            if (plain.ContainsAnyInRange((byte)0, (byte)31))
                throw Error("has a control character in a string");
            text.Append(Decode(plain));
            _at += run + 1;
            if (_text[_at - 1] == '"')
                break;
            text.Append(Escape());
        }

        string value = text.ToString();
        for (int i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                throw Error("has half of a surrogate pair in a string");
            i++;
        }

        return JsonValue.String(value);
    }

    private char Escape()
    {
        if (_at == _text.Length)
            throw Error("ends in the middle of a string");
        switch (_text[_at++])
        {
            case (byte)'"':
                return '"';
            case (byte)'\\':
                return '\\';
            case (byte)'/':
                return '/';
            case (byte)'b':
                return '\b';
            case (byte)'f':
                return '\f';
            case (byte)'n':
                return '\n';
            case (byte)'r':
                return '\r';
            case (byte)'t':
                return '\t';
            case (byte)'u' when _at + 4 <= _text.Length:
                int code = 0;
                foreach (byte digit in _text.Slice(_at, 4))
                    code = char.IsAsciiHexDigit((char)digit)
                        ? code * 16 + Convert.ToInt32(((char)digit).ToString(), 16)
                        : throw Error("has a wrong escape in a string");
                _at += 4;
                return (char)code;
            default:
                throw Error("has a wrong escape in a string");
        }
    }

    /// <summary>A value of these bytes, the same object where it was met before.</summary>
    private readonly JsonValue Known(
        ReadOnlySpan<byte> utf8,
        Dictionary<int, JsonValue> known,
        Func<string, JsonValue> make
    )
    {
        if (utf8.Length > MostKnown)
            return make(Decode(utf8));
        int hash = Hash(utf8);
        if (known.TryGetValue(hash, out JsonValue? value) && Ascii.Equals(utf8, value.Literal))
            return value;
        value = make(Decode(utf8));
        if (known.Count < MostDifferent)
            known[hash] = value;
        return value;
    }

    /// <summary>Another one in every process: who writes a file cannot choose texts whose hashes meet.</summary>
    private static readonly long HashSeed = Random.Shared.NextInt64();

    /// <summary>A hash; of two texts that share one the later is known.</summary>
    private static int Hash(ReadOnlySpan<byte> utf8) => unchecked((int)XxHash3.HashToUInt64(utf8, HashSeed));

    private readonly string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw Error("has bytes in a string that are not UTF-8");
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private void Space()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _at++;
    }

    private bool Take(char expected)
    {
        if (_at == _text.Length || _text[_at] != expected)
            return false;
        _at++;
        return true;
    }

    private void Expect(char expected)
    {
        if (Take(expected))
            return;
        throw Error(_at == _text.Length ? "ends in the middle" : $"lacks a '{expected}'");
    }

    private JsonValue Word(ReadOnlySpan<byte> word, JsonValue value)
    {
        if (!_text[_at..].StartsWith(word))
            throw Error("has something where a value must be");
        _at += word.Length;
        return value;
    }

    private readonly FormatException Error(string what)
    {
        int line = 1 + _text[..Math.Min(_at, _text.Length)].Count((byte)'\n');
        int column = _at - _text[..Math.Min(_at, _text.Length)].LastIndexOf((byte)'\n');
        return new($"it {what} (line {line}, column {column}).");
    }
}
