namespace Fanwise.Generations;

/// <summary>One class (or function) of a generation's module: a row of its table.</summary>
public sealed class InitializerClass
{
    internal InitializerClass(string name, Rule rule, string signature, string? configuration = null)
    {
        Name = name;
        Rule = rule;
        Parameters = Parameter.Parse(signature);
        ConfigurationKeys = configuration is null
            ? Array.ConvertAll(Parameters, static parameter => parameter.Name)
            : configuration.Split(", ", StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The class's name in Python and in configurations.</summary>
    public string Name { get; }

    /// <summary>Whether an instance draws.</summary>
    public bool IsRandom =>
        Rule
            is Rule.RandomUniform
                or Rule.RandomNormal
                or Rule.TruncatedNormal
                or Rule.VarianceScaling
                or Rule.UniformUnitScaling
                or Rule.Orthogonal;

    internal Rule Rule { get; }

    internal Parameter[] Parameters { get; }

    /// <summary>The keys of <c>get_config</c>, in their order.</summary>
    internal string[] ConfigurationKeys { get; }

    /// <summary>What a specialisation of VarianceScaling passes to it.</summary>
    internal Specialisation? Fixed { get; init; }

    /// <summary>The class of the instances that this function makes; null for a class.</summary>
    internal string? Makes { get; init; }

    /// <summary>Whether a given dtype is forgotten (compat.v1's Glorot).</summary>
    internal bool DropsDtype { get; init; }

    /// <summary>Whether its constructor checks what kind of value it is given (compat.v1's Constant).</summary>
    internal bool ChecksValue { get; init; }

    /// <summary>Whether a call may be told its part of a variable, where the generation has such parts (all but
    /// contrib's Identity).</summary>
    internal bool TakesPartitionInfo { get; init; } = true;

    internal bool Has(string parameter) => IndexOf(parameter) >= 0;

    /// <summary>Where a parameter stands among the arguments; false where there is none of the name.</summary>
    internal bool TryFind(string parameter, out int index)
    {
        index = IndexOf(parameter);
        return index >= 0;
    }

    internal int IndexOf(string parameter) => Array.FindIndex(Parameters, candidate => candidate.Name == parameter);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The arguments that a named initializer passes to VarianceScaling.</summary>
internal readonly record struct Specialisation(double Scale, string Mode, string Distribution)
{
    /// <summary>The six named ones, with the word for a normal that a generation passes.</summary>
    public static IEnumerable<(string Name, Specialisation Fixed)> Named(string normal) =>
        NamedScaling.All.Select(row =>
            (
                row.Name,
                new Specialisation(
                    row.Scale,
                    row.Mode.Name(),
                    row.Distribution == Fanwise.Distribution.Uniform ? "uniform" : normal
                )
            )
        );
}
