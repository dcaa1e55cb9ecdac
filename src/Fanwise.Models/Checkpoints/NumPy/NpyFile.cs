using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Checkpoints.NumPy;

/// <summary>Reads <c>.npy</c> files and the <c>.npz</c> archives of them.</summary>
/// <remarks>Source: numpy/lib/format.py, <c>_read_array_header</c>.</remarks>
internal static partial class NpyFile
{
    private const string Ending = ".npy";
    private const int LongestHeader = 10_000; // numpy.load's max_header_size

    /// <summary>The array of a <c>.npy</c> file, named by the file.</summary>
    public static StoredCheckpoint Read(ByteSource source) =>
        new([source], [Array(Path.GetFileNameWithoutExtension(source.Name), source)]);

    /// <summary>The arrays of a <c>.npz</c> archive, in the archive's order.</summary>
    public static StoredCheckpoint ReadArchive(ByteSource source)
    {
        ZipMembers zip = ZipMembers.Read(source);
        List<StoredTensor> tensors = [];
        foreach (ZipMember member in zip.Members)
        {
            if (!member.Name.EndsWith(Ending, StringComparison.Ordinal))
                throw ZipMembers.Malformed(
                    source,
                    $"as .npz it must hold .npy files alone; received '{JsonValue.Printable(member.Name)}'"
                );
            tensors.Add(Array(member.Name[..^Ending.Length], zip.Open(member)));
        }

        return new([source], tensors);
    }

    private static StoredTensor Array(string name, ByteSource source)
    {
        const int Before = 12; // magic, version, length: 10 bytes in version 1, 12 after it
        Span<byte> head = stackalloc byte[(int)Math.Min(Before, source.Length)];
        source.Read(0, head);
        if (head.Length < Before || !head.StartsWith(FileSignatures.NumPyArray))
            throw Malformed("begin as a .npy file does");
        bool isFirst = head[6] == 1;
        if (head[6] is < 1 or > 3 || head[7] != 0)
            throw Malformed($"have version 1.0 to 3.0; received {head[6]}.{head[7]}");
        int start = isFirst ? 10 : 12;
        long length = isFirst
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (length > LongestHeader || length > source.Length - start)
            throw Malformed($"have a header of at most {LongestHeader} bytes that lies in it; received {length}");
        byte[] header = new byte[length];
        source.Read(start, header);
        Match match = Header().Match(Encoding.UTF8.GetString(header));
        if (!match.Success)
            throw Malformed("have a header with descr, fortran_order and shape");
        string description = match.Groups["descr"].Value;
        SafetensorsType? type = TypeOf(description);
        bool isColumns = match.Groups["order"].Value == "True";
        long[] lengths =
        [
            .. match
                .Groups["shape"]
                .Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(number =>
                    long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed)
                        ? parsed
                        : throw Malformed($"have lengths less than 2^63; received {number}")
                ),
        ];
        if (!StoredShape.TryCreate(lengths, (type?.Bits ?? 8) / 8, out Shape shape, out long bytes))
            throw Malformed("have fewer than 2^63 bytes");
        if (type is not null && bytes != source.Length - start - length)
            throw Malformed($"have the {bytes} bytes of its shape {shape}; it has {source.Length - start - length}");
        return type is null || (isColumns && lengths.Count(static size => size != 1) > 1)
            ? StoredTensor.Of(name, shape, null, isColumns ? "columns first" : description, null, 0)
            : StoredTensor.Of(name, shape, type, description, source, start + length);

        CheckpointException Malformed(string rule) =>
            CheckpointException.Malformed(
                $"The array '{JsonValue.Printable(name)}' of '{source.Name}' is damaged: it must {rule}."
            );
    }

    /// <summary>The types of NumPy that are read: little-endian, or of one byte.</summary>
    private static SafetensorsType? TypeOf(string description) =>
        description switch
        {
            "<f4" => SafetensorsType.Of(ElementType.Float32),
            "<f8" => SafetensorsType.Of(ElementType.Float64),
            "<f2" => SafetensorsType.Of(ElementType.Float16),
            "|i1" => SafetensorsType.Of(ElementType.Int8),
            "<i4" => SafetensorsType.Of(ElementType.Int32),
            "<i8" => SafetensorsType.Of(ElementType.Int64),
            "|b1" => SafetensorsType.Of(ElementType.Bool),
            "|u1" => SafetensorsType.Find("U8"),
            "<i2" => SafetensorsType.Find("I16"),
            "<u2" => SafetensorsType.Find("U16"),
            "<u4" => SafetensorsType.Find("U32"),
            "<u8" => SafetensorsType.Find("U64"),
            _ => null,
        };

    [GeneratedRegex(
        """^\{'descr': '(?<descr>[^']{1,64})', 'fortran_order': (?<order>True|False), """
            + """'shape': \((?<shape>[0-9, ]*)\), \} *\n\z""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Header();
}
