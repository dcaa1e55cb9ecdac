using System.Buffers.Binary;
using System.Text;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.NumPy;

/// <summary>A <c>.npz</c> file: a zip archive of one stored <c>.npy</c> file per tensor, in the plan's order, as
/// <c>numpy.savez</c> writes it; sizes and offsets have 64 bits where they need them.</summary>
/// <remarks>Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3 to 4.5. All times are the first that zip can say, so equal
/// plans give equal files.</remarks>
internal static class NpzArchive
{
    private const string Ending = ".npy";
    private const ushort Version64 = 45,
        MadeOnUnix = 3 << 8,
        Utf8Names = 1 << 11,
        FirstDate = (0 << 9) | (1 << 5) | 1; // 1980-01-01
    private const uint Permissions = 0x81A40000; // a regular file, rw-r--r--
    private const int LocalExtra = 20,
        CentralExtra = 28;

    private sealed record Entry(byte[] Name, byte[] Header, PlannedWeight Weight, long Offset)
    {
        public long Size => Header.Length + Weight.Values.Bytes;

        public long DataOffset => Offset + ZipFormat.LocalSize + Name.Length + LocalExtra;
    }

    /// <summary>The archive of a plan's weights.</summary>
    /// <exception cref="CheckpointException">NumPy lacks an element type, or a name does not fit a zip
    /// archive.</exception>
    public static FileImage Image(WeightPlan plan)
    {
        List<Entry> entries = new(plan.Count);
        HashSet<string> names = new(StringComparer.Ordinal);
        long offset = 0;
        foreach (PlannedWeight weight in plan)
        {
            Entry entry = new(ArchiveNames.Bytes(weight.Name + Ending), NpyHeader.Bytes(weight), weight, offset);
            // As it is read back: what is no Unicode becomes one replacement character, on Windows '\' a slash.
            if (!names.Add(ArchiveNames.WithSlashes(Encoding.UTF8.GetString(entry.Name))))
                throw CheckpointException.Request(
                    $"The names in an archive must differ; received '{weight.Name}' twice."
                );
            entries.Add(entry);
            offset = checked(entry.DataOffset + entry.Size);
        }

        // NumPy answers to a member's name with and without its ending: 'a.npy' would give the array 'a'.
        foreach (Entry entry in entries)
            if (names.Contains(ArchiveNames.WithSlashes(Encoding.UTF8.GetString(entry.Name)) + Ending))
                throw CheckpointException.Request(
                    $"The names in an archive must differ also by '{Ending}'; received '{entry.Weight.Name}' with and "
                        + "without it."
                );

        int central = checked(entries.Sum(static entry => ZipFormat.CentralSize + entry.Name.Length + CentralExtra));
        return new(
            offset + central + 56 + 20 + 22,
            [
                .. entries.Select(static entry => new TensorPiece(
                    entry.Weight.Name,
                    entry.Weight.Values,
                    entry.DataOffset + entry.Header.Length
                )),
            ],
            checksums => Literals(entries, checksums, offset, central)
        );
    }

    private static IEnumerable<Literal> Literals(
        List<Entry> entries,
        IReadOnlyList<uint> checksums,
        long directory,
        int length
    )
    {
        Fields end = new(length + 98);
        for (int i = 0; i < entries.Count; i++)
        {
            Entry entry = entries[i];
            uint sum = Crc32.Combine(Crc32.Of(entry.Header), checksums[i], entry.Weight.Values.Bytes);
            Fields local = new(ZipFormat.LocalSize + entry.Name.Length + LocalExtra + entry.Header.Length);
            // NumPy forces the 64-bit form on every entry too: one form, whatever the size.
            local
                .U32(ZipFormat.LocalSignature)
                .U16(Version64)
                .U16(Utf8Names)
                .U16(0)
                .U16(0)
                .U16(FirstDate)
                .U32(sum)
                .U32(uint.MaxValue)
                .U32(uint.MaxValue)
                .U16(entry.Name.Length)
                .U16(LocalExtra)
                .Bytes(entry.Name)
                .U16(1)
                .U16(16)
                .U64(entry.Size)
                .U64(entry.Size)
                .Bytes(entry.Header);
            yield return new(entry.Offset, local.Written);
            end.U32(ZipFormat.CentralSignature)
                .U16(MadeOnUnix | Version64)
                .U16(Version64)
                .U16(Utf8Names)
                .U16(0)
                .U16(0)
                .U16(FirstDate)
                .U32(sum)
                .U32(uint.MaxValue)
                .U32(uint.MaxValue)
                .U16(entry.Name.Length)
                .U16(CentralExtra)
                .U16(0)
                .U16(0)
                .U16(0)
                .U32(Permissions)
                .U32(uint.MaxValue)
                .Bytes(entry.Name)
                .U16(1)
                .U16(24)
                .U64(entry.Size)
                .U64(entry.Size)
                .U64(entry.Offset);
        }

        ushort count = (ushort)Math.Min(entries.Count, ushort.MaxValue);
        end.U32(ZipFormat.End64Signature)
            .U64(44)
            .U16(MadeOnUnix | Version64)
            .U16(Version64)
            .U32(0)
            .U32(0)
            .U64(entries.Count)
            .U64(entries.Count)
            .U64(length)
            .U64(directory)
            .U32(ZipFormat.Locator64Signature)
            .U32(0)
            .U64(directory + length)
            .U32(1)
            .U32(ZipFormat.EndSignature)
            .U16(0)
            .U16(0)
            .U16(count)
            .U16(count)
            .U32((uint)length)
            .U32((uint)Math.Min(directory, uint.MaxValue))
            .U16(0);
        yield return new(directory, end.Written);
    }

    /// <summary>Little-endian numbers one after the other.</summary>
    private sealed class Fields(int length)
    {
        private readonly byte[] _bytes = new byte[length];
        private int _at;

        public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _at);

        public Fields U16(int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_at), (ushort)value);
            _at += 2;
            return this;
        }

        public Fields U32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_at), value);
            _at += 4;
            return this;
        }

        public Fields U64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_at), value);
            _at += 8;
            return this;
        }

        public Fields Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan(_at));
            _at += bytes.Length;
            return this;
        }
    }
}
