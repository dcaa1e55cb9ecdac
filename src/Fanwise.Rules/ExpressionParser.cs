using System.Globalization;

namespace Fanwise.Rules;

/// <summary>Reads expressions; their length and depth are bounded, so that reading and evaluating them are.</summary>
/// <remarks>
/// From loose to tight: <c>a if condition else b</c>, or, and, not, comparisons, + -, * / // %, signs, **, calls and
/// parentheses, as in Python.
/// </remarks>
internal sealed class ExpressionParser
{
    /// <summary>The most characters.</summary>
    public const int MaxLength = 1000;

    /// <summary>The most parentheses, signs and operators within each other.</summary>
    public const int MaxDepth = 64;

    private static readonly string[][] Levels =
    [
        ["or"],
        ["and"],
        ["==", "!=", "<", "<=", ">", ">="],
        ["+", "-"],
        ["*", "/", "//", "%"],
    ];

    private readonly RulePlace _place;
    private readonly string _text;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _at,
        _depth;
    private string _token = "";

    private ExpressionParser(YamlText text) => (_place, _text) = (text.Place, text.Text);

    /// <summary>Whether a text is a name: letters, digits and underscores, no digit first.</summary>
    public static bool IsName(string text) =>
        text.Length > 0
        && !char.IsAsciiDigit(text[0])
        && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The expression in a scalar.</summary>
    /// <exception cref="RuleException">It is none, or too long or deep.</exception>
    public static Expression Parse(YamlNode node)
    {
        if (node is not YamlText text)
            throw new RuleException(node.Place, "an expression is expected here; received a list or mapping.");
        if (text.Text.Length > MaxLength)
            throw new RuleException(
                text.Place,
                $"an expression has at most {MaxLength} characters; received {text.Text.Length}."
            );
        ExpressionParser parser = new(text);
        parser.Next();
        ExpressionNode root = parser.Choice();
        if (parser._token.Length > 0)
            throw parser.Unexpected();
        return new(text.Place, text.Text, root, parser._names);
    }

    private ExpressionNode Choice()
    {
        if (++_depth > MaxDepth)
            throw new RuleException(_place, $"an expression is at most {MaxDepth} deep; this is deeper.");
        ExpressionNode then = Binary(0);
        if (Take("if"))
        {
            ExpressionNode condition = Binary(0);
            Require("else");
            then = new ChoiceNode(then, condition, Choice());
        }

        _depth--;
        return then;
    }

    private ExpressionNode Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();
        ExpressionNode left = Binary(level + 1);
        int operators = 0;
        while (Array.IndexOf(Levels[level], _token) >= 0)
        {
            // A chain leans to the left: it is as deep as it is long.
            if (++operators > MaxDepth)
                throw new RuleException(_place, $"an expression is at most {MaxDepth} deep; this is deeper.");
            string name = _token;
            Next();
            left = new BinaryNode(name, left, Binary(level + 1));
        }

        return left;
    }

    private ExpressionNode Unary()
    {
        if (_token is not ("-" or "+" or "not"))
            return Power();
        string name = _token;
        Next();
        if (++_depth > MaxDepth)
            throw new RuleException(_place, $"an expression is at most {MaxDepth} deep; this is deeper.");
        ExpressionNode operand = name == "not" ? Binary(2) : Unary();
        _depth--;
        return new UnaryNode(name, operand);
    }

    private ExpressionNode Power()
    {
        ExpressionNode value = Primary();
        if (!Take("**"))
            return value;
        if (++_depth > MaxDepth)
            throw new RuleException(_place, $"an expression is at most {MaxDepth} deep; this is deeper.");
        ExpressionNode exponent = Unary();
        _depth--;
        return new BinaryNode("**", value, exponent);
    }

    private ExpressionNode Primary()
    {
        string token = _token;
        if (token.Length == 0)
            throw Unexpected();
        if (Take("("))
        {
            ExpressionNode inner = Choice();
            Require(")");
            return inner;
        }

        if (token[0] is '\'' or '"')
        {
            Next();
            return new LiteralNode(ExpressionValue.Of(token[1..^1]));
        }

        if (char.IsAsciiDigit(token[0]) || token[0] == '.')
        {
            if (!double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
                throw Unexpected();
            Next();
            return new LiteralNode(ExpressionValue.Of(number));
        }

        if ((!char.IsAsciiLetter(token[0]) && token[0] != '_') || token is "if" or "else" or "and" or "or" or "not")
            throw Unexpected();
        Next();
        return token.ToLowerInvariant() switch
        {
            "null" or "none" => new LiteralNode(ExpressionValue.Null),
            "true" => new LiteralNode(ExpressionValue.Of(true)),
            "false" => new LiteralNode(ExpressionValue.Of(false)),
            _ => _token == "(" ? Call(token) : Name(token),
        };
    }

    private NameNode Name(string name)
    {
        _names.Add(name);
        return new(name);
    }

    private CallNode Call(string function)
    {
        if (!CallNode.Functions.TryGetValue(function, out (int Least, int Most) arguments))
            throw new RuleException(
                _place,
                $"a function is one of {string.Join(", ", CallNode.Functions.Keys)}; received '{function}'."
            );
        Next();
        List<ExpressionNode> given = [Choice()];
        while (Take(","))
            given.Add(Choice());
        Require(")");
        return given.Count >= arguments.Least && given.Count <= arguments.Most
            ? new(function, given)
            : throw new RuleException(_place, $"{function} takes {arguments.Least} arguments; received {given.Count}.");
    }

    private bool Take(string token)
    {
        if (_token != token)
            return false;
        Next();
        return true;
    }

    private void Require(string token)
    {
        if (!Take(token))
            throw Unexpected();
    }

    private void Next()
    {
        while (_at < _text.Length && (_text[_at] is ' ' or '\t' or '\n'))
            _at++;
        int start = _at;
        if (_at == _text.Length)
        {
            _token = "";
            return;
        }

        char first = _text[_at++];
        if (char.IsAsciiLetter(first) || first == '_')
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
                _at++;
        else if (char.IsAsciiDigit(first) || first == '.')
            while (
                _at < _text.Length
                && (
                    char.IsAsciiLetterOrDigit(_text[_at])
                    || _text[_at] == '.'
                    || ((_text[_at] is '+' or '-') && (_text[_at - 1] is 'e' or 'E'))
                )
            )
                _at++;
        else if (first is '\'' or '"')
        {
            int end = _text.IndexOf(first, _at);
            if (end < 0)
                throw Unexpected();
            _at = end + 1;
        }
        else if (_at < _text.Length && (_text.AsSpan(start, 2) is "**" or "//" or "==" or "!=" or "<=" or ">="))
            _at++;
        _token = _text[start.._at];
    }

    private RuleException Unexpected() =>
        new(
            _place,
            _token.Length == 0
                ? $"the expression '{_text}' is not complete."
                : $"the expression '{_text}' is not understood at '{_token}'."
        );
}
