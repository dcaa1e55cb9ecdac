using System.Globalization;
using System.Numerics;
using System.Text;
using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>An argument or a configuration's value as Python has it: 1 and 1.0 differ, integers are unbounded.
/// Immutable; compared by value.</summary>
/// <remarks><c>default</c> stands for an argument that was not given, which is not <see cref="None"/>.</remarks>
public readonly partial struct PythonValue : IEquatable<PythonValue>
{
    private static readonly object NoneMark = new();
    private readonly object? _value;

    private PythonValue(object value) => _value = value;

    /// <summary><c>None</c>.</summary>
    public static PythonValue None { get; } = new(NoneMark);

    /// <summary>What this is.</summary>
    public PythonKind Kind =>
        _value switch
        {
            null => PythonKind.NotGiven,
            bool => PythonKind.Boolean,
            BigInteger => PythonKind.Integer,
            double => PythonKind.Float,
            string => PythonKind.Text,
            PythonValue[] => PythonKind.List,
            KeyValuePair<string, PythonValue>[] => PythonKind.Dictionary,
            Streams.SeedGenerator => PythonKind.SeedGenerator,
            _ => PythonKind.None,
        };

    /// <summary>Whether the argument was given.</summary>
    public bool IsGiven => _value is not null;

    /// <summary>Whether this is <c>None</c>.</summary>
    public bool IsNone => ReferenceEquals(_value, NoneMark);

    /// <summary>The text; null where this is none.</summary>
    public string? Text => _value as string;

    /// <summary>The integer (a bool is 0 or 1, as in Python); null where this is none.</summary>
    public BigInteger? Integer =>
        _value switch
        {
            BigInteger integer => integer,
            bool flag => flag ? 1 : 0,
            _ => null,
        };

    /// <summary>The number as a float; null where this is none. An integer beyond the range of a float is an
    /// infinity.</summary>
    public double? Number => _value is double number ? number : (double?)Integer;

    /// <summary>The items of a list; null where this is none.</summary>
    public IReadOnlyList<PythonValue>? Items => _value as PythonValue[];

    /// <summary>The keys and values of a dict in their order; null where this is none.</summary>
    public IReadOnlyList<KeyValuePair<string, PythonValue>>? Entries => _value as KeyValuePair<string, PythonValue>[];

    /// <summary>The generator; null where this is none.</summary>
    public SeedGenerator? SeedGenerator => _value as SeedGenerator;

    /// <summary>The value of a dict's key; not given where this is no dict or lacks the key.</summary>
    public PythonValue this[string key]
    {
        get
        {
            foreach ((string name, PythonValue value) in Entries ?? [])
                if (name == key)
                    return value;
            return default;
        }
    }

    /// <summary>The name of the type: <c>float</c>, <c>NoneType</c>.</summary>
    public string TypeName =>
        Kind switch
        {
            PythonKind.Boolean => "bool",
            PythonKind.Integer => "int",
            PythonKind.Float => "float",
            PythonKind.Text => "str",
            PythonKind.List => "list",
            PythonKind.Dictionary => "dict",
            PythonKind.SeedGenerator => "SeedGenerator",
            _ => "NoneType",
        };

    /// <summary>A list of these values.</summary>
    public static PythonValue List(params ReadOnlySpan<PythonValue> items) => new(items.ToArray());

    /// <summary>A dict of these keys and values, in this order; of keys that come twice the last value counts, in the
    /// first one's place.</summary>
    public static PythonValue Dictionary(params ReadOnlySpan<(string Key, PythonValue Value)> entries)
    {
        List<KeyValuePair<string, PythonValue>> list = new(entries.Length);
        Dictionary<string, int> places = new(entries.Length, StringComparer.Ordinal);
        foreach ((string key, PythonValue value) in entries)
        {
            if (places.TryAdd(key, list.Count))
                list.Add(new(key, value));
            else
                list[places[key]] = new(key, value);
        }

        return new(list.ToArray());
    }

    /// <summary>An <c>int</c>.</summary>
    public static implicit operator PythonValue(int value) => new((BigInteger)value);

    /// <summary>An <c>int</c>.</summary>
    public static implicit operator PythonValue(long value) => new((BigInteger)value);

    /// <summary>An <c>int</c>.</summary>
    public static implicit operator PythonValue(BigInteger value) => new(value);

    /// <summary>A <c>float</c>.</summary>
    public static implicit operator PythonValue(double value) => new(value);

    /// <summary>A <c>bool</c>.</summary>
    public static implicit operator PythonValue(bool value) => new(value);

    /// <summary>A <c>str</c>; <c>None</c> for null.</summary>
    public static implicit operator PythonValue(string? value) => value is null ? None : new(value);

    /// <summary>The name of the type, as a <c>str</c>.</summary>
    public static implicit operator PythonValue(ElementType value) => new(value.Name());

    /// <summary>A list of <c>int</c>.</summary>
    public static implicit operator PythonValue(int[] values) =>
        new(Array.ConvertAll(values, static value => (PythonValue)value));

    /// <summary>A list of <c>float</c>.</summary>
    public static implicit operator PythonValue(double[] values) =>
        new(Array.ConvertAll(values, static value => (PythonValue)value));

    /// <summary>A generator of seeds.</summary>
    public static implicit operator PythonValue(SeedGenerator value) => new(value);

    /// <summary>Whether two values are of one type and equal; NaN equals NaN.</summary>
    public static bool operator ==(PythonValue left, PythonValue right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    public static bool operator !=(PythonValue left, PythonValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PythonValue other) =>
        (_value, other._value) switch
        {
            (PythonValue[] left, PythonValue[] right) => left.AsSpan().SequenceEqual(right),
            (KeyValuePair<string, PythonValue>[] left, KeyValuePair<string, PythonValue>[] right) => left.Length
                == right.Length
                && left.Zip(right)
                    .All(static pair => pair.First.Key == pair.Second.Key && pair.First.Value == pair.Second.Value),
            _ => Equals(_value, other._value),
        };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PythonValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _value switch
        {
            PythonValue[] items => items.Length,
            KeyValuePair<string, PythonValue>[] entries => ~entries.Length,
            _ => _value?.GetHashCode() ?? 0,
        };

    /// <summary>The value as Python's <c>repr</c> prints it.</summary>
    public string Representation => Write(Represent);

    /// <summary>The value as Python's <c>str</c> prints it: a text without quotes.</summary>
    public override string ToString() => Text ?? Representation;

    private static void Represent(object? value, StringBuilder text)
    {
        switch (value)
        {
            case bool flag:
                text.Append(flag ? "True" : "False");
                break;
            case BigInteger integer:
                text.Append(integer.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                text.Append(PythonNumbers.Format(number));
                break;
            case string characters:
                Quote(characters, text);
                break;
            case SeedGenerator generator:
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"<SeedGenerator name={generator.Name}, seed={generator.Seed}>"
                );
                break;
            default:
                text.Append("None");
                break;
        }
    }

    private string Write(Action<object?, StringBuilder> scalar)
    {
        StringBuilder text = new();
        Write(text, scalar);
        return text.ToString();
    }

    /// <summary>Lists and dictionaries, which JSON and <c>repr</c> write alike; all else by
    /// <paramref name="scalar"/>.</summary>
    private void Write(StringBuilder text, Action<object?, StringBuilder> scalar)
    {
        switch (_value)
        {
            case PythonValue[] items:
                text.Append('[');
                for (int i = 0; i < items.Length; i++)
                {
                    if (i > 0)
                        text.Append(", ");
                    items[i].Write(text, scalar);
                }

                text.Append(']');
                break;
            case KeyValuePair<string, PythonValue>[] entries:
                text.Append('{');
                for (int i = 0; i < entries.Length; i++)
                {
                    if (i > 0)
                        text.Append(", ");
                    scalar(entries[i].Key, text);
                    text.Append(": ");
                    entries[i].Value.Write(text, scalar);
                }

                text.Append('}');
                break;
            default:
                scalar(_value, text);
                break;
        }
    }

    /// <summary>Python quotes with apostrophes, unless the text has those and no quotation marks.</summary>
    private static void Quote(string characters, StringBuilder text)
    {
        char quote = characters.Contains('\'') && !characters.Contains('"') ? '"' : '\'';
        text.Append(quote);
        foreach (char character in characters)
        {
            switch (character)
            {
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case < ' ' or '\x7f':
                    text.Append($"\\x{(int)character:x2}");
                    break;
                default:
                    if (character == quote)
                        text.Append('\\');
                    text.Append(character);
                    break;
            }
        }

        text.Append(quote);
    }
}
