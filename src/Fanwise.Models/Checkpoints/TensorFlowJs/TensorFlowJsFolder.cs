using Fanwise.Models.Architectures;
using Fanwise.Models.Configurations;
using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Checkpoints.TensorFlowJs;

/// <summary>Reads the weights of a folder for TensorFlow.js: those that the manifest of <c>model.json</c> lists, one
/// after the other in the shards that it names.</summary>
/// <remarks>Source: tfjs-core's io/io_utils.ts, <c>decodeWeights</c>.</remarks>
internal static class TensorFlowJsFolder
{
    private const int LongestModel = 512 << 20;

    /// <summary>The tensors of a folder, and its model.</summary>
    public static StoredCheckpoint Read(string path)
    {
        string file = Path.Combine(path, TensorFlowJsModel.ModelName);
        byte[] text;
        using (FileSource source = FileSource.Open(file))
        {
            if (source.Length > LongestModel)
                throw Malformed(file, $"it must have at most {LongestModel >> 20} MiB; it has {source.Length} bytes");
            text = new byte[source.Length];
            source.Read(0, text);
        }

        List<ByteSource> sources = [FileSource.Closed(file, text.Length)];
        List<StoredTensor> tensors = [];
        try
        {
            JsonValue json = ModelJson.Read(text);
            if (json["weightsManifest"] is not { IsArray: true } manifest)
                throw Malformed(file, "it must have a weightsManifest, a list of groups");
            foreach (JsonValue group in manifest.Items)
                ReadGroup(path, file, group, sources, tensors);
            return new(sources, tensors) { Model = () => ArchitectureReader.ReadText(text) };
        }
        catch (ModelException error)
        {
            throw Malformed(file, error.Message.TrimEnd('.'));
        }
        finally
        {
            sources.ForEach(static source => source.Release());
        }
    }

    private static void ReadGroup(
        string folder,
        string file,
        JsonValue group,
        List<ByteSource> sources,
        List<StoredTensor> tensors
    )
    {
        if (group["paths"] is not { IsArray: true } paths || group["weights"] is not { IsArray: true } weights)
            throw Malformed(file, "a group of its weightsManifest must have paths and weights");
        List<ByteSource> shards = [];
        foreach (JsonValue item in paths.Items)
        {
            if (item.AsString is not { Length: > 0 } name || name is "." or ".." || name.AsSpan().ContainsAny("/\\:\0"))
                throw Malformed(file, $"its paths must be names of files beside it; received {item}");
            string shard = Path.Combine(folder, name);
            if (!File.Exists(shard))
                throw new CheckpointException(
                    FanwiseError.InputOutput,
                    $"The checkpoint is not complete: '{shard}' is missing, which {TensorFlowJsModel.ModelName} names."
                );
            shards.Add(FileSource.Open(shard));
        }

        sources.AddRange(shards);
        JoinedSource joined = new(file, shards);
        long offset = 0;
        foreach (JsonValue weight in weights.Items)
            tensors.Add(Tensor(file, weight, joined, ref offset));
        if (offset != joined.Length)
            throw Malformed(file, $"its files must have the {offset} bytes of its weights; they have {joined.Length}");
    }

    private static StoredTensor Tensor(string file, JsonValue weight, JoinedSource source, ref long offset)
    {
        if (
            weight["name"]?.AsString is not { } name
            || weight["shape"] is not { IsArray: true } lengths
            || weight["dtype"]?.AsString is not { } type
        )
            throw Malformed(file, $"a weight must have name, shape and dtype; received {weight}");
        string quantized = weight["quantization"]?["dtype"]?.AsString ?? type;
        SafetensorsType stored =
            TypeOf(quantized) ?? throw Malformed(file, $"a weight must have a type of numbers; received {quantized}");
        long[] numbers =
        [
            .. lengths
                .Items.ToArray()
                .Select(item =>
                    item.AsInteger ?? throw Malformed(file, $"a shape must have whole numbers; received {item}")
                ),
        ];
        if (!StoredShape.TryCreate(numbers, stored.Bits / 8, out Shape shape, out long bytes))
            throw Malformed(file, $"a weight must have fewer than 2^63 bytes; received {lengths}");
        if (bytes > source.Length - offset)
            throw Malformed(file, $"its files must have the bytes of '{JsonValue.Printable(name)}'; they end before");
        StoredTensor tensor =
            quantized == type
                ? StoredTensor.Of(name, shape, stored, type, source, offset)
                : StoredTensor.Of(name, shape, null, $"{type} quantized to {quantized}", null, 0);
        offset += bytes;
        return tensor;
    }

    private static SafetensorsType? TypeOf(string name) =>
        name switch
        {
            "float32" => SafetensorsType.Of(ElementType.Float32),
            "float16" => SafetensorsType.Of(ElementType.Float16),
            "int32" => SafetensorsType.Of(ElementType.Int32),
            "bool" => SafetensorsType.Of(ElementType.Bool),
            "uint8" => SafetensorsType.Find("U8"),
            "uint16" => SafetensorsType.Find("U16"),
            _ => null,
        };

    private static CheckpointException Malformed(string file, string why) =>
        CheckpointException.Malformed($"'{file}' is no model of TensorFlow.js that can be read: {why}.");
}
