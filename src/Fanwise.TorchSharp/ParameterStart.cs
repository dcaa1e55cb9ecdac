using Fanwise;
using Fanwise.Draws;

namespace FanwiseTorch;

/// <summary>How one parameter or buffer of a module begins.</summary>
/// <param name="Name">Its full name, as <c>state_dict</c> has it.</param>
/// <param name="Module">The kind of module: <c>Conv2d</c>.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Values">What every element is; null where it stays as it was.</param>
public sealed record ParameterStart(string Name, string Module, ParameterRole Role, Values? Values)
{
    /// <summary>The rule that draws or fills, its fans' rule included; null where there is none of its own.</summary>
    public Initializer? Initializer { get; init; }

    /// <summary>How the fans are counted; null where the parameter has none.</summary>
    public FanRule? Rule { get; init; }

    /// <summary>The name of the parameter that this one is (tied weights are started once); null for all
    /// others.</summary>
    public string? TiedTo { get; init; }

    /// <summary>One line: <c>conv1.weight (64, 3, 7, 7) Kernel of Conv2d: fans 147, 3136</c>.</summary>
    public override string ToString() =>
        TiedTo is { } source ? $"{Name} is {source}"
        : Values is null ? $"{Name} stays as it was"
        : $"{Name} {Values.Shape} {Role} of {Module}: {Initializer?.GetType().Name ?? "values"}"
            + (Rule is null ? "" : $", in {Rule.Of(Values.Shape).In}, out {Rule.Of(Values.Shape).Out}");
}
