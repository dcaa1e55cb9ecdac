using Fanwise;
using TorchSharp;

namespace FanwiseTorch;

/// <summary>A parameter or buffer of a module tree.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Own">The name in its module.</param>
/// <param name="Module">Its module.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="TiedTo">The full name under which the same tensor came before; null mostly.</param>
internal sealed record ModuleEntry(string Name, string Own, torch.nn.Module Module, torch.Tensor Tensor, string? TiedTo)
{
    public Shape Shape => Tensor.shape;

    /// <summary>All parameters and buffers, in the order of registration; of a tensor with several names, the one that
    /// is first in ordinal order owns it.</summary>
    public static IReadOnlyList<ModuleEntry> Of(torch.nn.Module model)
    {
        List<ModuleEntry> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((string path, torch.nn.Module module) in Modules("", model))
        {
            IEnumerable<(string Name, torch.Tensor Tensor)> tensors = module
                .named_parameters(recurse: false)
                .Select(static pair => (pair.name, (torch.Tensor)pair.parameter))
                .Concat(module.named_buffers(recurse: false).Select(static pair => (pair.name, pair.buffer)));
            foreach ((string own, torch.Tensor tensor) in tensors)
                if (names.Add(path + own))
                    entries.Add(new(path + own, own, module, tensor, null));
        }

        Dictionary<nint, string> owners = [];
        foreach (ModuleEntry entry in entries.OrderBy(static entry => entry.Name, StringComparer.Ordinal))
            owners.TryAdd(entry.Tensor.Handle, entry.Name);
        return
        [
            .. entries.Select(entry =>
                owners[entry.Tensor.Handle] == entry.Name ? entry : entry with { TiedTo = owners[entry.Tensor.Handle] }
            ),
        ];
    }

    private static IEnumerable<(string Path, torch.nn.Module Module)> Modules(string path, torch.nn.Module module)
    {
        yield return (path, module);
        foreach ((string name, torch.nn.Module child) in module.named_children())
        foreach ((string Path, torch.nn.Module Module) inside in Modules($"{path}{name}.", child))
            yield return inside;
    }
}
