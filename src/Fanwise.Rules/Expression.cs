namespace Fanwise.Rules;

/// <summary>Where an expression's names get their values.</summary>
internal interface IScope
{
    /// <summary>The value of a name; null where there is none.</summary>
    public ExpressionValue? Find(string name, RulePlace place);

    /// <summary>The length of a dimension of the tensor, from 0, or from -1 backwards.</summary>
    public double Dimension(double index, RulePlace place);

    /// <summary>Where steps are counted.</summary>
    public WorkBudget Budget { get; }
}

/// <summary>An expression over a configuration's keys, names, captured numbers and the tensor's sizes.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Root">Its tree, at most <see cref="ExpressionParser.MaxDepth"/> deep.</param>
/// <param name="Names">The names in it.</param>
internal sealed record Expression(RulePlace Place, string Text, ExpressionNode Root, IReadOnlySet<string> Names)
{
    public ExpressionValue Value(IScope scope) => Root.Value(scope, Place);

    /// <summary>A finite number.</summary>
    /// <exception cref="RuleException">It is none.</exception>
    public double Number(IScope scope)
    {
        ExpressionValue value = Value(scope);
        return value.Number is { } number && double.IsFinite(number)
            ? number
            : throw new RuleException(Place, $"'{Text}' must be a finite number; it is {value}.");
    }

    /// <summary>A whole number of at least 0 and below 2^53.</summary>
    /// <exception cref="RuleException">It is none.</exception>
    public long Count(IScope scope)
    {
        const double End = 9007199254740992; // 2^53: doubles count no further
        double number = Number(scope);
        return number >= 0 && number < End && number == Math.Floor(number)
            ? (long)number
            : throw new RuleException(Place, $"'{Text}' must be a whole number of at least 0; it is {number:R}.");
    }

    /// <summary>Whether a condition holds.</summary>
    public bool IsTrue(IScope scope) => ExpressionNode.IsTrue(Value(scope));
}

/// <summary>A part of an expression.</summary>
internal abstract record ExpressionNode
{
    public abstract ExpressionValue Value(IScope scope, RulePlace place);

    /// <summary>What Python takes for true.</summary>
    public static bool IsTrue(ExpressionValue value) =>
        value.Truth ?? (value.Number is { } number ? number != 0 : value.Text is { Length: > 0 });

    protected static double Number(ExpressionNode node, IScope scope, RulePlace place)
    {
        ExpressionValue value = node.Value(scope, place);
        return value.Number
            ?? throw new RuleException(place, $"a number is needed to calculate with; received {value}.");
    }
}

internal sealed record LiteralNode(ExpressionValue Literal) : ExpressionNode
{
    public override ExpressionValue Value(IScope scope, RulePlace place) => Literal;
}

internal sealed record NameNode(string Name) : ExpressionNode
{
    public override ExpressionValue Value(IScope scope, RulePlace place)
    {
        scope.Budget.Spend(WorkBudget.ExpressionStep);
        return scope.Find(Name, place)
            ?? throw new RuleException(
                place,
                $"'{Name}' is neither a key of the configuration nor a name of the rules."
            );
    }
}

internal sealed record UnaryNode(string Operator, ExpressionNode Operand) : ExpressionNode
{
    public override ExpressionValue Value(IScope scope, RulePlace place) =>
        Operator switch
        {
            "not" => ExpressionValue.Of(!IsTrue(Operand.Value(scope, place))),
            "-" => ExpressionValue.Of(-Number(Operand, scope, place)),
            _ => ExpressionValue.Of(Number(Operand, scope, place)),
        };
}

internal sealed record ChoiceNode(ExpressionNode Then, ExpressionNode Condition, ExpressionNode Else) : ExpressionNode
{
    public override ExpressionValue Value(IScope scope, RulePlace place) =>
        (IsTrue(Condition.Value(scope, place)) ? Then : Else).Value(scope, place);
}

internal sealed record BinaryNode(string Operator, ExpressionNode Left, ExpressionNode Right) : ExpressionNode
{
    public override ExpressionValue Value(IScope scope, RulePlace place)
    {
        scope.Budget.Spend(WorkBudget.ExpressionStep);
        switch (Operator)
        {
            case "and":
                return IsTrue(Left.Value(scope, place)) ? Right.Value(scope, place) : ExpressionValue.Of(false);
            case "or":
                ExpressionValue left = Left.Value(scope, place);
                return IsTrue(left) ? left : Right.Value(scope, place);
            case "==":
                return ExpressionValue.Of(Left.Value(scope, place) == Right.Value(scope, place));
            case "!=":
                return ExpressionValue.Of(Left.Value(scope, place) != Right.Value(scope, place));
        }

        double a = Number(Left, scope, place),
            b = Number(Right, scope, place);
        if (b == 0 && (Operator is "/" or "//" or "%"))
            throw new RuleException(place, "a number is divided by zero.");
        return Operator switch
        {
            "<" => ExpressionValue.Of(a < b),
            "<=" => ExpressionValue.Of(a <= b),
            ">" => ExpressionValue.Of(a > b),
            ">=" => ExpressionValue.Of(a >= b),
            "+" => ExpressionValue.Of(a + b),
            "-" => ExpressionValue.Of(a - b),
            "*" => ExpressionValue.Of(a * b),
            "/" => ExpressionValue.Of(a / b),
            "//" => ExpressionValue.Of(Math.Floor(a / b)),
            "%" => ExpressionValue.Of(a - b * Math.Floor(a / b)),
            _ => ExpressionValue.Of(FixedMath.Pow(a, b)),
        };
    }
}

internal sealed record CallNode(string Function, IReadOnlyList<ExpressionNode> Arguments) : ExpressionNode
{
    /// <summary>The functions with the least and the most arguments that they take.</summary>
    public static readonly Dictionary<string, (int Least, int Most)> Functions = new(StringComparer.Ordinal)
    {
        ["sqrt"] = (1, 1),
        ["log"] = (1, 1),
        ["pow"] = (2, 2),
        ["min"] = (1, 16),
        ["max"] = (1, 16),
        ["dim"] = (1, 1),
        ["default"] = (2, 2),
    };

    public override ExpressionValue Value(IScope scope, RulePlace place)
    {
        scope.Budget.Spend(WorkBudget.ExpressionStep);
        if (Function == "default")
        {
            ExpressionValue? first = Arguments[0] is NameNode name
                ? scope.Find(name.Name, place)
                : Arguments[0].Value(scope, place);
            return first is { IsNull: false } given ? given : Arguments[1].Value(scope, place);
        }

        double[] numbers = [.. Arguments.Select(argument => Number(argument, scope, place))];
        return ExpressionValue.Of(
            Function switch
            {
                "sqrt" => Math.Sqrt(numbers[0]),
                "log" => FixedMath.Log(numbers[0]),
                "pow" => FixedMath.Pow(numbers[0], numbers[1]),
                "min" => numbers.Min(),
                "max" => numbers.Max(),
                _ => scope.Dimension(numbers[0], place),
            }
        );
    }
}
