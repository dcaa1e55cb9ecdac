using System.Text.Json;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>Reads a header's JSON in one pass, without a document tree, and refuses whatever two readers could
/// understand differently.</summary>
internal sealed class SafetensorsHeaderReader
{
    private const int MaxWarnings = 20,
        MaxQuoted = 100;
    private readonly string _path;
    private readonly List<SafetensorsEntry> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private bool _hasMetadata;

    private SafetensorsHeaderReader(string path) => _path = path;

    public IReadOnlyList<SafetensorsEntry> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Reads the JSON of a file that has <paramref name="dataLength"/> bytes after it.</summary>
    /// <exception cref="CheckpointException">It is not what the format allows.</exception>
    public static SafetensorsHeaderReader Read(ReadOnlySpan<byte> json, long dataLength, string path)
    {
        SafetensorsHeaderReader header = new(path);
        try
        {
            // comments and trailing commas are refused by default
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 4 });
            header.ReadObject(ref reader);
            if (reader.Read())
                throw header.Refuse("has more than one JSON value");
        }
        catch (JsonException exception)
        {
            throw header.Refuse(
                $"is not JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})",
                exception
            );
        }
        catch (InvalidOperationException exception)
        {
            // bad UTF-8, or an escaped half of a surrogate pair
            throw header.Refuse("has a string that is not valid Unicode", exception);
        }

        header.CheckOffsets(dataLength);
        return header;
    }

    private void ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Refuse("must be a JSON object");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (name == SafetensorsHeader.MetadataName)
                ReadMetadata(ref reader);
            else if (!_names.Add(name))
                throw Refuse($"has the tensor '{Short(name)}' twice");
            else
                ReadTensor(ref reader, name);
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_hasMetadata)
            throw Refuse("has '__metadata__' twice");
        _hasMetadata = true;
        switch (Next(ref reader))
        {
            case JsonTokenType.Null:
                Warn($"The header of '{_path}' has '__metadata__' without a value.");
                return;
            case JsonTokenType.StartObject:
                break;
            default:
                throw Refuse("must have an object of strings as '__metadata__'");
        }

        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            if (Next(ref reader) != JsonTokenType.String)
                throw Refuse($"must have a string as the metadata '{Short(key)}'");
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw Refuse($"has the metadata '{Short(key)}' twice");
        }
    }

    private void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        if (Next(ref reader) != JsonTokenType.StartObject)
            throw Refuse($"must have an object for the tensor '{Short(name)}'");
        SafetensorsType? type = null;
        long[]? shape = null,
            offsets = null;
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8))
            {
                if (type is not null)
                    throw Refuse($"has the dtype of '{Short(name)}' twice");
                if (Next(ref reader) != JsonTokenType.String)
                    throw Refuse($"must have a string as the dtype of '{Short(name)}'");
                string text = reader.GetString()!;
                type =
                    SafetensorsType.Find(text)
                    ?? throw Refuse($"has an unknown dtype for '{Short(name)}': '{Short(text)}'");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                if (shape is not null)
                    throw Refuse($"has the shape of '{Short(name)}' twice");
                shape = ReadNumbers(ref reader, name, "shape", Shape.MaxRank);
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                if (offsets is not null)
                    throw Refuse($"has the data_offsets of '{Short(name)}' twice");
                offsets = ReadNumbers(ref reader, name, "data_offsets", 2);
                if (offsets.Length != 2)
                    throw Refuse($"must have two data_offsets for '{Short(name)}'; received {offsets.Length}");
            }
            else
            {
                throw Refuse($"has an unknown field for '{Short(name)}': '{Short(reader.GetString()!)}'");
            }
        }

        if (type is null || shape is null || offsets is null)
            throw Refuse($"must have dtype, shape and data_offsets for '{Short(name)}'");
        _tensors.Add(new(name, type, CheckSize(name, type, shape, offsets), offsets[0], offsets[1]));
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            Warn($"'{_path}' has a tensor whose name is empty or has a NUL: '{Short(name)}'.");
        if (offsets[1] > offsets[0] && offsets[0] % ((type.Bits + 7) / 8) != 0)
            Warn($"The tensor '{Short(name)}' of '{_path}' is not aligned to its elements: it begins at {offsets[0]}.");
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string field, int most)
    {
        if (Next(ref reader) != JsonTokenType.StartArray)
            throw Refuse($"must have an array as the {field} of '{Short(name)}'");
        Span<long> numbers = stackalloc long[Shape.MaxRank];
        int count = 0;
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            // TryGetUInt64 takes digits only: no sign, point or exponent.
            if (
                reader.TokenType != JsonTokenType.Number
                || !reader.TryGetUInt64(out ulong number)
                || number > long.MaxValue
            )
                throw Refuse($"must have whole numbers from 0 to 2^63 - 1 in the {field} of '{Short(name)}'");
            if (count == most)
                throw Refuse($"must have at most {most} numbers in the {field} of '{Short(name)}'");
            numbers[count++] = (long)number;
        }

        return numbers[..count].ToArray();
    }

    private Shape CheckSize(string name, SafetensorsType type, long[] lengths, long[] offsets)
    {
        // The product of the lengths that are not zero must not overflow either: a reader that multiplies them first
        // would be misled.
        UInt128 bits = (UInt128)type.Bits;
        bool empty = false;
        foreach (long length in lengths)
        {
            empty |= length == 0;
            bits *= (UInt128)Math.Max(1, length);
            if (bits > (UInt128)long.MaxValue)
                throw Refuse($"has a shape of 2^63 bits or more for '{Short(name)}'");
        }

        if (empty)
            bits = 0;
        if (bits % 8 != 0)
            throw Refuse($"has a part of a byte for '{Short(name)}': {bits} bits");
        if (offsets[1] < offsets[0] || (UInt128)(offsets[1] - offsets[0]) != bits / 8)
            throw Refuse(
                $"gives '{Short(name)}' the bytes {offsets[0]} to {offsets[1]}; its shape and dtype need {bits / 8}"
            );
        return Shape.Create(lengths);
    }

    private void CheckOffsets(long dataLength)
    {
        _tensors.Sort(
            static (left, right) =>
                left.Begin != right.Begin ? left.Begin.CompareTo(right.Begin) : left.End.CompareTo(right.End)
        );
        long end = 0;
        foreach (SafetensorsEntry tensor in _tensors)
        {
            if (tensor.Begin != end)
                throw Refuse(
                    $"{(tensor.Begin < end ? "lets tensors overlap" : "leaves a hole")}: "
                        + $"'{Short(tensor.Name)}' begins at {tensor.Begin}, the one before it "
                        + $"ends at {end}"
                );
            end = tensor.End;
        }

        if (end > dataLength)
            throw CheckpointException.Malformed(
                $"'{_path}' is cut short: its tensors have {end} bytes; {dataLength} are there."
            );
        if (end < dataLength)
            throw Refuse($"gives the tensors {end} bytes; {dataLength} are there");
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader)
    {
        reader.Read(); // throws at the end of the text, within an object or array
        return reader.TokenType;
    }

    private CheckpointException Refuse(string what, Exception? cause = null) =>
        CheckpointException.Malformed($"The header of '{_path}' {what}.", cause);

    private void Warn(string sentence)
    {
        if (_warnings.Count < MaxWarnings)
            _warnings.Add(sentence);
    }

    /// <summary>A file's text as a sentence can hold it: not long, and on one line.</summary>
    private static string Short(string text) =>
        string.Concat(text.Take(MaxQuoted).Select(static c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))
        + (text.Length > MaxQuoted ? "…" : "");
}
