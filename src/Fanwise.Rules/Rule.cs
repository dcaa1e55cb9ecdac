namespace Fanwise.Rules;

/// <summary>One rule: which tensors, and what they are.</summary>
internal sealed class Rule
{
    /// <summary>The initializers, with their least and most positional values.</summary>
    private static readonly Dictionary<string, (int Least, int Most)> Initializers = new(StringComparer.Ordinal)
    {
        ["zeros"] = (0, 0),
        ["ones"] = (0, 0),
        ["constant"] = (1, 1),
        ["identity"] = (0, 1),
        ["orthogonal"] = (0, 1),
        ["normal"] = (2, 2),
        ["uniform"] = (2, 2),
        ["truncated_normal"] = (2, 4),
        ["variance_scaling"] = (0, 1),
        ["copy"] = (1, 1),
    };

    private static readonly string[] OtherKeys = ["match", "when", "optional", "zero_row"];

    private readonly List<Expression> _values = [];
    private readonly Dictionary<string, Expression> _named = new(StringComparer.Ordinal);
    private readonly Glob? _source;
    private readonly Expression? _zeroRow;

    private Rule(YamlMap map)
    {
        Place = map.Place;
        Globs = map["match"] switch
        {
            YamlText one => [Glob.Parse(one)],
            YamlList many => [.. many.Items.Select(static item => Glob.Parse(RuleFile.Text(item)))],
            _ => throw new RuleException(map.Place, "a rule has a match: a pattern, or a list of patterns."),
        };
        string[] known = [.. OtherKeys, .. Initializers.Keys];
        RuleFile.CheckKeys(map, known);
        string[] kinds = [.. map.Entries.Select(static entry => entry.Key.Text).Where(Initializers.ContainsKey)];
        if (kinds.Length != 1)
            throw new RuleException(
                map.Place,
                $"a rule has one of {string.Join(", ", Initializers.Keys)}; received {kinds.Length} of them."
            );
        Kind = kinds[0];
        When = map["when"] is { } when ? ExpressionParser.Parse(when) : null;
        _zeroRow = map["zero_row"] is { } row ? ExpressionParser.Parse(row) : null;
        IsOptional = map["optional"] is YamlText { Text: "true" };
        YamlNode arguments = map[Kind]!;
        if (Kind == "copy")
            _source = Glob.Parse(RuleFile.Text(arguments));
        else if (arguments is YamlMap named)
            ReadNamed(named);
        else if (arguments is YamlList list)
            _values.AddRange(list.Items.Select(ExpressionParser.Parse));
        else if (RuleFile.Text(arguments).Text.Length > 0)
            _values.Add(ExpressionParser.Parse(arguments));
        (int least, int most) = Initializers[Kind];
        if (_source is null && _named.Count == 0 && (_values.Count < least || _values.Count > most))
            throw new RuleException(
                arguments.Place,
                $"{Kind} takes {least} to {most} values; received {_values.Count}."
            );
    }

    public RulePlace Place { get; }

    public string Kind { get; }

    public IReadOnlyList<Glob> Globs { get; }

    public Expression? When { get; }

    public bool IsOptional { get; }

    /// <summary>The expressions of the rule.</summary>
    public IEnumerable<Expression> Expressions =>
        [
            .. _values,
            .. _named.Values,
            .. When is null ? [] : new[] { When },
            .. _zeroRow is null ? [] : new[] { _zeroRow },
        ];

    public static Rule Read(YamlNode node) =>
        node is YamlMap map
            ? new(map)
            : throw new RuleException(node.Place, "a rule is a mapping such as {match: \"*\", zeros: }.");

    /// <summary>What a tensor is by this rule.</summary>
    public RuleDraw Draw(TensorScope scope)
    {
        RuleDraw draw = Kind switch
        {
            "zeros" => RuleDraw.Constant(Kind, 0),
            "ones" => RuleDraw.Constant(Kind, 1),
            "constant" => RuleDraw.Constant(Kind, _values[0].Number(scope)),
            "identity" or "orthogonal" => RuleDraw.Normal(Kind, _values.Count > 0 ? _values[0].Number(scope) : 1, 0),
            "normal" => RuleDraw.Normal(Kind, Value(scope, "mean", 0, 0), Deviation(scope)),
            "uniform" => Uniform(Kind, Value(scope, "low", 0, 0), Value(scope, "high", 1, 1)),
            "truncated_normal" => Truncated(scope),
            "copy" => RuleDraw.Constant(Kind, 0) with
            {
                Source = _source!.Expand(scope.Captured(_source.Names, Place)),
            },
            _ => Scaled(scope),
        };
        if (_zeroRow?.Value(scope) is not { IsNull: false })
            return draw;
        double row = _zeroRow.Number(scope);
        if (row < 0)
            row += scope.Dimension(0, _zeroRow.Place);
        return row >= 0 && row < scope.Dimension(0, _zeroRow.Place) && row == Math.Floor(row)
            ? draw with
            {
                ZeroRow = (long)row,
            }
            : throw new RuleException(_zeroRow.Place, $"zero_row must be a row of '{scope.Name}'; received {row:R}.");
    }

    private static RuleDraw Uniform(string kind, double low, double high) =>
        new(kind, (low + high) / 2, (high - low) / Math.Sqrt(12), low, high);

    private RuleDraw Truncated(TensorScope scope)
    {
        double mean = Value(scope, "mean", 0, 0),
            deviation = Deviation(scope),
            cut = _named.TryGetValue("deviations", out Expression? given) ? given.Number(scope) : RuleDraw.DefaultCut;
        double lower = Value(scope, "lower", 2, mean - cut * deviation),
            upper = Value(scope, "upper", 3, mean + cut * deviation);
        return lower < upper || deviation == 0
            ? new(Kind, mean, deviation, lower, upper)
            : throw new RuleException(
                Place,
                $"a lower bound is below the upper one; received {lower:R} and {upper:R}."
            );
    }

    /// <summary>Source: keras/src/initializers/random_initializers.py, VarianceScaling.</summary>
    private RuleDraw Scaled(TensorScope scope)
    {
        string mode = Word(scope, "mode", "fan_in"),
            distribution = Word(scope, "distribution", "normal");
        (double fanIn, double fanOut) = scope.Fans(Place);
        double fan = mode switch
        {
            "fan_in" => fanIn,
            "fan_out" => fanOut,
            "fan_avg" => (fanIn + fanOut) / 2,
            _ => throw new RuleException(Place, $"mode is fan_in, fan_out or fan_avg; received '{mode}'."),
        };
        double variance = Value(scope, "scale", 0, 1) / Math.Max(1, fan);
        if (variance < 0)
            throw new RuleException(Place, "a scale must not be negative.");
        double deviation = Math.Sqrt(variance),
            limit = Math.Sqrt(3 * variance),
            before = deviation / VarianceScaling.TruncatedDeviation;
        return distribution switch
        {
            "normal" => RuleDraw.Normal("normal", 0, deviation),
            "uniform" => Uniform("uniform", -limit, limit),
            "truncated_normal" => new(distribution, 0, before, -2 * before, 2 * before),
            _ => throw new RuleException(
                Place,
                $"distribution is normal, truncated_normal or uniform; received '{distribution}'."
            ),
        };
    }

    private double Deviation(TensorScope scope)
    {
        double deviation = Value(scope, "std", 1, 1);
        return deviation >= 0
            ? deviation
            : throw new RuleException(Place, $"a deviation must not be negative; received {deviation:R}.");
    }

    private double Value(TensorScope scope, string name, int position, double otherwise) =>
        _named.TryGetValue(name, out Expression? named) ? named.Number(scope)
        : position < _values.Count ? _values[position].Number(scope)
        : otherwise;

    private string Word(TensorScope scope, string name, string otherwise) =>
        _named.TryGetValue(name, out Expression? named)
            ? named.Root is NameNode word
                ? word.Name
                : named.Value(scope).Text ?? named.Text
            : otherwise;

    private void ReadNamed(YamlMap named)
    {
        RuleFile.CheckKeys(
            named,
            Kind switch
            {
                "normal" => ["mean", "std"],
                "uniform" => ["low", "high"],
                "truncated_normal" => ["mean", "std", "lower", "upper", "deviations"],
                "variance_scaling" => ["scale", "mode", "distribution"],
                _ => [],
            }
        );
        foreach ((YamlText key, YamlNode value) in named.Entries)
            _named.Add(key.Text, ExpressionParser.Parse(value));
    }
}
