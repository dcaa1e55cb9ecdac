using System.Text.Json;

namespace Fanwise.Rules;

/// <summary>The names that expressions know: captured numbers, the tensor's fans, the rules' names, the
/// configuration's keys.</summary>
internal sealed class TensorScope(JsonElement config, IReadOnlyDictionary<string, Expression> names, WorkBudget budget)
    : IScope
{
    private readonly HashSet<string> _evaluating = new(StringComparer.Ordinal);

    /// <summary>The tensor's name.</summary>
    public string Name { get; set; } = "";

    public Shape? Shape { get; set; }

    /// <summary>Whether fans are those of [out, in, receptive field...], PyTorch's layout, and not of Keras'.</summary>
    public bool IsPyTorch { get; set; } = true;

    public Dictionary<string, long> Numbers { get; } = new(StringComparer.Ordinal);

    public WorkBudget Budget => budget;

    public ExpressionValue? Find(string name, RulePlace place)
    {
        if (Numbers.TryGetValue(name, out long number))
            return ExpressionValue.Of(number);
        if (Shape is not null && (name is "fan_in" or "fan_out"))
            return ExpressionValue.Of(name == "fan_in" ? Fans(place).In : Fans(place).Out);
        // In its own expression a name is the configuration's: rate: default(rate, 1).
        if (names.TryGetValue(name, out Expression? expression) && _evaluating.Add(name))
        {
            ExpressionValue value = expression.Value(this);
            _evaluating.Remove(name);
            return value;
        }

        JsonElement at = config;
        foreach (string key in name.Split('.'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(key, out at))
                return null;
        return ExpressionValue.Of(at);
    }

    public double Dimension(double index, RulePlace place)
    {
        int rank = Shape?.Rank ?? 0;
        double dimension = index < 0 ? index + rank : index;
        return dimension >= 0 && dimension < rank && dimension == Math.Floor(dimension)
            ? Shape!.Value[(int)dimension]
            : throw new RuleException(place, $"'{Name}' has no dimension {index:R}; its shape is {Shape}.");
    }

    public (double In, double Out) Fans(RulePlace place)
    {
        Shape shape = Shape ?? throw new RuleException(place, "fans are a tensor's; there is none here.");
        if (shape.Rank < 2 || !IsPyTorch)
        {
            Fans fans = Fanwise.Fans.Of(shape);
            return (fans.In, fans.Out);
        }

        double field = 1;
        foreach (long length in shape.Lengths[2..])
            field *= length;
        return (shape[1] * field, shape[0] * field);
    }

    /// <summary>The numbers of these names.</summary>
    public IReadOnlyList<long> Captured(IReadOnlyList<string> wanted, RulePlace place) =>
        [
            .. wanted.Select(name =>
                Numbers.TryGetValue(name, out long number)
                    ? number
                    : throw new RuleException(place, $"the pattern captures no '{{{name}}}'.")
            ),
        ];
}
