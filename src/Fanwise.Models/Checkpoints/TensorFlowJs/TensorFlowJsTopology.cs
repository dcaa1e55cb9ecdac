using System.Text.Json;

namespace Fanwise.Models.Checkpoints.TensorFlowJs;

/// <summary>Rewrites a Keras 2 model into what TensorFlow.js' layers accept, and refuses what they lack; weights and results stay the same.</summary>
/// <remarks>Source: the classes that tfjs-layers 4.22 registers, and its constructors' checks.</remarks>
internal static class TensorFlowJsTopology
{
    /// <summary>Layers of Keras that TensorFlow.js does not have. A class that is in neither may be the user's own, registered in JavaScript.</summary>
    private static readonly HashSet<string> Missing = new(StringComparer.Ordinal)
    {
        "ActivityRegularization", "AdditiveAttention", "Attention", "Conv1DTranspose", "ConvLSTM1D", "ConvLSTM3D", "Cropping1D", "Cropping3D", "CuDNNGRU", "CuDNNLSTM", "DepthwiseConv1D",
        "Discretization", "EinsumDense", "GlobalAveragePooling3D", "GlobalMaxPooling3D", "GroupNormalization", "GroupQueryAttention", "Hashing", "IntegerLookup", "Lambda", "LocallyConnected1D",
        "LocallyConnected2D", "MultiHeadAttention", "Normalization", "SeparableConv1D", "SpatialDropout2D", "SpatialDropout3D", "SpectralNormalization", "StringLookup", "Subtract", "TextVectorization",
        "UnitNormalization", "UpSampling1D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding3D",
    };

    /// <summary>Names that TensorFlow.js spells otherwise.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal) { ["LecunNormal"] = "LeCunNormal", ["LecunUniform"] = "LeCunUniform" };

    /// <summary>Fields that Keras writes for a separable convolution and never uses; TensorFlow.js refuses them.</summary>
    private static readonly string[] UnusedBySeparable = ["kernel_initializer", "kernel_regularizer", "kernel_constraint"];

    /// <summary>Writes the topology.</summary>
    /// <exception cref="CheckpointException">TensorFlow.js lacks a layer.</exception>
    public static void Write(string topology, Utf8JsonWriter json)
    {
        using JsonDocument document = JsonDocument.Parse(topology, new JsonDocumentOptions { MaxDepth = 1000 });
        Write(document.RootElement, json, []);
    }

    private static void Write(JsonElement value, Utf8JsonWriter json, string[] without)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray()) Write(item, json, []);
                json.WriteEndArray();
                break;
            case JsonValueKind.Object:
                string? name = ClassName(value);
                if (name is not null) Check(name, value);
                json.WriteStartObject();
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    if (without.Contains(property.Name, StringComparer.Ordinal)) continue;
                    json.WritePropertyName(property.Name);
                    if (property.Name == "class_name" && name is not null && Renamed.TryGetValue(name, out string? renamed)) json.WriteStringValue(renamed);
                    else Write(property.Value, json, property.Name == "config" && name == "SeparableConv2D" ? UnusedBySeparable : []);
                }

                json.WriteEndObject();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static void Check(string name, JsonElement layer)
    {
        if (Missing.Contains(name)) throw CheckpointException.Request($"TensorFlow.js has no layer {name}, which {Place(layer)} is: write .weights.h5 or safetensors instead.");
        if (name is "GRU" or "GRUCell" && layer.TryGetProperty("config", out JsonElement config) && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty("reset_after", out JsonElement reset) && reset.ValueKind == JsonValueKind.True)
            throw CheckpointException.Request($"TensorFlow.js has no GRU with reset_after, which {Place(layer)} has: write .weights.h5 or safetensors instead.");
    }

    private static string? ClassName(JsonElement value) => value.TryGetProperty("class_name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    private static string Place(JsonElement layer) =>
        layer.TryGetProperty("config", out JsonElement config) && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("name", out JsonElement name) ? $"'{name}'" : "one of the layers";
}
