using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>A condition in a declaration: two sizes with <c>==</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>
/// or <c>&gt;=</c> between them, or a key whose value Python's <c>if</c> takes for true.</summary>
internal sealed class DeclaredCondition
{
    // The longer ones first, since "<" begins "<=".
    private static readonly (string Sign, Func<long, long, bool> Holds)[] Signs =
    [
        ("==", static (left, right) => left == right),
        ("!=", static (left, right) => left != right),
        ("<=", static (left, right) => left <= right),
        (">=", static (left, right) => left >= right),
        ("<", static (left, right) => left < right),
        (">", static (left, right) => left > right),
    ];

    private readonly string _text;
    private readonly SizeExpression? _left,
        _right;
    private readonly Func<long, long, bool>? _holds;

    private DeclaredCondition(string text, SizeExpression? left, SizeExpression? right, Func<long, long, bool>? holds)
    {
        _text = text;
        _left = left;
        _right = right;
        _holds = holds;
    }

    /// <summary>The condition that a value is; null where there is none.</summary>
    public static DeclaredCondition? Read(JsonValue? value, string place)
    {
        if (value is null)
            return null;
        string text =
            value.AsString?.Replace("$", "", StringComparison.Ordinal).Trim()
            ?? throw new ModelException(
                $"{place} must be a condition such as \"input[-1] != units\"; received {value}."
            );
        foreach ((string sign, Func<long, long, bool> holds) in Signs)
            if (text.IndexOf(sign, StringComparison.Ordinal) is var at and > 0)
                return new(text, Side(text[..at]), Side(text[(at + sign.Length)..]), holds);
        return new(text, null, null, null);

        SizeExpression Side(string side) => SizeExpression.Read(JsonValue.String(side.Trim()), place);
    }

    /// <summary>Whether it holds for a layer.</summary>
    public bool Holds(Configuration config, TensorShape? input) =>
        _holds is null
            ? config[_text]?.IsTrue ?? throw config.Error(_text, "must be there, as its declaration says")
            : _holds(Side(_left!, config, input), Side(_right!, config, input));

    private long Side(SizeExpression side, Configuration config, TensorShape? input) =>
        side.Value(config, input)
        ?? throw config.Error(
            $"needs the size {side} for the condition '{JsonValue.Printable(_text)}'; received the shape "
                + $"{input?.ToString() ?? "of nothing"}"
        );
}
