using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.TensorFlowJs;

/// <summary>How TensorFlow.js calls a weight: by its layer, without the models around it, the directions of a
/// Bidirectional, and the variable.</summary>
/// <remarks>A cell and the layer inside of a TimeDistributed are not named. Source: the name scopes in tfjs-layers'
/// <c>build</c> and <c>apply</c>.</remarks>
internal sealed class TensorFlowJsNames(IReadOnlyList<PlannedLayer> layers)
{
    private readonly Dictionary<string, string> _names = layers.ToDictionary(
        static layer => layer.StorePath,
        static layer => layer.Name,
        StringComparer.Ordinal
    );

    /// <summary>The name in the manifest; the plan's own for a weight whose place in Keras' files is not
    /// known.</summary>
    public string Of(PlannedWeight weight)
    {
        // layers/inner/layers/bidirectional/forward_layer/cell/vars/0: the layer is the last of the pairs of `layers`
        // and a place.
        string[] places = weight.StorePaths is [string path, ..] ? path.Split('/') : [];
        int depth = 0;
        while (depth + 1 < places.Length && places[depth] == "layers")
            depth += 2;
        if (depth == 0 || !_names.TryGetValue(Place(depth), out string? name))
            return weight.Name;
        for (; depth < places.Length && places[depth] != "vars"; depth++)
            if (
                places[depth] is "forward_layer" or "backward_layer"
                && _names.TryGetValue(Place(depth + 1), out string? direction)
            )
                name += "/" + direction;
        // Keras 3 calls it kernel.
        bool depthwise =
            weight.LayerClass.StartsWith("DepthwiseConv", StringComparison.Ordinal) && weight.Variable == "kernel";
        return $"{name}/{(depthwise ? "depthwise_kernel" : weight.Variable)}";

        string Place(int length) => string.Join('/', places[..length]);
    }
}
