using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>What a safetensors file begins with, byte for byte as the reference writer makes it: length, JSON, spaces
/// up to a multiple of 8.</summary>
/// <remarks>
/// Tensors are sorted by type (see <see cref="SafetensorsType"/>) and then by the UTF-8 bytes of their names; metadata,
/// whose order the reference leaves to chance, by the UTF-8 bytes of the keys.
/// Source: huggingface/safetensors, <c>prepare</c> in tensor.rs; strings as serde_json writes them.
/// </remarks>
internal static class SafetensorsHeader
{
    /// <summary>The most bytes of JSON that readers accept.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The key of the header that is no tensor.</summary>
    internal const string MetadataName = "__metadata__";

    private static readonly SearchValues<byte> Escaped = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(static value => (byte)value),
        (byte)'"',
        (byte)'\\',
    ]);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file that holds these weights.</summary>
    /// <param name="weights">In any order; names must differ.</param>
    /// <param name="metadata">Strings about the file; none leaves the entry out.</param>
    /// <exception cref="CheckpointException">The header is longer than readers accept, or a name is empty, has a NUL or
    /// half a surrogate pair, or is <c>__metadata__</c>.</exception>
    public static FileImage Image(IEnumerable<PlannedWeight> weights, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(metadata);
        List<(byte[] Name, PlannedWeight Weight)> sorted =
        [
            .. weights.Select(static weight => (NameBytes(weight.Name), weight)),
        ];
        sorted.Sort(
            static (left, right) =>
            {
                int type =
                    SafetensorsType.RankOf(right.Weight.ElementType) - SafetensorsType.RankOf(left.Weight.ElementType);
                return type != 0 ? type : left.Name.AsSpan().SequenceCompareTo(right.Name);
            }
        );

        ArrayBufferWriter<byte> header = new(Math.Max(64, Math.Min(sorted.Count, MaxLength / 128) * 128));
        Put(header, [0, 0, 0, 0, 0, 0, 0, 0, (byte)'{']); // the length comes last
        WriteMetadata(header, metadata);
        long offset = 0;
        for (int i = 0; i < sorted.Count; i++)
        {
            (byte[] name, PlannedWeight weight) = sorted[i];
            if (i > 0 && name.AsSpan().SequenceEqual(sorted[i - 1].Name))
                throw CheckpointException.Request(
                    $"A file's tensors must have different names; received '{weight.Name}' twice."
                );
            long end = checked(offset + weight.Values.Bytes);
            Separate(header);
            PutString(header, name);
            Put(
                header,
                Encoding.ASCII.GetBytes(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $":{{\"dtype\":\"{SafetensorsType.Of(weight.ElementType).Name}\",\"shape\":["
                            + $"{string.Join(',', weight.Shape.Lengths.ToArray())}],\"data_offsets\":["
                            + $"{offset},{end}]}}"
                    )
                )
            );
            offset = end;
            if (header.WrittenCount - 8 >= MaxLength)
                throw CheckpointException.Request(
                    $"A safetensors header has at most {MaxLength} bytes; {sorted.Count} tensors need more: "
                        + "write them to several files."
                );
        }

        Put(header, "}"u8);
        int padding = -header.WrittenCount & 7;
        header.GetSpan(8)[..padding].Fill((byte)' ');
        header.Advance(padding);
        byte[] bytes = header.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8);

        List<TensorPiece> pieces = new(sorted.Count);
        long at = bytes.Length;
        foreach ((_, PlannedWeight weight) in sorted)
        {
            pieces.Add(new(weight.Name, weight.Values, at));
            at += weight.Values.Bytes;
        }

        return new(at, pieces, [new Literal(0, bytes)]);
    }

    private static void WriteMetadata(ArrayBufferWriter<byte> header, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return;
        List<(byte[] Key, byte[] Value)> sorted =
        [
            .. metadata.Select(static pair => (Encode(pair.Key, "metadata key"), Encode(pair.Value, "metadata value"))),
        ];
        sorted.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        PutString(header, Encoding.ASCII.GetBytes(MetadataName));
        Put(header, ":{"u8);
        foreach ((byte[] key, byte[] value) in sorted)
        {
            Separate(header);
            PutString(header, key);
            Put(header, ":"u8);
            PutString(header, value);
            if (header.WrittenCount - 8 + "}}".Length > MaxLength)
                throw CheckpointException.Request(
                    $"A safetensors header has at most {MaxLength} bytes; the metadata need more."
                );
        }

        Put(header, "}"u8);
    }

    private static byte[] NameBytes(string name)
    {
        if (name.Length == 0 || name == MetadataName || name.Contains('\0', StringComparison.Ordinal))
            throw CheckpointException.Request(
                $"A tensor's name must not be empty, '{MetadataName}' or contain a NUL; received "
                    + $"'{name.Replace("\0", "\\0", StringComparison.Ordinal)}'."
            );
        return Encode(name, "tensor's name");
    }

    private static byte[] Encode(string text, string what)
    {
        try
        {
            return Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw CheckpointException.Request(
                $"A {what} must be valid Unicode; received half a surrogate pair at character {exception.Index} "
                    + $"of '{text}'."
            );
        }
    }

    private static void Separate(ArrayBufferWriter<byte> header)
    {
        if (header.WrittenSpan[^1] != (byte)'{')
            Put(header, ","u8);
    }

    /// <summary>A string as serde_json writes it: UTF-8, with nothing escaped but quotes, backslashes and control
    /// characters.</summary>
    private static void PutString(ArrayBufferWriter<byte> header, ReadOnlySpan<byte> text)
    {
        Put(header, "\""u8);
        while (text.Length > 0)
        {
            int plain = text.IndexOfAny(Escaped);
            Put(header, plain < 0 ? text : text[..plain]);
            if (plain < 0)
                break;
            byte value = text[plain];
            int letter = "\"\\\b\f\n\r\t"u8.IndexOf(value);
            if (letter >= 0)
                Put(header, [(byte)'\\', "\"\\bfnrt"u8[letter]]);
            else
                Put(header, Encoding.ASCII.GetBytes($"\\u{value:x4}"));
            text = text[(plain + 1)..];
        }

        Put(header, "\""u8);
    }

    private static void Put(ArrayBufferWriter<byte> header, ReadOnlySpan<byte> bytes) => header.Write(bytes);
}
