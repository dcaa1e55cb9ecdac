namespace Fanwise.Rules;

/// <summary>A row of a preset's tensors: a name that may repeat, a shape by expressions, a condition.</summary>
internal sealed record TensorRow(
    Glob Pattern,
    YamlText Name,
    Expression? For,
    Expression? When,
    IReadOnlyList<Expression> Shape
)
{
    public IEnumerable<Expression> Expressions =>
        [.. Shape, .. For is null ? [] : new[] { For }, .. When is null ? [] : new[] { When }];

    public static TensorRow Read(YamlNode node)
    {
        YamlMap map = RuleFile.Map(node);
        RuleFile.CheckKeys(map, ["name", "for", "shape", "when"]);
        YamlText name = RuleFile.Text(map["name"] ?? throw new RuleException(map.Place, "a tensor has a name."));
        Glob pattern = Glob.Parse(name);
        Expression? repeats = map["for"] is { } times ? ExpressionParser.Parse(times) : null;
        if (!pattern.IsName || pattern.Names.Count != (repeats is null ? 0 : 1))
            throw new RuleException(
                name.Place,
                $"a name with for: has one number in braces, another none; received '{name.Text}'."
            );
        YamlList shape = RuleFile.List(map["shape"] ?? throw new RuleException(map.Place, "a tensor has a shape."));
        return new(
            pattern,
            name,
            repeats,
            map["when"] is { } when ? ExpressionParser.Parse(when) : null,
            [.. shape.Items.Select(ExpressionParser.Parse)]
        );
    }

    /// <summary>Whether two rows repeat as often by the same expression.</summary>
    public bool RepeatsLike(TensorRow other) => For is not null && For.Text == other.For?.Text;

    /// <summary>Adds the tensor of this number where the condition holds.</summary>
    public void AddTo(List<TensorSpec> specs, TensorScope scope, long number, ElementType type)
    {
        scope.Numbers.Clear();
        foreach (string name in Pattern.Names)
            scope.Numbers[name] = number;
        if (When is not null && !When.IsTrue(scope))
            return;
        long[] lengths = [.. Shape.Select(length => length.Count(scope))];
        specs.Add(new(Pattern.Expand(For is null ? [] : [number]), Fanwise.Shape.Create(lengths), type));
    }
}
