using System.Globalization;
using Fanwise.Draws;
using Fanwise.Models.Layouts;
using TorchSharp;
using TorchSharp.Modules;

namespace FanwiseTorch;

/// <summary>From a model's layers, as PyTorch has them, to the modules they go into: compares first, then
/// writes.</summary>
internal sealed class KerasMatching(
    IReadOnlyList<PyTorchModule> layers,
    IReadOnlyList<TorchUnit> units,
    KerasLoading loading,
    bool isOrderKnown
)
{
    private readonly List<(PyTorchModule? Layer, TorchUnit? Unit, string? Problem)> _pairs = [];

    public KerasLoad Load()
    {
        Pair();
        KerasLoad load = new([.. _pairs.Select(static pair => Match(pair.Layer, pair.Unit, pair.Problem))])
        {
            Differences = [.. _pairs.Where(static pair => pair.Problem is null).SelectMany(Differences)],
        };
        if (loading.IsStrict && load.Matches.FirstOrDefault(static match => match.Problem is not null) is { } wrong)
            throw new KerasLoadException(
                "The module must have the model's layers in their order or be given their names; the layer "
                    + $"'{wrong.Layer ?? "none"}' and the module '{wrong.Module ?? "none"}': {wrong.Problem}.",
                load
            );
        if (layers.Any(static layer => !layer.IsConnected))
            RefuseUnknownFlatten(load);
        foreach ((PyTorchModule? layer, TorchUnit? unit, string? problem) in _pairs)
            if (problem is null && layer is not null && unit is not null)
                Write(layer, unit);
        return load;
    }

    private void Pair()
    {
        List<TorchUnit> left = [.. units];
        Dictionary<PyTorchModule, TorchUnit> named = Named(left);
        foreach (PyTorchModule layer in layers)
        {
            TorchUnit? unit = named.GetValueOrDefault(layer);
            if (unit is null)
            {
                // Where the order is the model's, the next module is the one, whether it fits or not.
                unit =
                    isOrderKnown && loading.IsStrict
                        ? left.FirstOrDefault()
                        : left.Find(candidate => Problem(layer, candidate) is null);
                if (unit is not null)
                    left.Remove(unit);
            }

            _pairs.Add((layer, unit, unit is null ? "no module is left for it" : Problem(layer, unit)));
        }

        foreach (TorchUnit unit in left)
            _pairs.Add((null, unit, "no layer is left for it"));
    }

    private Dictionary<PyTorchModule, TorchUnit> Named(List<TorchUnit> left)
    {
        Dictionary<PyTorchModule, TorchUnit> named = [];
        foreach ((string from, string to) in loading.Names)
        {
            PyTorchModule layer =
                layers.FirstOrDefault(layer => layer.Layer == from || layer.Name == from)
                ?? throw new KerasLoadException($"A name must be of a layer with weights; received '{from}'.");
            TorchUnit unit =
                left.Find(unit => unit.Name == to)
                ?? throw new KerasLoadException(
                    $"The name of a module must be of one with weights that no other layer has; received '{to}'."
                );
            left.Remove(unit);
            named[layer] = unit;
        }

        return named;
    }

    /// <summary>Why a layer does not go into a module; null where it does.</summary>
    private static string? Problem(PyTorchModule layer, TorchUnit unit)
    {
        bool isKind =
            unit.Kind == layer.Kind
            || (
                unit.Kind.StartsWith(layer.Kind, StringComparison.Ordinal)
                && unit.Kind[layer.Kind.Length..] is "1d" or "2d" or "3d"
            );
        if (!isKind)
            return $"the layer is a {layer.Kind} in PyTorch, the module a {unit.Kind}";
        foreach (PyTorchTensor tensor in layer.Tensors)
        {
            if (!unit.Entries.TryGetValue(tensor.Name, out ModuleEntry? entry))
            {
                if (tensor.IsOptional || IsNeutral(tensor))
                    continue;
                return $"the module has no {tensor.Name}";
            }

            if (entry.Shape != tensor.Values.Shape)
                return $"{tensor.Name} is {tensor.Values.Shape} by the layer and {entry.Shape} in the module";
        }

        return unit
            .Entries.Keys.Where(name => !layer.Tensors.Any(tensor => tensor.Name == name) && Filler(unit, name) is null)
            .Select(static name => $"the layer has nothing for the module's {name}")
            .FirstOrDefault();
    }

    /// <summary>Ones or zeros that only PyTorch has.</summary>
    private static bool IsNeutral(PyTorchTensor tensor) => tensor.Origins.Count == 0;

    /// <summary>What a module's tensor holds that the layer has none of: a norm without gamma and beta has ones and
    /// zeros, and no batch was counted. Null where there is nothing to take.</summary>
    private static double? Filler(TorchUnit unit, string name) =>
        name == "num_batches_tracked" ? 0
        : unit.Module is not (NormBase or LayerNorm or GroupNorm) ? null
        : name == "weight" ? 1
        : name == "bias" ? 0
        : null;

    private static void Write(PyTorchModule layer, TorchUnit unit)
    {
        foreach ((string name, ModuleEntry entry) in unit.Entries)
        {
            Values values =
                layer.Tensors.FirstOrDefault(tensor => tensor.Name == name)?.Values
                ?? new ConstantValues(entry.Shape, TensorWriter.TypeOf(entry.Tensor), Filler(unit, name)!.Value);
            if (values.ElementType == TensorWriter.TypeOf(entry.Tensor))
            {
                TensorWriter.Write(entry.Tensor, values);
                continue;
            }

            using torch.Tensor source = torch.empty(entry.Tensor.shape, TensorWriter.TypeOf(values.ElementType));
            TensorWriter.Write(source, values);
            using IDisposable mode = torch.no_grad();
            entry.Tensor.copy_(source);
        }
    }

    private static KerasMatch Match(PyTorchModule? layer, TorchUnit? unit, string? problem) =>
        new(
            layer?.Layer,
            layer?.LayerClass ?? "",
            unit?.Name,
            unit?.Kind ?? "",
            unit is null || layer is null
                ? []
                :
                [
                    .. layer
                        .Tensors.Where(tensor => unit.Entries.ContainsKey(tensor.Name))
                        .Select(static tensor => $"{tensor.Name} {tensor.Values.Shape}"),
                ],
            problem
        );

    private static IEnumerable<string> Differences((PyTorchModule? Layer, TorchUnit? Unit, string? Problem) pair)
    {
        if (pair is not ({ } layer, { } unit, _))
            yield break;
        foreach (string note in layer.Notes)
            yield return $"the layer '{layer.Layer}' {note}";
        double? eps = unit.Module switch
            {
                NormBase norm => norm.eps,
                LayerNorm norm => norm.eps,
                GroupNorm norm => norm.eps,
                _ => null,
            },
            momentum = (unit.Module as NormBase)?.momentum;
        (string Name, double? Own)[] settings = [("eps", eps), ("momentum", momentum)];
        foreach ((string name, double? own) in settings)
            if (own is { } value && layer.Settings.TryGetValue(name, out double keras) && !IsClose(value, keras))
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"the module '{unit.Name}' has {name} {value}, the layer '{layer.Layer}' {keras:G12}"
                );
    }

    /// <summary>1 - 0.99 is not 0.01 to the last bit.</summary>
    private static bool IsClose(double one, double other) => Math.Abs(one - other) <= 1e-12 * Math.Abs(other);

    /// <summary>Weights alone do not tell whether a Linear stands behind a Flatten. It does where a convolution's
    /// channels come before it and it has several times as many inputs; then their order must be known.</summary>
    private void RefuseUnknownFlatten(KerasLoad load)
    {
        long? channels = null;
        foreach (TorchUnit unit in units)
        {
            if (unit.Module is Convolution convolution)
                channels = convolution.out_channels;
            else if (unit.Module is Linear linear && channels is { } known)
            {
                if (linear.in_features > known && linear.in_features % known == 0)
                    throw new KerasLoadException(
                        $"The module '{unit.Name}' may stand behind a Flatten of {known} channels, whose order only "
                            + "the model tells: it is needed beside its weights.",
                        load
                    );
                channels = null;
            }
            else if (unit.Module is not (NormBase or GroupNorm or PReLU))
                channels = null;
        }
    }
}
