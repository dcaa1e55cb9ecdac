using Fanwise.Models.Checkpoints.TensorFlowJs;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.Verification;

/// <summary>Which weight of a plan a stored tensor is, whatever format it comes from.</summary>
/// <remarks>
/// By the plan's own name; by the place in a Keras 3 file, such as <c>layers/dense/vars/0</c>; by a path of Keras' or a
/// name of TensorFlow.js that only one weight has. In Keras' lists of layers and weights, by the layer and the number
/// among its weights, the trainable ones first: so Keras itself loads them (legacy_h5_format.py,
/// <c>_legacy_weights</c>).
/// </remarks>
internal sealed class StoredNames
{
    private readonly Dictionary<string, PlannedWeight> _byName;
    private readonly Dictionary<string, PlannedWeight> _byStore = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlannedWeight> _byPath;
    private readonly Dictionary<LayerPlace, PlannedWeight> _byPlace = [];
    private readonly Dictionary<string, string> _planned;
    private readonly bool _hasPlaces;
    private bool _isByStore;

    /// <summary>The names of a plan's weights, for the tensors of a file.</summary>
    public StoredNames(WeightPlan plan, IReadOnlyList<StoredTensor> tensors)
    {
        _hasPlaces = plan.Layers.Count > 0;
        _byName = plan.ToDictionary(static weight => weight.Name, StringComparer.Ordinal);
        foreach (PlannedWeight weight in plan)
        foreach (string path in weight.StorePaths)
            _byStore.TryAdd(path, weight);
        TensorFlowJsNames names = new(plan.Layers);
        _byPath = Unique(plan, static weight => weight.KerasPath);
        foreach ((string name, PlannedWeight weight) in Unique(plan, names.Of))
            _byPath.TryAdd(name, weight);
        ListPlaces(plan);
        _planned = InOrder(tensors);
    }

    /// <summary>The weight that a tensor is; null where the plan has none.</summary>
    public PlannedWeight? Find(StoredTensor tensor)
    {
        if (tensor.Place is { } place)
            return _byPlace.GetValueOrDefault(
                place with
                {
                    Layer = _planned.GetValueOrDefault(place.Layer, place.Layer),
                }
            );
        if (_byName.TryGetValue(tensor.Name, out PlannedWeight? named))
            return named;
        if (!_byStore.TryGetValue(tensor.Name, out PlannedWeight? stored))
            return _byPath.GetValueOrDefault(tensor.Name);
        _isByStore = true;
        return stored;
    }

    /// <summary>Whether Keras keeps a weight merged into others in files such as that of the tensors which were found:
    /// LoRA's, whose product begins as zero.</summary>
    public bool IsMerged(PlannedWeight weight) => _isByStore && _hasPlaces && weight.StorePaths.Count == 0;

    private static Dictionary<string, PlannedWeight> Unique(WeightPlan plan, Func<PlannedWeight, string> name) =>
        plan.GroupBy(name, StringComparer.Ordinal)
            .Where(static group => group.Key.Length > 0 && group.Count() == 1)
            .ToDictionary(static group => group.Key, static group => group.Single(), StringComparer.Ordinal);

    private void ListPlaces(WeightPlan plan)
    {
        // The layers of the model itself have a place of two parts, and all that is in them a longer one.
        Dictionary<string, string> layers = new(StringComparer.Ordinal);
        foreach (PlannedLayer layer in plan.Layers)
            if (TopOf(layer.StorePath) == layer.StorePath)
                layers.TryAdd(layer.StorePath, layer.Name);
        foreach (
            IGrouping<string, PlannedWeight> group in plan.Where(static weight => weight.StorePaths.Count > 0)
                .GroupBy(static weight => TopOf(weight.StorePaths[0]), StringComparer.Ordinal)
        )
            if (layers.TryGetValue(group.Key, out string? layer))
                foreach ((int index, PlannedWeight weight) in group.OrderBy(static weight => !weight.Trainable).Index())
                    _byPlace.TryAdd(new(layer, index), weight);
    }

    /// <summary>The plan's layer for each of the file's, in order, where their names differ and their numbers do not:
    /// names that Keras gives by counting depend on what a program made before.</summary>
    private Dictionary<string, string> InOrder(IReadOnlyList<StoredTensor> tensors)
    {
        string[] planned = [.. _byPlace.Keys.Select(static place => place.Layer).Distinct(StringComparer.Ordinal)];
        string[] found =
        [
            .. tensors
                .Where(static tensor => tensor.Place is not null)
                .Select(static tensor => tensor.Place!.Layer)
                .Distinct(StringComparer.Ordinal),
        ];
        return found.Length != planned.Length || found.All(planned.Contains)
            ? []
            : found.Zip(planned).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }

    private static string TopOf(string path)
    {
        string[] parts = path.Split('/', 3);
        return parts.Length < 2 ? path : $"{parts[0]}/{parts[1]}";
    }
}
