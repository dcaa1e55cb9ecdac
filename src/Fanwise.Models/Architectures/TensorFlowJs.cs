using Fanwise.Models.Configurations;
using Fanwise.Models.Layers;
using Fanwise.Python;

namespace Fanwise.Models.Architectures;

/// <summary>The <c>model.json</c> of TensorFlow.js: a topology of Keras 2's or Keras 3's making, or of its own, and a
/// list of the weights.</summary>
internal static class TensorFlowJs
{
    /// <summary>The name that a folder's file has.</summary>
    public const string ModelName = "model.json";

    /// <summary>Keys of numbers, for which TensorFlow.js writes null where they are NaN.</summary>
    private static readonly string[] Numbers =
    [
        "rate",
        "stddev",
        "momentum",
        "epsilon",
        "alpha",
        "theta",
        "negative_slope",
        "threshold",
        "dropout",
        "recurrent_dropout",
    ];

    /// <summary>Keys whose values name tensors by the layers' own names.</summary>
    private static readonly string[] Tensors = ["inbound_nodes", "input_layers", "output_layers"];

    /// <summary>Keys whose values are words that TensorFlow.js takes in its own case as well.</summary>
    private static readonly string[] Words = ["data_format", "mode", "distribution", "merge_mode", "interpolation"];

    /// <summary>Keys by which TensorFlow.js knows an input's shape.</summary>
    private static readonly string[] ShapeKeys = ["batch_input_shape", "batchInputShape", "input_shape", "inputShape"];

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
        // The converter also writes models of Keras 3 into this form; TensorFlow.js loads those whose inputs somebody
        // has put into its own words.
        bool loads = model["keras_version"]?.AsString?.StartsWith('3') != true || IsInItsWords(model);
        List<string> notes = [];
        Architecture architecture = Keras2.Rewrite(Pythonic(model, notes), ModelForm.TensorFlowJs);
        return architecture with
        {
            Manifest = manifest,
            KerasVersion = model["keras_version"]?.AsString,
            Topology = loads ? topology : null,
            Notes = [.. architecture.Notes, .. notes.Distinct()],
        };
    }

    /// <summary>The same values with Python's keys: TensorFlow.js itself takes <c>batchInputShape</c> for
    /// <c>batch_input_shape</c>, and writes NaN as null.</summary>
    private static JsonValue Pythonic(JsonValue value, List<string> notes)
    {
        if (value.IsArray)
        {
            JsonValue[] items = [.. value.Items.ToArray().Select(item => Pythonic(item, notes))];
            return JsonValue.Array(items);
        }

        if (!value.IsObject)
            return value;
        List<JsonMember> members = new(value.Members.Length);
        foreach (JsonMember member in value.Members)
        {
            string key = IsCamel(member.Key) ? Names.Snake(member.Key) : member.Key;
            if (key != member.Key)
                notes.Add($"{member.Key} is read as {key}");
            if (member.Value.IsNull && Array.IndexOf(Numbers, key) >= 0)
            {
                notes.Add(
                    $"a null {key}, which is how TensorFlow.js writes NaN, is read as "
                        + $"{(key == "rate" ? "0" : "its default")}"
                );
                if (key == "rate")
                    members.Add(new(key, JsonValue.Number(0)));
                continue;
            }

            JsonValue inner = Array.IndexOf(Tensors, key) >= 0 ? member.Value : Pythonic(member.Value, notes);
            if (Array.IndexOf(Words, key) >= 0 && inner.AsString is { } word && IsCamel(word))
                inner = JsonValue.String(Names.Snake(word));
            if (!members.Exists(other => other.Key == key))
                members.Add(new(key, inner));
        }

        return JsonValue.Object([.. members]);
    }

    private static bool IsCamel(string key) =>
        key.Length > 0 && char.IsAsciiLetterLower(key[0]) && key.Any(char.IsAsciiLetterUpper) && !key.Contains('_');

    /// <summary>Whether inputs have the keys that TensorFlow.js knows, and calls are lists.</summary>
    private static bool IsInItsWords(JsonValue value)
    {
        if (
            value["class_name"]?.AsString == LayerNames.InputLayer
            && value["config"] is { } config
            && !Array.Exists(ShapeKeys, key => config[key] is not null)
        )
            return false;
        if (value["args"] is not null && value["kwargs"] is not null)
            return false;
        foreach (JsonValue item in value.Items)
            if (!IsInItsWords(item))
                return false;
        foreach (JsonMember member in value.Members)
            if (!IsInItsWords(member.Value))
                return false;
        return true;
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
