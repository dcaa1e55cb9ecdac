using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>An array of a file that is read.</summary>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Source">Where its bytes are; null where the type is none that is read.</param>
/// <param name="Offset">Where they begin there.</param>
internal sealed record Hdf5Array(Hdf5StoredType Type, Shape Shape, ByteSource? Source, long Offset);

/// <summary>A group or dataset of a file.</summary>
/// <param name="Path">Its names from the root on: <c>layers/dense/vars/0</c>; empty for the root.</param>
/// <param name="Attributes">Its attributes by name.</param>
/// <param name="Array">The array; null for a group.</param>
internal sealed record Hdf5Object(string Path, IReadOnlyDictionary<string, Hdf5Attribute> Attributes, Hdf5Array? Array)
{
    /// <summary>The strings of an attribute; null where there is none.</summary>
    public IReadOnlyList<string>? Strings(string name) => Attributes.GetValueOrDefault(name)?.Strings();
}

/// <summary>An HDF5 file that is read: what Keras writes by h5py in any of its versions, and what this library
/// writes.</summary>
/// <remarks>
/// Everything that the tables say is true of the file's length before anything is reserved for it, and no object is
/// followed twice: time and memory are linear in the file's size. Refused is what Keras' files do not have: links to
/// other files, groups of the newest form, filters beyond gzip.
/// Source: HDF5 File Format Specification 3.0 (superblock: II).
/// </remarks>
internal sealed class Hdf5File
{
    private const int MaxDepth = 64;
    private readonly Hdf5Bytes _file;
    private readonly Hdf5Heaps _heaps;
    private readonly List<Hdf5Object> _objects = [];
    private readonly HashSet<long> _groups = [];

    private Hdf5File(ByteSource source, bool rootAlone)
    {
        _file = new(source);
        _heaps = new(_file);
        long root = ReadSuperblock();
        Stack<(string Path, long Address, int Depth)> open = new([("", root, 0)]);
        while (open.TryPop(out (string Path, long Address, int Depth) next))
        {
            _file.Charge(next.Path.Length);
            List<Hdf5Message> header = Hdf5Header.Read(_file, next.Address);
            Dictionary<string, Hdf5Attribute> attributes = Attributes(header);
            if (rootAlone)
            {
                _objects.Add(new(next.Path, attributes, null));
                break;
            }

            if (Hdf5Links.Read(_file, header) is not { } links)
            {
                _objects.Add(new(next.Path, attributes, Array(next.Path, header, attributes)));
                continue;
            }

            if (!_groups.Add(next.Address) || next.Depth == MaxDepth)
                throw _file.Malformed($"the group '{JsonValue.Printable(next.Path)}' must not be within itself");
            _objects.Add(new(next.Path, attributes, null));
            for (int i = links.Count - 1; i >= 0; i--)
            {
                string path = next.Path.Length == 0 ? links[i].Name : $"{next.Path}/{links[i].Name}";
                _file.Charge(path.Length);
                open.Push((path, links[i].Address, next.Depth + 1));
            }
        }

        if (_objects is not [{ Array: null }, ..])
            throw _file.Malformed("its root must be a group");
        ByPath = _objects
            .DistinctBy(static found => found.Path, StringComparer.Ordinal)
            .ToDictionary(static found => found.Path, StringComparer.Ordinal);
        if (ByPath.Count < _objects.Count)
            throw _file.Malformed("the names in a group must differ");
    }

    /// <summary>Every group and dataset, from the root on, in the order of the file's names.</summary>
    public IReadOnlyList<Hdf5Object> Objects => _objects;

    /// <summary>The same by path.</summary>
    public IReadOnlyDictionary<string, Hdf5Object> ByPath { get; }

    /// <summary>The root group.</summary>
    public Hdf5Object Root => _objects[0];

    /// <summary>Reads the tables of a file; its datasets stay where they are.</summary>
    /// <exception cref="CheckpointException">The file is not what the format allows, or has what is not
    /// read.</exception>
    public static Hdf5File Read(ByteSource source) => new(source, rootAlone: false);

    /// <summary>Reads the root's attributes alone: a model's description needs none of the file's arrays.</summary>
    /// <exception cref="CheckpointException">The file is not what the format allows.</exception>
    public static Hdf5Object ReadRoot(ByteSource source) => new Hdf5File(source, rootAlone: true).Root;

    /// <summary>The error of a file that is not what Keras writes.</summary>
    public CheckpointException Malformed(string why) => _file.Malformed(why);

    private long ReadSuperblock()
    {
        const string What = "its first table";
        const int LongestSuperblock = 96;
        Hdf5Cursor cursor = _file.At(0, Math.Min(LongestSuperblock, _file.Source.Length), What);
        if (!cursor.Take(FileSignatures.Hdf5.Length).Span.SequenceEqual(FileSignatures.Hdf5))
            throw _file.Malformed("it must begin with the 8 bytes of the format's signature");
        int version = cursor.U8();
        if (version > 3)
            throw _file.Malformed($"it must have a superblock of version 0 to 3; received {version}");
        if (version < 2)
            Demand(cursor.U8() == 0 && cursor.U8() == 0 && cursor.U8() == 0 && cursor.U8() == 0);
        int addresses = cursor.U8(),
            lengths = cursor.U8();
        if (addresses != 8 || lengths != 8)
            throw _file.Malformed($"addresses and lengths must have 8 bytes; received {addresses} and {lengths}");
        cursor.Skip(version < 2 ? 1 + 2 + 2 + 4 : 1); // reserved, sizes of tree nodes, flags
        cursor.Skip(version == 1 ? 4 : 0);
        Demand(cursor.U64() == 0); // where the format's addresses begin
        cursor.Skip(8);
        if (version > 1)
        {
            DemandLength(cursor.U64());
            return cursor.U64();
        }

        DemandLength(cursor.U64());
        Demand(cursor.U64() == Hdf5Format.Undefined);
        Demand(cursor.U64() == 0); // the root's name, which is empty
        return cursor.U64();

        void Demand(bool isRight)
        {
            if (!isRight)
                throw _file.Malformed("its superblock must have the values that every writer gives it");
        }
    }

    private void DemandLength(long length)
    {
        if (length > _file.Source.Length)
            throw CheckpointException.Malformed(
                $"'{_file.Source.Name}' is cut short: as HDF5 it must have {length} bytes; it has "
                    + $"{_file.Source.Length}."
            );
        if (length != _file.Source.Length)
            throw _file.Malformed($"it must have the {length} bytes that it says; it has {_file.Source.Length}");
    }

    private Dictionary<string, Hdf5Attribute> Attributes(List<Hdf5Message> header)
    {
        const byte TracksOrder = 1;
        Dictionary<string, Hdf5Attribute> attributes = new(StringComparer.Ordinal);
        foreach (Hdf5Message message in header)
            if (message.Kind == Hdf5Format.Attribute)
            {
                Hdf5Attribute attribute = Hdf5Attribute.Read(_file, _heaps, message.Bytes);
                attributes[attribute.Name] = attribute;
            }
            else if (message.Kind == Hdf5Format.AttributeInfo)
            {
                Hdf5Cursor cursor = new(_file, message.Bytes, "an object's attributes");
                cursor.Skip(1);
                cursor.Skip((cursor.U8() & TracksOrder) != 0 ? 2 : 0);
                if (cursor.U64() != Hdf5Format.Undefined)
                    throw _file.NotRead("attributes of the newest form (libver='latest')");
            }

        return attributes;
    }

    private Hdf5Array Array(string path, List<Hdf5Message> header, Dictionary<string, Hdf5Attribute> attributes)
    {
        Hdf5StoredType? type = null;
        long[]? lengths = null;
        Hdf5Layout? layout = null;
        List<Hdf5Filter> filters = [];
        foreach (Hdf5Message message in header)
        {
            Hdf5Cursor cursor = new(_file, message.Bytes, $"the dataset '{JsonValue.Printable(path)}'");
            switch (message.Kind)
            {
                case Hdf5Format.Datatype:
                    type = Hdf5StoredType.Read(cursor);
                    break;
                case Hdf5Format.Dataspace:
                    lengths = Hdf5Messages.Lengths(_file, cursor);
                    break;
                case Hdf5Format.Layout:
                    layout = Hdf5Messages.Layout(_file, cursor);
                    break;
                case Hdf5Format.Filters:
                    filters = Hdf5Messages.Filters(cursor);
                    break;
                case Hdf5Format.ExternalFiles:
                    throw _file.NotRead("data in other files");
            }
        }

        if (type is null || lengths is null || layout is null)
            throw _file.Malformed(
                $"'{JsonValue.Printable(path)}' must be a group or a dataset with type, shape and place"
            );
        Shape shape = Shape.Create(lengths);
        type = type.Named(attributes.GetValueOrDefault("dtype")?.Strings() is [string dtype] ? dtype : null);
        if (type.Type is null)
            return new(type, shape, null, 0);
        Int128 bytes = (Int128)shape.Elements * type.Size;
        if (type.Size * 8 != type.Type.Bits || bytes > long.MaxValue)
            throw _file.Malformed($"the dataset '{JsonValue.Printable(path)}' must have fewer than 2^63 bytes");
        return Place(path, type, shape, layout, filters, (long)bytes);
    }

    private Hdf5Array Place(
        string path,
        Hdf5StoredType type,
        Shape shape,
        Hdf5Layout layout,
        List<Hdf5Filter> filters,
        long bytes
    )
    {
        if (bytes == 0)
            return new(type, shape, new MemorySource(_file.Source.Name, default), 0);
        if (layout.Class == Hdf5Format.ChunkedLayout)
            return new(type, shape, Hdf5Chunks.Open(_file, path, shape, layout, filters, bytes), 0);
        if (layout.Address == Hdf5Format.Undefined)
            throw _file.Malformed($"the dataset '{JsonValue.Printable(path)}' must have its data; none were written");
        if (layout.Size < bytes)
            throw _file.Malformed(
                $"the dataset '{JsonValue.Printable(path)}' must have {bytes} bytes for its shape; it has {layout.Size}"
            );
        if (layout.Class == Hdf5Format.CompactLayout)
            return new(type, shape, new MemorySource(_file.Source.Name, layout.Compact), 0);
        _file.Demand(layout.Address, bytes, $"the dataset '{JsonValue.Printable(path)}'");
        return new(type, shape, _file.Source, layout.Address);
    }
}
