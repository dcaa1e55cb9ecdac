using System.Text.Json;
using Fanwise.Models;

namespace Fanwise.Rules;

/// <summary>A tensor without its values.</summary>
/// <param name="Name">As it stands in files.</param>
/// <param name="Shape">The lengths of the whole.</param>
/// <param name="ElementType">The type of its elements.</param>
public sealed record TensorSpec(string Name, Shape Shape, ElementType ElementType);

/// <summary>Reads names, shapes and element types.</summary>
public static class TensorSpecs
{
    /// <summary>The most bytes of a JSON file that is read.</summary>
    internal const long MaxJson = 256L << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>The tensors of a checkpoint, whose headers alone are read, or of a JSON map of
    /// <c>"name": ["bfloat16", [4096, 4096]]</c>.</summary>
    /// <param name="path">A safetensors file or folder, an index beside its shards, or the map (<c>.json</c>).</param>
    /// <exception cref="RuleException">The map is malformed.</exception>
    /// <exception cref="CheckpointException">The checkpoint is malformed or not complete.</exception>
    public static IReadOnlyList<TensorSpec> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (IsJson(path))
            return ReadMap(ReadJson(path), path);
        using CheckpointReader reader = CheckpointReader.Open(path);
        return
        [
            .. reader.Tensors.Select(tensor => new TensorSpec(tensor.Name, tensor.Shape, TypeOf(tensor.Type, path))),
        ];
    }

    /// <summary>Whether a file is such a map and not a configuration: every value is an array.</summary>
    /// <exception cref="RuleException">A JSON file is malformed.</exception>
    public static bool IsConfiguration(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return IsJson(path)
            && ReadJson(path) is { ValueKind: JsonValueKind.Object } root
            && root.EnumerateObject().Any(static member => member.Value.ValueKind != JsonValueKind.Array);
    }

    /// <summary>A JSON file.</summary>
    internal static JsonElement ReadJson(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxJson })
            throw new RuleException($"'{path}' must have at most {MaxJson} bytes; it has more.");
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), Options).RootElement;
        }
        catch (JsonException exception)
        {
            throw new RuleException(
                $"{path}:{exception.LineNumber + 1}:{exception.BytePositionInLine + 1}: this is no JSON.",
                exception
            );
        }
    }

    /// <summary>An element type by the names of PyTorch and NumPy: <c>torch.bfloat16</c>, <c>float32</c>.</summary>
    internal static ElementType TypeOf(string name, string place)
    {
        const string Torch = "torch.";
        string plain = name.StartsWith(Torch, StringComparison.Ordinal) ? name[Torch.Length..] : name;
        return ElementTypes.TryParse(plain, out ElementType type)
            ? type
            : throw new RuleException(
                $"{place}: an element type such as float32 or bfloat16 is needed; received '{name}'."
            );
    }

    private static bool IsJson(string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && !path.EndsWith(".safetensors.index.json", StringComparison.Ordinal);

    private static List<TensorSpec> ReadMap(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new RuleException($"{path}: shapes are a JSON object of names; received {root.ValueKind}.");
        List<TensorSpec> specs = [];
        foreach (JsonProperty member in root.EnumerateObject())
        {
            JsonElement value = member.Value;
            if (
                value.ValueKind != JsonValueKind.Array
                || value.GetArrayLength() != 2
                || value[0].ValueKind != JsonValueKind.String
                || value[1].ValueKind != JsonValueKind.Array
                || value[1].GetArrayLength() > Shape.MaxRank
            )
                throw new RuleException($"{path}: '{member.Name}' must be [\"type\", [lengths]]; it is not.");
            long[] lengths = new long[value[1].GetArrayLength()];
            for (int i = 0; i < lengths.Length; i++)
                if (value[1][i].ValueKind != JsonValueKind.Number || !value[1][i].TryGetInt64(out lengths[i]))
                    throw new RuleException(
                        $"{path}: the lengths of '{member.Name}' must be whole numbers; one is not."
                    );
            specs.Add(new(member.Name, Shape.Create(lengths), TypeOf(value[0].GetString()!, path)));
        }

        return specs;
    }
}
