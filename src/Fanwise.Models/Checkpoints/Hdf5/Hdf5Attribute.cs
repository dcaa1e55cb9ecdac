using System.Buffers.Binary;
using System.Text;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>A named value of a group or dataset, of which strings are read.</summary>
internal sealed class Hdf5Attribute
{
    private const int ReferenceSize = 16;
    private readonly Hdf5Bytes _file;
    private readonly Hdf5Heaps _heaps;
    private readonly Hdf5StoredType _type;
    private readonly long[] _lengths;
    private readonly ReadOnlyMemory<byte> _data;

    private Hdf5Attribute(
        Hdf5Bytes file,
        Hdf5Heaps heaps,
        string name,
        Hdf5StoredType type,
        long[] lengths,
        ReadOnlyMemory<byte> data
    )
    {
        _file = file;
        _heaps = heaps;
        _type = type;
        _lengths = lengths;
        _data = data;
        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The attribute of a message.</summary>
    /// <remarks>Source: HDF5 File Format Specification 3.0, IV.A.2.m.</remarks>
    public static Hdf5Attribute Read(Hdf5Bytes file, Hdf5Heaps heaps, ReadOnlyMemory<byte> message)
    {
        const string What = "an attribute";
        Hdf5Cursor cursor = new(file, message, What);
        int version = cursor.U8(),
            flags = cursor.U8();
        if (version is < 1 or > 3)
            throw file.Malformed($"an attribute must have version 1 to 3; received {version}");
        if (version > 1 && flags != 0)
            throw file.NotRead("types that attributes share");
        int nameLength = cursor.U16(),
            typeLength = cursor.U16(),
            spaceLength = cursor.U16();
        cursor.Skip(version == 3 ? 1 : 0);
        string name = new Hdf5Cursor(file, Part(nameLength), What).Text();
        Hdf5StoredType type = Hdf5StoredType.Read(new(file, Part(typeLength), What));
        long[] lengths = Hdf5Messages.Lengths(file, new(file, Part(spaceLength), What));
        return new(file, heaps, name, type, lengths, cursor.Take(cursor.Left));

        ReadOnlyMemory<byte> Part(int length) =>
            cursor.Take(version == 1 ? Hdf5Format.Padded(length) : length)[..length];
    }

    /// <summary>The strings of it, one or a list, whatever its form; null where it holds none.</summary>
    /// <exception cref="CheckpointException">It is cut, or a string is not where it should be.</exception>
    public IReadOnlyList<string>? Strings()
    {
        bool isFixed = _type.Class == Hdf5Format.StringClass;
        if (!isFixed && !_type.IsVariableString)
            return _lengths.Contains(0) ? [] : null; // an empty list is written as numbers
        long size = isFixed ? _type.Size : ReferenceSize,
            count = _lengths.Contains(0) ? 0
            : size == 0 ? 1
            : LengthOf(size);
        string[] strings = new string[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> element = _data.Span.Slice((int)(i * size), (int)size);
            ReadOnlySpan<byte> text = isFixed ? element : Reference(element).Span;
            _file.Charge(text.Length);
            int end = text.IndexOf((byte)0);
            strings[i] = Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
        }

        return strings;
    }

    private long LengthOf(long size)
    {
        long count = 1;
        foreach (long length in _lengths)
            count = length <= _data.Length / size / count ? count * length : throw Cut();
        return count <= _data.Length / size ? count : throw Cut();

        CheckpointException Cut() => _file.Malformed($"the attribute '{Name}' must have all its strings; some lack");
    }

    private ReadOnlyMemory<byte> Reference(ReadOnlySpan<byte> element)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(element);
        if (length == 0)
            return default;
        ReadOnlyMemory<byte> text = _heaps.Find(
            BinaryPrimitives.ReadInt64LittleEndian(element[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(element[12..]),
            Name
        );
        return length <= text.Length
            ? text[..(int)length]
            : throw _file.Malformed(
                $"a string of '{Name}' must have the {length} bytes that it says; it has {text.Length}"
            );
    }
}

/// <summary>The global heaps of a file, each read once.</summary>
/// <remarks>Source: HDF5 File Format Specification 3.0, III.E.</remarks>
internal sealed class Hdf5Heaps(Hdf5Bytes file)
{
    private const int HeadSize = 16;
    private readonly Dictionary<long, Dictionary<int, ReadOnlyMemory<byte>>> _heaps = [];

    /// <summary>The bytes of an object.</summary>
    public ReadOnlyMemory<byte> Find(long address, int index, string what)
    {
        if (!_heaps.TryGetValue(address, out Dictionary<int, ReadOnlyMemory<byte>>? heap))
            _heaps[address] = heap = Read(address);
        return heap.TryGetValue(index, out ReadOnlyMemory<byte> bytes)
            ? bytes
            : throw file.Malformed($"a string of '{what}' must be in its heap; it is not there");
    }

    private Dictionary<int, ReadOnlyMemory<byte>> Read(long address)
    {
        const string What = "a heap of strings";
        Hdf5Cursor head = file.At(address, HeadSize, What);
        head.Expect(Hdf5Format.GlobalHeap);
        head.Skip(4);
        long length = head.U64();
        Hdf5Cursor cursor = file.At(address + HeadSize, length - HeadSize, What);
        Dictionary<int, ReadOnlyMemory<byte>> objects = [];
        while (cursor.Left >= HeadSize)
        {
            int index = cursor.U16();
            cursor.Skip(6);
            long size = cursor.U64();
            if (index == 0)
                break; // what is free
            objects[index] = cursor.Take(size);
            cursor.Skip(Math.Min(cursor.Left, Hdf5Format.Padded((int)size) - size));
        }

        return objects;
    }
}
