using Fanwise;
using TorchSharp;

namespace FanwiseTorch;

/// <summary>How the parameters of TorchSharp's modules count their fans.</summary>
public static class TorchFanRules
{
    /// <summary>What a module's parameter really connects: groups, the strides of a transposed convolution, the gates
    /// of a recurrent kernel each for itself, in PyTorch's layout.</summary>
    /// <param name="module">A module of TorchSharp's; its own parameters, not those of modules inside.</param>
    /// <param name="parameter">The parameter's name in the module: <c>weight</c>, <c>weight_ih_l0</c>.</param>
    /// <returns>The rule; null where the parameter is no kernel, or the module none of TorchSharp's.</returns>
    public static FanRule? Of(torch.nn.Module module, string parameter)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(parameter);
        return ModuleKinds.RowOf(module, parameter)?.RuleOf(module);
    }
}
