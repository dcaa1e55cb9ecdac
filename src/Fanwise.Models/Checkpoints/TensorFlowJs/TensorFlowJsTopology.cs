using System.Text.Json;
using Fanwise.Python;

namespace Fanwise.Models.Checkpoints.TensorFlowJs;

/// <summary>Rewrites a Keras 2 model into what TensorFlow.js' layers accept, and refuses what they lack; weights and
/// results stay the same.</summary>
/// <remarks>Source: the classes that tfjs-layers 4.22 registers, and its constructors' checks.</remarks>
internal static class TensorFlowJsTopology
{
    /// <summary>Layers of Keras that TensorFlow.js does not have. A class that is in neither may be the user's own,
    /// registered in JavaScript.</summary>
    private static readonly HashSet<string> Missing = new(StringComparer.Ordinal)
    {
        "ActivityRegularization",
        "AdditiveAttention",
        "Attention",
        "Conv1DTranspose",
        "ConvLSTM1D",
        "ConvLSTM3D",
        "Cropping1D",
        "Cropping3D",
        "CuDNNGRU",
        "CuDNNLSTM",
        "DepthwiseConv1D",
        "Discretization",
        "EinsumDense",
        "GlobalAveragePooling3D",
        "GlobalMaxPooling3D",
        "GroupNormalization",
        "GroupQueryAttention",
        "Hashing",
        "IntegerLookup",
        "Lambda",
        "LocallyConnected1D",
        "LocallyConnected2D",
        "MultiHeadAttention",
        "Normalization",
        "SeparableConv1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "SpectralNormalization",
        "StringLookup",
        "Subtract",
        "TextVectorization",
        "UnitNormalization",
        "UpSampling1D",
        "UpSampling3D",
        "ZeroPadding1D",
        "ZeroPadding3D",
    };

    /// <summary>Names that TensorFlow.js spells otherwise.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["LecunNormal"] = "LeCunNormal",
        ["LecunUniform"] = "LeCunUniform",
    };

    /// <summary>Fields that Keras writes for a separable convolution and never uses; TensorFlow.js refuses
    /// them.</summary>
    private static readonly string[] UnusedBySeparable =
    [
        "kernel_initializer",
        "kernel_regularizer",
        "kernel_constraint",
    ];

    /// <summary>Writes the topology.</summary>
    /// <exception cref="CheckpointException">TensorFlow.js lacks a layer, or JavaScript a number.</exception>
    public static void Write(JsonValue value, Utf8JsonWriter json, params string[] without)
    {
        switch (value.Kind)
        {
            case JsonKind.Array:
                json.WriteStartArray();
                foreach (JsonValue item in value.Items)
                    Write(item, json);
                json.WriteEndArray();
                break;
            case JsonKind.Object:
                string name = value["class_name"]?.AsString ?? "";
                Check(name, value);
                json.WriteStartObject();
                foreach (JsonMember member in value.Members)
                {
                    if (without.Contains(member.Key, StringComparer.Ordinal))
                        continue;
                    json.WritePropertyName(member.Key);
                    if (member.Key == "class_name" && Renamed.TryGetValue(name, out string? renamed))
                        json.WriteStringValue(renamed);
                    else if (member.Key == "config" && name == "LayerNormalization" && value["module"] is null)
                        Write(LastAxis(member.Value), json);
                    else
                        Write(
                            member.Value,
                            json,
                            member.Key == "config" && name == "SeparableConv2D" ? UnusedBySeparable : []
                        );
                }

                json.WriteEndObject();
                break;
            case JsonKind.Number:
                if (value.AsNumber is not { } number || !double.IsFinite(number))
                    throw CheckpointException.Request(
                        $"A model for TensorFlow.js has finite numbers only; received {value}."
                    );
                json.WriteRawValue(value.NumberText!);
                break;
            case JsonKind.String:
                json.WriteStringValue(value.AsString);
                break;
            case JsonKind.Null:
                json.WriteNullValue();
                break;
            default:
                json.WriteBooleanValue(value.Kind == JsonKind.True);
                break;
        }
    }

    /// <summary>Several axes of a layer without a module: Keras 3 takes the last one, which is what the weights are
    /// for.</summary>
    private static JsonValue LastAxis(JsonValue config) =>
        config["axis"] is { IsArray: true, Items.Length: > 1 }
            ? config.With("axis", JsonValue.Array(JsonValue.Number(-1)))
            : config;

    private static void Check(string name, JsonValue layer)
    {
        JsonValue? config = layer["config"] is { IsObject: true } given ? given : null;
        string place = config?["name"]?.AsString is { } own ? $"'{own}'" : "one of the layers";
        if (config?["groups"]?.AsInteger is > 1)
            throw CheckpointException.Request(
                $"TensorFlow.js has no convolution in groups, which {place} is: write .weights.h5 or safetensors "
                    + "instead."
            );
        if (Missing.Contains(name))
            throw CheckpointException.Request(
                $"TensorFlow.js has no layer {name}, which {place} is: write .weights.h5 or safetensors instead."
            );
        if (name is "GRU" or "GRUCell" && config?["reset_after"]?.Kind == JsonKind.True)
            throw CheckpointException.Request(
                $"TensorFlow.js has no GRU with reset_after, which {place} has: write .weights.h5 or safetensors "
                    + "instead."
            );
    }
}
