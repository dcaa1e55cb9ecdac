using Fanwise;
using Fanwise.Draws;
using Fanwise.Streams;
using TorchSharp.Modules;

namespace FanwiseTorch;

/// <summary>From a module's entries, a seed and choices to what every element is.</summary>
internal static class ModuleStarts
{
    public static IReadOnlyList<ParameterStart> Of(
        IReadOnlyList<ModuleEntry> entries,
        ulong seed,
        ModuleInitialization choices
    )
    {
        CheckSeeds(choices);
        List<ParameterStart> starts = [];
        List<string> unknown = [];
        foreach (ModuleEntry entry in entries)
            if (Of(entry, seed, choices) is { } start)
                starts.Add(start);
            else
                unknown.Add(entry.Name);
        Refuse(unknown);
        return starts;
    }

    /// <summary>Refuses names of which nothing is known.</summary>
    public static void Refuse(List<string> unknown)
    {
        if (unknown.Count > 0)
            throw new InitializerException(
                "A module's own parameters and buffers need a choice by name (For, or Keep for those that stay as they "
                    + $"are): nothing is known of {string.Join(", ", unknown)}."
            );
    }

    private static ParameterStart? Of(ModuleEntry entry, ulong seed, ModuleInitialization choices)
    {
        ParameterRow? row = ModuleKinds.RowOf(entry.Module, entry.Own);
        ParameterStart start = new(entry.Name, ModuleKinds.NameOf(entry.Module), row?.Role ?? ParameterRole.Own, null)
        {
            Rule = row?.RuleOf(entry.Module),
            TiedTo = entry.TiedTo,
        };
        if (entry.TiedTo is not null || choices.Keep?.Invoke(entry.Name) == true)
            return start;
        Initializer? chosen = choices.For?.Invoke(entry.Name),
            initializer =
                chosen
                ?? (entry.Module, row) switch
                {
                    (_, null) => null,
                    (PReLU slopes, _) => new Constant(slopes.init),
                    _ => choices.Of(row.Role),
                };
        if (initializer is null)
            return null;
        if (initializer is VarianceScaling { Rule: null, Axes: null } scaling && start.Rule is { } rule)
            initializer = scaling with { Rule = rule };
        initializer = initializer.InLayout(KernelLayout.PyTorch);
        Values values = ValuesOf(entry, row, seed, initializer);
        if (chosen is null && row?.Role == ParameterRole.GateBias && choices.UnitForgetBias)
            values = WithForgetGate(entry, seed, initializer);
        if (row?.Role == ParameterRole.Embedding && choices.PaddingRow?.Invoke(entry.Name) is { } padding)
            values = new ZeroRowValues(values, padding);
        return start with { Values = values, Initializer = initializer };
    }

    private static Values ValuesOf(ModuleEntry entry, ParameterRow? row, ulong seed, Initializer initializer)
    {
        ElementType type = TensorWriter.TypeOf(entry.Tensor);
        int parts = row?.Parts.Count ?? 1;
        // Draws that are independent one by one are the same in parts and as a whole; matrices are not.
        if (parts == 1 || initializer is not (Orthogonal or Fanwise.Identity))
            return Drawn(entry.Name, entry.Shape, type, seed, initializer);
        Shape part = [entry.Shape[0] / parts, .. entry.Shape.Lengths[1..]];
        return new ConcatenatedValues(
            entry.Shape,
            [.. row!.Parts.Select(name => Drawn($"{entry.Name}/{name}", part, type, seed, initializer))]
        );
    }

    private static ConcatenatedValues WithForgetGate(ModuleEntry entry, ulong seed, Initializer initializer)
    {
        ElementType type = TensorWriter.TypeOf(entry.Tensor);
        long units = entry.Shape[0] / 4; // the gates i, f, g, o
        return new ConcatenatedValues(
            entry.Shape,
            Drawn($"{entry.Name}/i", [units], type, seed, initializer),
            Initializers.Ones.ValuesFor([units], type),
            Drawn($"{entry.Name}/g,o", [entry.Shape[0] - 2 * units], type, seed, initializer)
        );
    }

    /// <summary>The values of a name: half precisions are the rounded float32 ones, so that a model has one start in
    /// all.</summary>
    private static Values Drawn(string name, Shape shape, ElementType type, ulong seed, Initializer initializer)
    {
        if (initializer is not RandomInitializer { Seed: null } random)
            return initializer.ValuesFor(shape, type);
        bool isHalf = type is ElementType.Float16 or ElementType.BFloat16;
        Values values = random.ValuesFor(shape, isHalf ? ElementType.Float32 : type, TensorKeys.Of(seed, name));
        return isHalf ? new RoundedValues(values, type) : values;
    }

    private static void CheckSeeds(ModuleInitialization choices)
    {
        foreach (
            Initializer initializer in (Initializer[])
                [choices.Kernel, choices.Recurrent, choices.Embedding, choices.Bias]
        )
            if (initializer is RandomInitializer random && (random.Seed is not null || random.Backend != default))
                throw new InitializerException(
                    "An initializer for a kind of parameter has no seed and no backend of its own, since all such "
                        + "parameters would begin alike; streams come from the module's seed and the names. Received "
                        + $"{random.GetType().Name} with {(random.Seed is null ? random.Backend.Name() : "a seed")}."
                );
    }
}
