namespace Fanwise.Models.Architectures;

/// <summary>The <c>model.json</c> of TensorFlow.js: a topology of Keras 2's or Keras 3's making, or of its own, and a
/// list of the weights.</summary>
internal static class TensorFlowJs
{
    /// <summary>The architecture of a <c>model.json</c>.</summary>
    /// <exception cref="ModelException">It is a graph model, which has no layers, or no model.</exception>
    public static Architecture Read(JsonValue file)
    {
        JsonValue topology = file["modelTopology"]!;
        if (
            file["format"]?.AsString == "graph-model"
            || topology["node"] is not null
            || topology["versions"] is not null
        )
            throw new ModelException(
                "A graph model of TensorFlow.js has operations instead of layers, and no initializers: give a "
                    + "layers model (\"format\": \"layers-model\")."
            );
        return ReadTopology(topology, Manifest(file["weightsManifest"]));
    }

    /// <summary>The architecture of a topology: the converter's form (<c>model_config</c>) or TensorFlow.js' own
    /// (<c>class_name</c>, <c>config</c>).</summary>
    public static Architecture ReadTopology(JsonValue topology, IReadOnlyList<ManifestWeight> manifest)
    {
        JsonValue model = topology["model_config"] ?? topology;
        if (!model.IsObject || model["class_name"]?.AsString is null || model["config"] is null)
            throw new ModelException(
                $"A \"modelTopology\" must have a model_config, or class_name and config; received {topology}."
            );
        if (topology["keras_version"] is { } version && model["keras_version"] is null)
            model = model.With("keras_version", version);
        // The converter also writes models of Keras 3 into this form; TensorFlow.js cannot load those.
        bool loads = model["keras_version"]?.AsString?.StartsWith('3') != true;
        return Keras2.Rewrite(model, ModelForm.TensorFlowJs) with
        {
            Manifest = manifest,
            KerasVersion = model["keras_version"]?.AsString,
            Topology = loads ? topology : null,
        };
    }

    private static List<ManifestWeight> Manifest(JsonValue? manifest)
    {
        List<ManifestWeight> weights = [];
        if (manifest is null or { IsNull: true })
            return weights;
        if (!manifest.IsArray)
            throw Wrong(manifest);
        foreach (JsonValue group in manifest.Items)
        {
            if (group["weights"] is not { IsArray: true } listed)
                throw Wrong(group);
            foreach (JsonValue weight in listed.Items)
            {
                if (weight["name"]?.AsString is not { } name || weight["shape"] is not { IsArray: true } shape)
                    throw Wrong(weight);
                weights.Add(
                    new(
                        name,
                        [.. shape.Items.ToArray().Select(item => item.AsInteger ?? throw Wrong(weight))],
                        weight["dtype"]?.AsString ?? "float32"
                    )
                );
            }
        }

        return weights;

        static ModelException Wrong(JsonValue value) =>
            new(
                "A \"weightsManifest\" must be a list of groups with weights, each with name and shape; "
                    + $"received {value}."
            );
    }
}
