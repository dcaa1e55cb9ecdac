using System.Buffers.Binary;
using System.Text;
using Fanwise.Python;

namespace Fanwise.Models.Files;

/// <summary>An entry of a zip archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">How it is packed.</param>
/// <param name="Checksum">The CRC-32 of its bytes.</param>
/// <param name="PackedSize">How many bytes it takes in the archive.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Offset">Where the archive has its local header.</param>
internal sealed record ZipMember(string Name, int Method, uint Checksum, long PackedSize, long Size, long Offset);

/// <summary>The table of a zip archive and the bytes of its entries, where they lie: large entries are read in place,
/// which the system's own reader does not offer.</summary>
/// <remarks>Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3 to 4.5.</remarks>
internal sealed class ZipMembers
{
    private const int LongestComment = ushort.MaxValue,
        Encrypted = 1;
    private readonly ByteSource _source;

    private ZipMembers(ByteSource source, List<ZipMember> members) => (_source, Members) = (source, members);

    /// <summary>The entries in the table's order.</summary>
    public IReadOnlyList<ZipMember> Members { get; }

    /// <summary>The entry of this name; null where there is none.</summary>
    public ZipMember? Find(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>Reads an archive's table.</summary>
    /// <exception cref="CheckpointException">It is damaged, cut or encrypted.</exception>
    public static ZipMembers Read(ByteSource source)
    {
        (long offset, long length, long count) = FindTable(source);
        if (length > Array.MaxLength)
            throw Malformed(source, "its table must have fewer than 2^31 bytes");
        byte[] table = new byte[length];
        source.Read(offset, table);
        List<ZipMember> members = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (ReadOnlySpan<byte> rest = table; rest.Length > 0; )
        {
            ZipMember member = ReadEntry(source, ref rest);
            if (!names.Add(member.Name))
                throw Malformed(source, $"names must differ; '{JsonValue.Printable(member.Name)}' is there twice");
            members.Add(member);
        }

        return members.Count == count
            ? new(source, members)
            : throw Malformed(source, $"its table must have {count} entries; it has {members.Count}");
    }

    /// <summary>The bytes of an entry, unpacked.</summary>
    /// <exception cref="CheckpointException">It does not lie in the archive, or is packed by what is not
    /// read.</exception>
    public ByteSource Open(ZipMember member)
    {
        Span<byte> head = stackalloc byte[ZipFormat.LocalSize];
        if (member.Offset < 0 || member.Offset > _source.Length - head.Length)
            throw Malformed(_source, $"'{JsonValue.Printable(member.Name)}' must lie within it");
        _source.Read(member.Offset, head);
        int nameLength = U16(head, 26);
        byte[] name = new byte[nameLength];
        if (U32(head, 0) != ZipFormat.LocalSignature || nameLength > _source.Length - member.Offset - head.Length)
            throw Malformed(_source, $"'{JsonValue.Printable(member.Name)}' must begin with a header; it does not");
        _source.Read(member.Offset + head.Length, name);
        const int HasDescriptor = 8;
        if (
            Encoding.UTF8.GetString(name) != member.Name
            || U16(head, 8) != member.Method
            || ((U16(head, 6) & HasDescriptor) == 0 && U32(head, 14) != member.Checksum)
            || (U16(head, 6) & Encrypted) != 0
        )
            throw Malformed(
                _source,
                $"the headers of '{JsonValue.Printable(member.Name)}' must say the same; they differ"
            );
        long data = member.Offset + head.Length + nameLength + U16(head, 28);
        if (member.PackedSize < 0 || data > _source.Length - member.PackedSize)
            throw Malformed(_source, $"'{JsonValue.Printable(member.Name)}' must lie within it");
        return member.Method switch
        {
            ZipFormat.Stored when member.Size == member.PackedSize => new StoredMember(_source, member, data),
            ZipFormat.Deflated => new DeflatedMember(_source, member, data),
            _ => throw Malformed(
                _source,
                $"'{JsonValue.Printable(member.Name)}' must be stored or deflated; received method {member.Method}"
            ),
        };
    }

    /// <summary>The error of an archive that is not what the format allows.</summary>
    public static CheckpointException Malformed(ByteSource source, string why) =>
        CheckpointException.Malformed($"'{source.Name}' is a damaged zip archive: {why}.");

    private static (long Offset, long Length, long Count) FindTable(ByteSource source)
    {
        int tailLength = (int)Math.Min(source.Length, ZipFormat.EndSize + LongestComment);
        byte[] tail = new byte[tailLength];
        source.Read(source.Length - tailLength, tail);
        for (int at = tailLength - ZipFormat.EndSize; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (U32(end, 0) != ZipFormat.EndSignature || U16(end, 20) != end.Length - ZipFormat.EndSize)
                continue;
            long place = source.Length - tailLength + at;
            (long offset, long length, long count) = (U32(end, 16), U32(end, 12), U16(end, 10));
            if (Locator(source, place) is { } place64)
            {
                Span<byte> end64 = stackalloc byte[ZipFormat.End64Size];
                source.Read(place64, end64);
                if (U32(end64, 0) != ZipFormat.End64Signature)
                    throw Malformed(source, "its last table must be where it says");
                offset = I64(end64, 48);
                length = I64(end64, 40);
                count = I64(end64, 32);
                place = place64;
            }

            return offset >= 0 && length >= 0 && offset <= place - length && offset + length == place
                ? (offset, length, count)
                : throw Malformed(source, "its table must end where its last one begins");
        }

        throw CheckpointException.Malformed($"'{source.Name}' is cut short: as a zip archive it must end in a table.");
    }

    private static long? Locator(ByteSource source, long end)
    {
        if (end < ZipFormat.Locator64Size)
            return null;
        Span<byte> locator = stackalloc byte[ZipFormat.Locator64Size];
        source.Read(end - locator.Length, locator);
        if (U32(locator, 0) != ZipFormat.Locator64Signature)
            return null;
        long place = I64(locator, 8);
        return place >= 0 && place <= end - ZipFormat.Locator64Size - ZipFormat.End64Size
            ? place
            : throw Malformed(source, "its last table must lie within it");
    }

    private static ZipMember ReadEntry(ByteSource source, ref ReadOnlySpan<byte> table)
    {
        if (table.Length < ZipFormat.CentralSize || U32(table, 0) != ZipFormat.CentralSignature)
            throw Malformed(source, "its table must be one of entries");
        int nameLength = U16(table, 28),
            extraLength = U16(table, 30),
            commentLength = U16(table, 32);
        int whole = ZipFormat.CentralSize + nameLength + extraLength + commentLength;
        if (whole > table.Length)
            throw Malformed(source, "its table ends within an entry");
        if ((U16(table, 8) & Encrypted) != 0)
            throw Malformed(source, "its entries must not be encrypted");
        string name = Encoding.UTF8.GetString(table.Slice(ZipFormat.CentralSize, nameLength));
        long packed = U32(table, 20),
            size = U32(table, 24),
            offset = U32(table, 42);
        const int Numbers64 = 1;
        for (
            ReadOnlySpan<byte> extra = table.Slice(ZipFormat.CentralSize + nameLength, extraLength);
            extra.Length >= 4;
            extra = extra[Math.Min(extra.Length, 4 + U16(extra, 2))..]
        )
        {
            if (U16(extra, 0) != Numbers64)
                continue;
            ReadOnlySpan<byte> numbers = extra.Slice(4, Math.Min(U16(extra, 2), extra.Length - 4));
            size = Widened(size, ref numbers);
            packed = Widened(packed, ref numbers);
            offset = Widened(offset, ref numbers);
        }

        ZipMember member = new(name, U16(table, 10), U32(table, 16), packed, size, offset);
        table = table[whole..];
        return member;
    }

    /// <summary>A number of 32 bits that is full stands in the extra field, as 64.</summary>
    private static long Widened(long number, ref ReadOnlySpan<byte> numbers)
    {
        if (number != uint.MaxValue || numbers.Length < 8)
            return number;
        number = I64(numbers, 0);
        numbers = numbers[8..];
        return number;
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
