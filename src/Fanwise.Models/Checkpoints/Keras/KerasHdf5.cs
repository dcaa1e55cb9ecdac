using Fanwise.Models.Architectures;
using Fanwise.Models.Checkpoints.Hdf5;
using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Checkpoints.Keras;

/// <summary>What Keras' HDF5 files hold: the weights of each of its layouts, and the model of a whole one.</summary>
/// <remarks> Layouts: of Keras 2 and of <c>.h5</c> files at all times, lists <c>layer_names</c> and <c>weight_names</c>
/// (keras/src/legacy/saving/legacy_h5_format.py); of Keras 3's <c>.weights.h5</c>, places such as
/// <c>layers/dense/vars/0</c> (keras/src/saving/saving_lib.py). A tensor's name is its place in the file, below the
/// group of the weights.
/// </remarks>
internal static class KerasHdf5
{
    private const string LayersAttribute = "layer_names",
        WeightsAttribute = "weight_names",
        BackendAttribute = "backend";
    private const string WeightsGroup = "model_weights",
        TopGroup = "top_level_model_weights";

    /// <summary>What is kept beside the weights: the optimizer's slots, the states of random generators, and the
    /// factors of a lookup's words.</summary>
    private static readonly string[] NoWeights = ["optimizer", "optimizer_weights", "seed_generator", "idf_weights"];

    /// <summary>The tensors of an open file.</summary>
    public static StoredCheckpoint Read(ByteSource source)
    {
        Hdf5File file = Hdf5File.Read(source);
        string prefix = file.ByPath.ContainsKey(WeightsGroup) ? WeightsGroup : "";
        IReadOnlyList<string>? layers = List(file, file.ByPath[prefix], LayersAttribute);
        List<StoredTensor> tensors = layers is null
            ? [.. file.Objects.Where(IsWeight).Select(found => Tensor(found.Path, found.Array!, null))]
            : Listed(file, prefix, layers);
        return new([source], tensors) { Metadata = Strings(file.Root), Model = Hdf5Model.Of(file.Root) };

        bool IsWeight(Hdf5Object found) =>
            found.Array is not null && !found.Path.Split('/').Any(static part => NoWeights.Contains(part));
    }

    private static Dictionary<string, string> Strings(Hdf5Object root)
    {
        Dictionary<string, string> strings = new(StringComparer.Ordinal);
        foreach (string name in (string[])[Hdf5Model.VersionAttribute, BackendAttribute])
            if (root.Strings(name) is [string value])
                strings[name] = value;
        return strings;
    }

    private static List<StoredTensor> Listed(Hdf5File file, string prefix, IReadOnlyList<string> layers)
    {
        List<StoredTensor> tensors = [];
        foreach (string layer in layers.Append(TopGroup))
        {
            string group = Join(prefix, layer);
            if (!file.ByPath.TryGetValue(group, out Hdf5Object? found))
            {
                if (layer == TopGroup)
                    continue; // Keras 2 before 2.6 has none
                throw file.Malformed($"the layer '{JsonValue.Printable(layer)}' must have a group; it has none");
            }

            IReadOnlyList<string> weights =
                List(file, found, WeightsAttribute)
                ?? throw file.Malformed($"the layer '{JsonValue.Printable(layer)}' must list its weight_names");
            for (int i = 0; i < weights.Count; i++)
                tensors.Add(
                    file.ByPath.GetValueOrDefault(Join(group, weights[i])) is { Array: { } array }
                        ? Tensor(Join(layer, weights[i]), array, new(layer, i))
                        : throw file.Malformed(
                            $"the weight '{JsonValue.Printable(weights[i])}' of '{JsonValue.Printable(layer)}' must be "
                                + "there"
                        )
                );
        }

        return tensors;
    }

    /// <summary>A list of strings; Keras cuts one that is too long for an attribute into several, numbered from
    /// 0.</summary>
    private static IReadOnlyList<string>? List(Hdf5File file, Hdf5Object group, string name)
    {
        if (group.Attributes.ContainsKey(name))
            return group.Strings(name) ?? throw NoStrings(name);
        List<string>? all = null;
        for (int part = 0; group.Attributes.ContainsKey($"{name}{part}"); part++)
            (all ??= []).AddRange(group.Strings($"{name}{part}") ?? throw NoStrings($"{name}{part}"));
        return all;

        CheckpointException NoStrings(string attribute) =>
            file.Malformed($"'{attribute}' of '{JsonValue.Printable(group.Path)}' must be a list of strings");
    }

    private static StoredTensor Tensor(string name, Hdf5Array array, LayerPlace? place) =>
        StoredTensor.Of(name, array.Shape, array.Type.Type, array.Type.Name, array.Source, array.Offset) with
        {
            Place = place,
        };

    private static string Join(string group, string name) => group.Length == 0 ? name : $"{group}/{name}";
}
