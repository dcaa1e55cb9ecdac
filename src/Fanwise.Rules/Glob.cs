using System.Globalization;

namespace Fanwise.Rules;

/// <summary>A pattern of names: <c>*</c> any characters, <c>?</c> one, <c>{layer}</c> a whole number, which it
/// captures.</summary>
/// <remarks>
/// Never backtracks further than to the last <c>*</c>: every other element ends where its start says, and a later start
/// never ends earlier, so the first place at which a part fits is the best.
/// A match takes at most (length of the name) x (length of the pattern) steps.
/// </remarks>
internal sealed class Glob
{
    private const int MaxLength = 1000;

    private readonly List<Element> _elements = [];

    private Glob(string text) => Text = text;

    private enum Kind
    {
        Letter,
        Any,
        Star,
        Number,
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>The names of the numbers that it captures.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="RuleException">It is empty, too long, a brace is not closed, or a name stands
    /// twice.</exception>
    public static Glob Parse(YamlText text)
    {
        ReadOnlySpan<char> rest = text.Text;
        if (rest.Length is 0 or > MaxLength)
            throw new RuleException(text.Place, $"a pattern has 1 to {MaxLength} characters; received {rest.Length}.");
        Glob glob = new(text.Text);
        while (rest.Length > 0)
        {
            int used = 1;
            switch (rest[0])
            {
                case '*':
                    glob._elements.Add(new(Kind.Star, default));
                    break;
                case '?':
                    glob._elements.Add(new(Kind.Any, default));
                    break;
                case '{':
                    int end = rest.IndexOf('}');
                    string name = end < 0 ? "" : rest[1..end].ToString();
                    if (!ExpressionParser.IsName(name) || glob.Names.Contains(name))
                        throw new RuleException(
                            text.Place,
                            "braces hold a name that stands once in the pattern, such as "
                                + $"{{layer}}; received "
                                + $"'{text.Text}'."
                        );
                    glob.Names.Add(name);
                    glob._elements.Add(new(Kind.Number, default));
                    used = end + 1;
                    break;
                default:
                    glob._elements.Add(new(Kind.Letter, rest[0]));
                    break;
            }

            rest = rest[used..];
        }

        return glob;
    }

    /// <summary>The captured numbers where the whole name fits; null where it does not.</summary>
    public long[]? Match(string name, WorkBudget budget)
    {
        long[] numbers = new long[Names.Count];
        int element = 0,
            at = 0,
            number = 0;
        int star = -1,
            starAt = 0,
            starNumber = 0;
        long steps = 1;
        while (true)
        {
            steps++;
            if (element < _elements.Count && _elements[element].Kind == Kind.Star)
            {
                star = element++;
                starAt = at;
                starNumber = number;
                continue;
            }

            if (element == _elements.Count && at == name.Length)
                break;
            int next = element < _elements.Count ? Step(_elements[element], name, at, numbers, ref number) : -1;
            if (next >= 0)
            {
                element++;
                at = next;
                continue;
            }

            if (star < 0 || starAt >= name.Length)
            {
                budget.Spend(steps);
                return null;
            }

            element = star + 1;
            at = ++starAt;
            number = starNumber;
        }

        budget.Spend(steps);
        return numbers;
    }

    /// <summary>The name that the pattern has for these numbers.</summary>
    public string Expand(IReadOnlyList<long> numbers)
    {
        System.Text.StringBuilder name = new();
        int number = 0;
        foreach (Element element in _elements)
            if (element.Kind == Kind.Number)
                name.Append(numbers[number++].ToString(CultureInfo.InvariantCulture));
            else
                name.Append(element.Letter);
        return name.ToString();
    }

    /// <summary>Whether it is one name or, with numbers, one name each.</summary>
    public bool IsName => _elements.TrueForAll(static element => element.Kind is Kind.Letter or Kind.Number);

    private static int Step(Element element, string name, int at, long[] numbers, ref int number)
    {
        if (at >= name.Length)
            return -1;
        if (element.Kind != Kind.Number)
            return element.Kind == Kind.Any || name[at] == element.Letter ? at + 1 : -1;
        if (at > 0 && char.IsAsciiDigit(name[at - 1]))
            return -1;
        int end = at;
        while (end < name.Length && char.IsAsciiDigit(name[end]))
            end++;
        return
            end > at
            && long.TryParse(name.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? Keep(value, numbers, ref number, end)
            : -1;
    }

    private static int Keep(long value, long[] numbers, ref int number, int end)
    {
        numbers[number++] = value;
        return end;
    }

    private readonly record struct Element(Kind Kind, char Letter);
}

/// <summary>How much work a plan may cost: hostile rules end with a sentence, not with a long wait.</summary>
internal sealed class WorkBudget(long steps)
{
    /// <summary>Some seconds of work.</summary>
    public const long Default = 2_000_000_000;

    /// <summary>A step of an expression costs as much as so many of a pattern.</summary>
    public const long ExpressionStep = 50;

    private long _left = steps;

    public void Spend(long steps)
    {
        _left -= steps;
        if (_left < 0)
            throw new RuleException(
                "Rules and shapes together cost more work than a plan may; fewer "
                    + "rules, or shorter "
                    + "patterns, are needed."
            );
    }
}
