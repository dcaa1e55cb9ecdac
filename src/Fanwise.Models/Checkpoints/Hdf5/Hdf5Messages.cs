using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>Where a dataset's bytes are.</summary>
/// <param name="Class">Compact, contiguous or chunked.</param>
/// <param name="Address">The bytes, or the tree of chunks.</param>
/// <param name="Size">So many bytes are there; of chunks, 0.</param>
/// <param name="Compact">The bytes themselves, where the header has them.</param>
/// <param name="Chunk">The lengths of a chunk, and the size of an element.</param>
internal sealed record Hdf5Layout(
    int Class,
    long Address,
    long Size,
    ReadOnlyMemory<byte> Compact,
    IReadOnlyList<long> Chunk
);

/// <summary>A step that a chunk's bytes went through.</summary>
internal readonly record struct Hdf5Filter(int Number, IReadOnlyList<uint> Values);

/// <summary>Reads the messages of shapes, layouts and filters.</summary>
/// <remarks>Source: HDF5 File Format Specification 3.0, IV.A.2.b, i and l.</remarks>
internal static class Hdf5Messages
{
    private const int MaxRank = Shape.MaxRank;

    /// <summary>The lengths of a dataspace; none for a scalar, a single 0 for what has no elements at all.</summary>
    public static long[] Lengths(Hdf5Bytes file, Hdf5Cursor cursor)
    {
        const int Null = 2;
        int version = cursor.U8(),
            rank = cursor.U8();
        cursor.Skip(1);
        int kind = cursor.U8();
        if (version is not (1 or 2) || rank > MaxRank)
            throw file.Malformed(
                $"a shape must have version 1 or 2 and at most {MaxRank} lengths; received version {version}, {rank}"
            );
        if (version == 1)
            cursor.Skip(4);
        if (version == 2 && kind == Null)
            return [0];
        long[] lengths = new long[rank];
        for (int i = 0; i < rank; i++)
            lengths[i] = cursor.U64();
        return StoredShape.TryCreate(lengths, 1, out _, out _)
            ? lengths
            : throw file.Malformed("a shape must have lengths and a product of them less than 2^63; one has not");
    }

    /// <summary>Where a dataset's bytes are.</summary>
    public static Hdf5Layout Layout(Hdf5Bytes file, Hdf5Cursor cursor)
    {
        int version = cursor.U8();
        if (version is not (3 or 4))
            throw file.NotRead($"datasets in the layout of version {version}");
        int kind = cursor.U8();
        switch (kind)
        {
            case Hdf5Format.CompactLayout:
                ReadOnlyMemory<byte> bytes = cursor.Take(cursor.U16());
                return new(kind, 0, bytes.Length, bytes, []);
            case Hdf5Format.ContiguousLayout:
                return new(kind, cursor.U64(), cursor.U64(), default, []);
            case Hdf5Format.ChunkedLayout when version == 3:
                int rank = cursor.U8();
                long tree = cursor.U64();
                if (rank is 0 or > MaxRank + 1)
                    throw file.Malformed($"a chunk must have at most {MaxRank} lengths; received {rank - 1}");
                long[] chunk = new long[rank];
                for (int i = 0; i < rank; i++)
                    chunk[i] = cursor.U32();
                return new(kind, tree, 0, default, chunk);
            default:
                throw file.NotRead("datasets in a layout of the newest form (libver='latest')");
        }
    }

    /// <summary>The steps that chunks went through, in the order in which they were written.</summary>
    public static List<Hdf5Filter> Filters(Hdf5Cursor cursor)
    {
        const int FirstNamed = 256;
        int version = cursor.U8(),
            count = cursor.U8();
        cursor.Skip(version == 1 ? 6 : 0);
        List<Hdf5Filter> filters = [];
        for (int i = 0; i < count; i++)
        {
            int number = cursor.U16();
            int nameLength = version == 1 || number >= FirstNamed ? cursor.U16() : 0;
            cursor.Skip(2);
            int values = cursor.U16();
            cursor.Skip(version == 1 ? Hdf5Format.Padded(nameLength) : nameLength);
            uint[] numbers = new uint[values <= cursor.Left / 4 ? values : 0];
            for (int j = 0; j < values; j++)
                numbers[j] = j < numbers.Length ? cursor.U32() : ReadPast(cursor);
            cursor.Skip(version == 1 && values % 2 == 1 ? 4 : 0);
            filters.Add(new(number, numbers));
        }

        return filters;
    }

    /// <summary>Ends in the error of a field that is not there.</summary>
    private static uint ReadPast(Hdf5Cursor cursor)
    {
        cursor.Skip(cursor.Left);
        return cursor.U32();
    }
}
