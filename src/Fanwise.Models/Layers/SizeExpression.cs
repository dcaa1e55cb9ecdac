using System.Globalization;
using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>A size in a declaration: terms with + and -, factors with * and // : integers, keys of the configuration,
/// <c>input[-1]</c>. Factors bind closer; all go from left to right.</summary>
internal sealed class SizeExpression
{
    private const int MaxLength = 200;

    private readonly string _text;
    private readonly List<(char Operator, string Operand)> _steps;

    private SizeExpression(string text, List<(char, string)> steps) => (_text, _steps) = (text, steps);

    /// <summary>The expression that a value is.</summary>
    public static SizeExpression Read(JsonValue value, string place)
    {
        string text = value.AsInteger is { } integer
            ? integer.ToString(CultureInfo.InvariantCulture)
            : value.AsString ?? throw Wrong();
        if (text.Length > MaxLength)
            throw Wrong();
        List<(char, string)> steps = [];
        char next = '+';
        int at = 0;
        while (true)
        {
            int start = at;
            while (
                at < text.Length
                && (
                    char.IsAsciiLetterOrDigit(text[at])
                    || text[at] is '_' or '[' or ']' or ' '
                    || text[at] == '-' && at > 0 && text[at - 1] == '['
                )
            )
                at++;
            string operand = text[start..at].Trim();
            if (operand.Length == 0 || operand.Contains(' ') || !IsOperand(operand))
                throw Wrong();
            steps.Add((next, operand));
            if (at == text.Length)
                return new(text, steps);
            next = text[at++];
            if (next == '/' && at < text.Length && text[at] == '/')
                at++;
            else if (next is not ('+' or '-' or '*'))
                throw Wrong();
        }

        ModelException Wrong() =>
            new(
                $"{place} must hold integers, keys of the configuration, input[axis], and + - * // between them; "
                    + $"received {value}."
            );
    }

    /// <summary>The size for a layer; null where the input's shape does not tell it.</summary>
    public long? Value(Configuration config, TensorShape? input)
    {
        Int128 sum = 0,
            product = 0;
        foreach ((char next, string operand) in _steps)
        {
            if (Operand(operand, config, input) is not { } value)
                return null;
            switch (next)
            {
                case '*':
                    product *= value;
                    break;
                case '/':
                    product =
                        value != 0
                            ? Int128.CreateChecked((long)product) / value
                            : throw config.Error($"divides by 0 in {this}");
                    break;
                default:
                    sum += product;
                    product = next == '-' ? -(Int128)value : value;
                    break;
            }

            if (Int128.Abs(product) > long.MaxValue || Int128.Abs(sum) > long.MaxValue)
                throw config.Error($"has a size beyond 2^63 in {this}");
        }

        sum += product;
        return sum >= 0 && sum <= long.MaxValue ? (long)sum : throw config.Error($"has a negative size in {this}");
    }

    public override string ToString() => $"'{_text}'";

    private static bool IsOperand(string operand) =>
        char.IsAsciiDigit(operand[0]) ? long.TryParse(operand, CultureInfo.InvariantCulture, out _)
        : operand.StartsWith("input[", StringComparison.Ordinal)
            ? operand.EndsWith(']')
                && int.TryParse(operand.AsSpan(6, operand.Length - 7), CultureInfo.InvariantCulture, out _)
        : !operand.Contains('[') && !operand.Contains(']');

    private static long? Operand(string operand, Configuration config, TensorShape? input)
    {
        if (char.IsAsciiDigit(operand[0]))
            return long.Parse(operand, CultureInfo.InvariantCulture);
        if (operand.StartsWith("input[", StringComparison.Ordinal))
            return input?[int.Parse(operand.AsSpan(6, operand.Length - 7))];
        return config[operand]?.AsInteger ?? throw config.Error(operand, "must be an integer, as its declaration says");
    }
}
