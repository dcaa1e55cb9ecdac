using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.TensorFlowJs;

/// <summary>The folder that <c>tf.loadLayersModel</c> reads: <c>model.json</c> with topology and manifest, and the
/// weights one after the other, cut into shards of 4 MiB.</summary>
/// <remarks>Source: tfjs-converter's write_weights.py, and tfjs-layers' models.ts and container.ts.</remarks>
internal static class TensorFlowJsModel
{
    /// <summary>The file with topology and manifest.</summary>
    public const string ModelName = Architectures.TensorFlowJs.ModelName;

    /// <summary>Who wrote it, by what it says.</summary>
    public const string GeneratedBy = "Fanwise";

    private const long ShardSize = 4 << 20;
    private const string ShardPrefix = "group1-shard",
        ShardSuffix = ".bin";
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The files of a plan's weights and their names.</summary>
    /// <exception cref="CheckpointException">TensorFlow.js cannot read the model's form, or lacks an element
    /// type.</exception>
    public static IReadOnlyList<(FileImage Image, string Name)> Images(WeightPlan plan)
    {
        if (plan.Topology is null)
            throw CheckpointException.Request(
                "TensorFlow.js loads whole models in the form of Keras 2 or of its own; this one has the form of "
                    + "Keras 3, or parts of it are left out: write .weights.h5 or safetensors instead."
            );
        foreach (PlannedWeight weight in plan)
            _ = TypeName(weight);
        long total = plan.Bytes;
        int shards = checked((int)Math.Max(1, (total + ShardSize - 1) / ShardSize));
        List<TensorPiece>[] pieces = [.. Enumerable.Range(0, shards).Select(static _ => new List<TensorPiece>())];
        long at = 0;
        foreach (PlannedWeight weight in plan)
            for (long start = 0, end = weight.Values.Bytes; start < end; )
            {
                long offset = at % ShardSize,
                    length = Math.Min(end - start, ShardSize - offset);
                pieces[at / ShardSize].Add(new(weight.Name, weight.Values, offset, start, length));
                start += length;
                at += length;
            }

        string[] names =
        [
            .. Enumerable
                .Range(1, shards)
                .Select(shard =>
                    string.Create(CultureInfo.InvariantCulture, $"{ShardPrefix}{shard}of{shards}{ShardSuffix}")
                ),
        ];
        byte[] model = Model(plan, names);
        return
        [
            .. names.Select(
                (name, shard) =>
                    (new FileImage(Math.Min(ShardSize, total - shard * ShardSize), pieces[shard], []), name)
            ),
            (new FileImage(model.Length, [], [new Literal(0, model)]), ModelName),
        ];
    }

    /// <summary>Whether a file's name is one that such a folder holds.</summary>
    public static bool IsOurs(string name) =>
        name == ModelName
        || (
            name.StartsWith(ShardPrefix, StringComparison.Ordinal)
            && name.EndsWith(ShardSuffix, StringComparison.Ordinal)
        );

    private static byte[] Model(WeightPlan plan, string[] paths)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("format", "layers-model");
            json.WriteString("generatedBy", GeneratedBy);
            json.WriteNull("convertedBy");
            json.WritePropertyName("modelTopology");
            TensorFlowJsTopology.Write(plan.Topology!, json);
            json.WriteStartArray("weightsManifest");
            json.WriteStartObject();
            json.WriteStartArray("paths");
            foreach (string path in paths)
                json.WriteStringValue(path);
            json.WriteEndArray();
            json.WriteStartArray("weights");
            HashSet<string> seen = new(StringComparer.Ordinal);
            TensorFlowJsNames names = new(plan.Layers);
            foreach (PlannedWeight weight in plan)
            {
                string name = names.Of(weight);
                if (!seen.Add(name))
                    throw CheckpointException.Request(
                        $"TensorFlow.js finds weights by layer and variable; two of this model's are '{name}'."
                    );
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteStartArray("shape");
                foreach (long length in weight.Shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteString("dtype", TypeName(weight));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("userDefinedMetadata");
            foreach (
                (string key, string value) in plan.Metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            )
                json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string TypeName(PlannedWeight weight) =>
        weight.ElementType is ElementType.Float32 or ElementType.Int32 or ElementType.Bool
            ? weight.ElementType.Name()
            : throw CheckpointException.Request(
                $"TensorFlow.js cannot hold {weight.ElementType.Name()}, which '{weight.Name}' is: write "
                    + "safetensors or .weights.h5 instead."
            );
}
