using Fanwise;
using Fanwise.Draws;
using TorchSharp.Modules;

namespace FanwiseTorch;

/// <summary>What PyTorch's constructors give under a seed: the generator goes on from module to module, in the order of
/// registration.</summary>
internal static class ConstructorStarts
{
    public static IReadOnlyList<ParameterStart> Of(
        IReadOnlyList<ModuleEntry> entries,
        TorchGenerator generator,
        ModuleInitialization choices
    )
    {
        Dictionary<string, Values> drawn = new(StringComparer.Ordinal);
        HashSet<nint> seen = [];
        List<string> unknown = [];
        foreach (IGrouping<TorchSharp.torch.nn.Module, ModuleEntry> module in entries.GroupBy(static e => e.Module))
        {
            // A module that stands in two places was constructed once.
            ModuleEntry[] own = [.. module.DistinctBy(static entry => entry.Own)];
            if (own.All(entry => seen.Contains(entry.Tensor.Handle)))
                continue;
            foreach (ModuleEntry entry in own)
                seen.Add(entry.Tensor.Handle);
            string kind = ModuleKinds.NameOf(module.Key);
            if (!Torch.ModuleNames.Contains(kind))
            {
                unknown.AddRange(own.Where(entry => !IsChosen(entry, choices)).Select(static entry => entry.Name));
                continue;
            }

            IReadOnlyList<Values> values = Torch.ModuleStart(
                generator,
                kind,
                [.. own.Select(static e => new TorchParameter(e.Own, e.Shape, TensorWriter.TypeOf(e.Tensor)))]
            );
            for (int i = 0; i < own.Length; i++)
                drawn[own[i].Name] = Finished(own[i], values[i], choices);
        }

        ModuleStarts.Refuse(unknown);
        return [.. entries.Select(entry => Start(entry, drawn, choices))];
    }

    private static bool IsChosen(ModuleEntry entry, ModuleInitialization choices) =>
        choices.Keep?.Invoke(entry.Name) == true || choices.For?.Invoke(entry.Name) is not null;

    private static Values Finished(ModuleEntry entry, Values values, ModuleInitialization choices) =>
        entry.Module switch
        {
            PReLU slopes => new ConstantValues(values.Shape, values.ElementType, slopes.init),
            Embedding or EmbeddingBag when choices.PaddingRow?.Invoke(entry.Name) is { } row => new ZeroRowValues(
                values,
                row
            ),
            _ => values,
        };

    private static ParameterStart Start(
        ModuleEntry entry,
        Dictionary<string, Values> drawn,
        ModuleInitialization choices
    )
    {
        ParameterRow? row = ModuleKinds.RowOf(entry.Module, entry.Own);
        ParameterStart start = new(entry.Name, ModuleKinds.NameOf(entry.Module), row?.Role ?? ParameterRole.Own, null)
        {
            Rule = row?.RuleOf(entry.Module),
            TiedTo = entry.TiedTo,
        };
        if (choices.Keep?.Invoke(entry.Name) == true)
            return start;
        if (choices.For?.Invoke(entry.Name) is { } chosen)
        {
            Initializer initializer = chosen.InLayout(KernelLayout.PyTorch);
            Values values = initializer.ValuesFor(entry.Shape, TensorWriter.TypeOf(entry.Tensor));
            return start with { Values = values, Initializer = initializer };
        }

        // Of a tensor with several names the first that was constructed drew it.
        return drawn.TryGetValue(entry.Name, out Values? own) ? start with { Values = own, TiedTo = null } : start;
    }
}
