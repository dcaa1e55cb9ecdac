using TorchSharp.Modules;

namespace FanwiseTorch;

/// <summary>What one layer of Keras' goes into: a module with its own parameters, one layer of a recurrent module of
/// several, or a part of a transformer's layer.</summary>
/// <param name="Name">The module's name, with the layer's number or the part's name where it is not the whole.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Entries">Its parameters and buffers by the names that a module of that kind alone has.</param>
/// <param name="Module">The module.</param>
internal sealed record TorchUnit(
    string Name,
    string Kind,
    IReadOnlyDictionary<string, ModuleEntry> Entries,
    TorchSharp.torch.nn.Module Module
)
{
    private const string FirstLayer = "_l0",
        Reverse = "_reverse";

    /// <summary>The parts of transformers' layers in the order in which data go through them, and what they are.
    /// TorchSharp registers the norms last; an encoder's layer has two, a decoder's three.</summary>
    private static readonly (string Name, string Kind)[] EncoderParts =

        [
            ("self_attn", "MultiheadAttention"),
            ("norm1", "LayerNorm"),
            ("linear1", "Linear"),
            ("linear2", "Linear"),
            ("norm2", "LayerNorm"),
        ],
        DecoderParts =

        [
            ("self_attn", "MultiheadAttention"),
            ("norm1", "LayerNorm"),
            ("multihead_attn", "MultiheadAttention"),
            ("norm2", "LayerNorm"),
            ("linear1", "Linear"),
            ("linear2", "Linear"),
            ("norm3", "LayerNorm"),
        ];

    /// <summary>All units of a tree, in the order of registration.</summary>
    public static IReadOnlyList<TorchUnit> Of(TorchSharp.torch.nn.Module model)
    {
        List<TorchUnit> units = [];
        // A tied tensor is loaded where it first stands.
        foreach (
            IGrouping<string, ModuleEntry> module in ModuleEntry
                .Of(model)
                .Where(static entry => entry.TiedTo is null)
                .GroupBy(static entry => entry.Name[..^entry.Own.Length], StringComparer.Ordinal)
        )
        {
            ModuleEntry[] entries = [.. module];
            string name = module.Key.TrimEnd('.');
            units.AddRange(
                entries[0].Module switch
                {
                    LSTM or GRU or RNN => Layers(name, entries),
                    TransformerEncoderLayer
                    or TransformerDecoderLayer
                    or TransformerEncoder
                    or TransformerDecoder
                    or Transformer => Parts(name, entries),
                    LSTMCell or GRUCell or RNNCell => [Cell(name, entries)],
                    _ => [Whole(name, ModuleKinds.NameOf(entries[0].Module), entries)],
                }
            );
        }

        return units;
    }

    private static TorchUnit Whole(string name, string kind, IEnumerable<ModuleEntry> entries)
    {
        ModuleEntry[] all = [.. entries];
        return new(name, kind, all.ToDictionary(static entry => entry.Own, StringComparer.Ordinal), all[0].Module);
    }

    private static IEnumerable<TorchUnit> Layers(string name, ModuleEntry[] entries)
    {
        IGrouping<string, ModuleEntry>[] layers =
        [
            .. entries.GroupBy(static entry => LayerOf(entry.Own), StringComparer.Ordinal),
        ];
        foreach (IGrouping<string, ModuleEntry> layer in layers)
            yield return new(
                layers.Length == 1 ? name : name + layer.Key,
                ModuleKinds.NameOf(entries[0].Module),
                layer.ToDictionary(
                    entry => entry.Own.Replace(layer.Key, FirstLayer, StringComparison.Ordinal),
                    StringComparer.Ordinal
                ),
                entries[0].Module
            );
    }

    /// <summary>The layer's part of a name: <c>_l1</c> of <c>weight_ih_l1_reverse</c>.</summary>
    private static string LayerOf(string name)
    {
        string forward = name.EndsWith(Reverse, StringComparison.Ordinal) ? name[..^Reverse.Length] : name;
        return forward[forward.LastIndexOf('_')..];
    }

    /// <summary>A cell of its own, as one layer of its kind.</summary>
    private static TorchUnit Cell(string name, ModuleEntry[] entries) =>
        new(
            name,
            ModuleKinds.NameOf(entries[0].Module).Replace("Cell", "", StringComparison.Ordinal),
            entries.ToDictionary(static entry => entry.Own + FirstLayer, StringComparer.Ordinal),
            entries[0].Module
        );

    private static IEnumerable<TorchUnit> Parts(string name, ModuleEntry[] entries)
    {
        // "layers.0.self_attn.in_proj_weight": the layer is what stands before the part.
        foreach (
            IGrouping<string, ModuleEntry> layer in entries.GroupBy(
                static entry => LayerBefore(entry.Own),
                StringComparer.Ordinal
            )
        )
        {
            bool isDecoder = layer.Any(static entry => entry.Own.Contains("multihead_attn.", StringComparison.Ordinal));
            foreach ((string part, string kind) in isDecoder ? DecoderParts : EncoderParts)
            {
                string prefix = $"{layer.Key}{part}.";
                Dictionary<string, ModuleEntry> own = layer
                    .Where(entry => entry.Own.StartsWith(prefix, StringComparison.Ordinal))
                    .ToDictionary(entry => entry.Own[prefix.Length..], StringComparer.Ordinal);
                if (own.Count > 0)
                    yield return new(
                        (name.Length == 0 ? "" : name + ".") + prefix.TrimEnd('.'),
                        kind,
                        own,
                        entries[0].Module
                    );
            }

            string norm = layer.Key + "norm.";
            ModuleEntry[] last = [.. layer.Where(entry => entry.Own.StartsWith(norm, StringComparison.Ordinal))];
            if (last.Length > 0)
                yield return new(
                    (name.Length == 0 ? "" : name + ".") + norm.TrimEnd('.'),
                    "LayerNorm",
                    last.ToDictionary(entry => entry.Own[norm.Length..], StringComparer.Ordinal),
                    entries[0].Module
                );
        }
    }

    private static string LayerBefore(string own)
    {
        foreach ((string part, _) in DecoderParts.Append(("norm", "")))
        {
            int at = own.IndexOf(part + ".", StringComparison.Ordinal);
            if (at >= 0)
                return own[..at];
        }

        return own;
    }
}
