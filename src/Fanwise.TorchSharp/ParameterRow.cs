using Fanwise;
using TorchSharp;

namespace FanwiseTorch;

/// <summary>One row of <see cref="ModuleKinds"/>: parameters of a kind of module that begin alike.</summary>
/// <param name="Name">The parameter's name; with a star at its end or beginning, every name that begins or ends
/// so.</param>
/// <param name="Role">What they are for.</param>
internal sealed record ParameterRow(string Name, ParameterRole Role)
{
    /// <summary>How the fans of one part are counted; null where there are none.</summary>
    public Func<torch.nn.Module, FanRule>? Rule { get; init; }

    /// <summary>The names of the kernels that lie one after the other in the first dimension; one without a name where
    /// the whole is one.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [""];

    public bool Fits(string name) =>
        Name switch
        {
            ['*', .. string end] => name.EndsWith(end, StringComparison.Ordinal),
            [.. string start, '*'] => name.StartsWith(start, StringComparison.Ordinal),
            _ => name == Name,
        };

    /// <summary>The rule for the parameter as a whole.</summary>
    public FanRule? RuleOf(torch.nn.Module module)
    {
        FanRule? rule = Rule?.Invoke(module);
        return Parts.Count == 1 ? rule : rule?.InParts(Parts.Count);
    }
}
