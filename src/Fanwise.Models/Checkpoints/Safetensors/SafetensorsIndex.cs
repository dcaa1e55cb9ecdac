using System.Globalization;
using System.Text;
using System.Text.Json;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>The table of a sharded checkpoint, <c>model.safetensors.index.json</c>: which tensor is in which
/// file.</summary>
public sealed class SafetensorsIndex
{
    private const long MaxLength = 1 << 28;

    private SafetensorsIndex(IReadOnlyDictionary<string, string> weightMap, IndexMetadata metadata)
    {
        WeightMap = weightMap;
        TotalSize = metadata.TotalSize;
        Identity = metadata.Identity;
    }

    /// <summary>What the index says that its files are of.</summary>
    internal FolderIdentity Identity { get; }

    /// <summary>The file of each tensor.</summary>
    public IReadOnlyDictionary<string, string> WeightMap { get; }

    /// <summary>The size of all tensors in bytes, where the index says it.</summary>
    public long? TotalSize { get; }

    /// <summary>The customary bytes: what Python's <c>json.dumps(index, indent=2, sort_keys=True)</c> gives, and a line
    /// feed.</summary>
    /// <param name="totalSize">The size of all tensors in bytes, without headers.</param>
    /// <param name="weightMap">Tensors and their files.</param>
    public static byte[] Write(long totalSize, IEnumerable<KeyValuePair<string, string>> weightMap) =>
        Write(totalSize, null, FolderIdentity.Unknown, weightMap);

    /// <summary>The same bytes with the folder's identity, and the number of parameters, among the metadata.</summary>
    internal static byte[] Write(
        long totalSize,
        Int128? parameters,
        FolderIdentity identity,
        IEnumerable<KeyValuePair<string, string>> weightMap
    )
    {
        // Python compares strings by code points, which is the order of their UTF-8 bytes.
        List<(byte[] Key, string Tensor, string File)> sorted =
        [
            .. weightMap.Select(static pair => (Encoding.UTF8.GetBytes(pair.Key), pair.Key, pair.Value)),
        ];
        sorted.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        StringBuilder text = new("{\n  \"metadata\": {\n");
        Put(ShardPlan.FolderKey, identity.Folder);
        Put(ShardPlan.DigestKey, identity.Plan);
        if (parameters is { } count)
            text.Append(CultureInfo.InvariantCulture, $"    \"total_parameters\": {count},\n");
        text.Append(CultureInfo.InvariantCulture, $"    \"total_size\": {totalSize}\n  }},\n  \"weight_map\": {{");
        for (int i = 0; i < sorted.Count; i++)
        {
            text.Append(i > 0 ? ",\n    " : "\n    ");
            PutString(text, sorted[i].Tensor);
            text.Append(": ");
            PutString(text, sorted[i].File);
        }

        return Encoding.ASCII.GetBytes(text.Append(sorted.Count > 0 ? "\n  }\n}\n" : "}\n}\n").ToString());

        void Put(string key, string value)
        {
            if (value.Length == 0)
                return;
            text.Append("    ");
            PutString(text, key);
            text.Append(": ");
            PutString(text, value);
            text.Append(",\n");
        }
    }

    /// <summary>Reads an index strictly.</summary>
    /// <exception cref="CheckpointException">The file cannot be read, is not an index, has a name twice, or names a
    /// file outside of its folder.</exception>
    public static SafetensorsIndex Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (FileSystem.IsSpecial(path))
                throw CheckpointException.Request($"'{path}' is neither a file nor a folder and cannot be read.");
            long length = new FileInfo(path).Length;
            if (length > MaxLength)
                throw CheckpointException.Malformed($"An index has at most {MaxLength} bytes; '{path}' has {length}.");
            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    internal static SafetensorsIndex Read(ReadOnlySpan<byte> json, string path)
    {
        Dictionary<string, string>? map = null;
        HashSet<string> keys = new(StringComparer.Ordinal);
        IndexMetadata metadata = new(null, FolderIdentity.Unknown);
        try
        {
            Utf8JsonReader reader = new(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Refuse("must be a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                if (!keys.Add(key))
                    throw Refuse($"has '{key}' twice");
                reader.Read();
                if (key == "weight_map")
                    map = ReadMap(ref reader);
                else if (key == "metadata")
                    metadata = ReadMetadata(ref reader);
                else
                    reader.Skip();
            }

            if (reader.Read())
                throw Refuse("has more than one JSON value");
        }
        catch (JsonException exception)
        {
            throw Refuse($"is not JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            throw Refuse("has a string that is not valid Unicode");
        }

        return new(map ?? throw Refuse("must have a 'weight_map'"), metadata);

        Dictionary<string, string> ReadMap(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Refuse("must have an object as 'weight_map'");
            Dictionary<string, string> files = new(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string tensor = reader.GetString()!;
                reader.Read();
                string? file = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                if (file is null || !IsSafeFileName(file))
                    throw Refuse(
                        $"must name a .safetensors file of its own folder for '{tensor}'; received "
                            + $"{(file is null ? "no string" : $"'{file}'")}"
                    );
                if (!files.TryAdd(tensor, file))
                    throw Refuse($"has the tensor '{tensor}' twice");
            }

            return files;
        }

        IndexMetadata ReadMetadata(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Refuse("must have an object as 'metadata'");
            long? size = null;
            Dictionary<string, string> texts = new(StringComparer.Ordinal);
            HashSet<string> names = new(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (!names.Add(name))
                    throw Refuse($"has '{name}' twice");
                reader.Read();
                if (name is ShardPlan.DigestKey or ShardPlan.FolderKey && reader.TokenType == JsonTokenType.String)
                    texts[name] = reader.GetString()!;
                else if (name != "total_size")
                    reader.Skip();
                else if (reader.TokenType == JsonTokenType.Number && WholeNumber(ref reader) is { } value)
                    size = value;
                else
                    throw Refuse("must have a whole number as 'total_size'");
            }

            return new(size, FolderIdentity.Of(texts));
        }

        CheckpointException Refuse(string what) => CheckpointException.Malformed($"The index '{path}' {what}.");
    }

    /// <summary>A number from 0 on; some writers count bytes in floating numbers, and put 4.0 for 4.</summary>
    private static long? WholeNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out long integer))
            return integer >= 0 ? integer : null;
        return reader.TryGetDouble(out double value) && value >= 0 && value < 1L << 53 && Math.Floor(value) == value
            ? (long)value
            : null;
    }

    private readonly record struct IndexMetadata(long? TotalSize, FolderIdentity Identity);

    /// <summary>Whether a file's name stays within the folder, on every system, and is no hidden file.</summary>
    /// <remarks>Letters, digits, '_', '-' and, not first, '.'.</remarks>
    internal static bool IsSafeFileName(string name)
    {
        const string ending = ".safetensors";
        return name.Length > ending.Length
            && name.EndsWith(ending, StringComparison.Ordinal)
            && name[0] != '.'
            && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
    }

    /// <summary>A string as Python's json writes it: ASCII, UTF-16 units as \u escapes.</summary>
    private static void PutString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            int letter = "\"\\\b\f\n\r\t".IndexOf(c, StringComparison.Ordinal);
            if (letter >= 0)
                text.Append('\\').Append("\"\\bfnrt"[letter]);
            else if (c is < ' ' or > '~')
                text.Append($"\\u{(int)c:x4}");
            else
                text.Append(c);
        }

        text.Append('"');
    }
}
