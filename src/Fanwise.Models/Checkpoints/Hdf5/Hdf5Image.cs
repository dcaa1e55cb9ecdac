using System.Text;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>An HDF5 file in the oldest form of the format, which every reader knows and which h5py writes by default:
/// groups as B-trees and local heaps, contiguous datasets, strings in global heaps.</summary>
/// <remarks>
/// All metadata come first, then the datasets one after the other. Only what a weights file needs. Source: HDF5 File
/// Format Specification 3.0
/// (superblock version 0: II.A; B-trees: III.A.1; symbol table nodes: III.B; local heaps: III.D; global heaps: III.E;
/// object headers version 1: IV.A).
/// </remarks>
internal sealed class Hdf5Image
{
    private const int LeafK = 4,
        InternalK = 16; // half of the most names in a leaf, and of the most children in an inner node
    private const int SuperblockSize = 96,
        EntrySize = 40;
    private const int LeafSize = 8 + (2 * LeafK * EntrySize),
        NodeSize = 24 + (8 * ((4 * InternalK) + 1));
    private const int HeapSize = 4096;

    private readonly Hdf5Buffer _buffer = new();
    private readonly List<(Hdf5Dataset Dataset, int AddressPlace)> _datasets = [];
    private int _heap,
        _heapUsed,
        _heapObjects,
        _heapLength;

    private readonly record struct GroupPlace(int Header, int Tree, int Heap);

    /// <summary>The file of everything below a root.</summary>
    public static FileImage Of(Hdf5Group root)
    {
        Hdf5Image image = new();
        image._buffer.Take(SuperblockSize);
        GroupPlace place = image.PutGroup(root);
        long offset = image._buffer.Length;
        List<TensorPiece> pieces = [];
        foreach ((Hdf5Dataset dataset, int addressPlace) in image._datasets)
        {
            bool empty = dataset.Values.Bytes == 0;
            image._buffer.At(addressPlace).U64(empty ? Hdf5Format.Undefined : offset);
            pieces.Add(new(dataset.Name, dataset.Values, offset));
            offset = checked(offset + dataset.Values.Bytes);
        }

        image
            ._buffer.At(0)
            .U8(FileSignatures.Hdf5)
            .U8(0, 0, 0, 0, 0, 8, 8, 0) // versions 0; addresses and lengths have 8 bytes
            .U16(LeafK)
            .U16(InternalK)
            .U32(0)
            .U64(0)
            .U64(Hdf5Format.Undefined)
            .U64(offset)
            .U64(Hdf5Format.Undefined)
            .U64(0)
            .U64(place.Header)
            .U32(1)
            .U32(0)
            .U64(place.Tree)
            .U64(place.Heap);
        return new(offset, pieces, [new Literal(0, image._buffer.Written)]);
    }

    private GroupPlace PutGroup(Hdf5Group group)
    {
        List<(byte[] Name, GroupPlace Place, bool IsGroup)> entries = [];
        foreach ((string name, Hdf5Node node) in group.Children)
            entries.Add(
                (
                    Encoding.UTF8.GetBytes(name),
                    node is Hdf5Group inner ? PutGroup(inner) : new(PutDataset((Hdf5Dataset)node), 0, 0),
                    node is Hdf5Group
                )
            );

        // The local heap: an empty name, which is the tree's least key, then every child's.
        int heapLength = 8 + entries.Sum(static entry => (entry.Name.Length + 8) & ~7);
        int heap = _buffer.Take(32),
            names = _buffer.Take(heapLength);
        _buffer.At(heap).U8(Hdf5Format.LocalHeap).U32(0).U64(heapLength).U64(1).U64(names); // 1: nothing is free
        int nameOffset = 8;
        List<(int LastName, int Address)> level = [];
        for (int first = 0; first < entries.Count; first += 2 * LeafK)
        {
            int count = Math.Min(2 * LeafK, entries.Count - first),
                leaf = _buffer.Take(LeafSize);
            Hdf5Buffer.Cursor cursor = _buffer.At(leaf).U8(Hdf5Format.SymbolNode).U8(1, 0).U16(count);
            for (int i = first; i < first + count; i++)
            {
                (byte[] name, GroupPlace place, bool isGroup) = entries[i];
                _buffer.At(names + nameOffset).U8(name);
                cursor = cursor
                    .U64(nameOffset)
                    .U64(place.Header)
                    .U32(isGroup ? 1 : 0)
                    .U32(0)
                    .U64(place.Tree)
                    .U64(place.Heap);
                if (i == first + count - 1)
                    level.Add((nameOffset, leaf)); // a leaf goes under its last name
                nameOffset += (name.Length + 8) & ~7;
            }
        }

        int tree = PutTree(level);
        int header = PutHeader(group, (Hdf5Format.SymbolTable, 16, false, at => _buffer.At(at).U64(tree).U64(heap)));
        return new(header, tree, heap);
    }

    /// <summary>Builds the tree over the leaves from below; returns its root.</summary>
    private int PutTree(List<(int LastName, int Address)> level)
    {
        for (int height = 0; ; height++)
        {
            List<(int LastName, int Address)> above = [];
            int previous = -1;
            for (int first = 0; first == 0 || first < level.Count; first += 2 * InternalK)
            {
                int count = Math.Min(2 * InternalK, level.Count - first),
                    node = _buffer.Take(NodeSize);
                Hdf5Buffer.Cursor cursor = _buffer
                    .At(node)
                    .U8(Hdf5Format.Tree)
                    .U8(0, (byte)height)
                    .U16(count)
                    .U64(previous < 0 ? Hdf5Format.Undefined : previous)
                    .U64(Hdf5Format.Undefined);
                if (previous >= 0)
                    _buffer.At(previous + 16).U64(node);
                cursor = cursor.U64(first == 0 ? 0 : level[first - 1].LastName);
                for (int i = first; i < first + count; i++)
                    cursor = cursor.U64(level[i].Address).U64(level[i].LastName);
                if (count > 0)
                    above.Add((level[first + count - 1].LastName, node));
                previous = node;
            }

            if (above.Count <= 1)
                return previous;
            level = above;
        }
    }

    private int PutDataset(Hdf5Dataset dataset)
    {
        Shape shape = dataset.Values.Shape;
        byte[] type = Hdf5Type.Of(dataset.Values.ElementType);
        return PutHeader(
            dataset,
            (
                Hdf5Format.Dataspace,
                8 + (16 * shape.Rank),
                false,
                at =>
                {
                    // Version 1; lengths, then greatest lengths, which are the same. A scalar has neither.
                    Hdf5Buffer.Cursor cursor = _buffer
                        .At(at)
                        .U8(1, (byte)shape.Rank, (byte)(shape.Rank > 0 ? 1 : 0), 0)
                        .U32(0);
                    for (int i = 0; i < 2 * shape.Rank; i++)
                        cursor = cursor.U64(shape[i % shape.Rank]);
                }
            ),
            (Hdf5Format.Datatype, type.Length, true, at => _buffer.At(at).U8(type)),
            // version 2: allocated late, filled if set, the default
            (Hdf5Format.FillValue, 8, true, at => _buffer.At(at).U8(2, 2, 2, 1)),
            (
                Hdf5Format.Layout,
                18,
                false,
                at =>
                {
                    // version 3, contiguous
                    _buffer.At(at).U8(3, Hdf5Format.ContiguousLayout).U64(0).U64(dataset.Values.Bytes);
                    _datasets.Add((dataset, at + 2));
                }
            )
        );
    }

    private int PutHeader(
        Hdf5Node node,
        params ReadOnlySpan<(int Kind, int Length, bool Constant, Action<int> Put)> messages
    )
    {
        (byte[] Name, int Heap, int Index, int Length)[] attributes =
        [
            .. node
                .Attributes.Select(attribute => (Encoding.UTF8.GetBytes(attribute.Name), PutString(attribute.Value)))
                .Select(static pair => (pair.Item1, pair.Item2.Heap, pair.Item2.Index, pair.Item2.Length)),
        ];
        int size = 0;
        foreach ((_, int length, _, _) in messages)
            size += Hdf5Format.MessagePrefix + ((length + 7) & ~7);
        foreach ((byte[] name, _, _, _) in attributes)
            size += Hdf5Format.MessagePrefix + AttributeLength(name);
        int header = _buffer.Take(16 + size),
            at = header + 16;
        _buffer.At(header).U8(1, 0).U16(messages.Length + attributes.Length).U32(1).U32(size);
        foreach ((int kind, int length, bool constant, Action<int> put) in messages)
        {
            at = Prefix(kind, length, constant);
            put(at);
            at += (length + 7) & ~7;
        }

        foreach ((byte[] name, int heap, int index, int length) in attributes)
        {
            at = Prefix(Hdf5Format.Attribute, AttributeLength(name), false);
            // version 1: sizes of name, type and space
            _buffer.At(at).U8(1, 0).U16(name.Length + 1).U16(Hdf5Type.String.Length).U16(8).U8(name);
            int type = at + 8 + ((name.Length + 8) & ~7);
            _buffer.At(type).U8(Hdf5Type.String);
            // a scalar, and where its string is
            _buffer.At(type + 24).U8(1).U8(0, 0, 0, 0, 0, 0, 0).U32(length).U64(heap).U32(index);
            at += AttributeLength(name);
        }

        return header;

        int Prefix(int kind, int length, bool constant)
        {
            _buffer.At(at).U16(kind).U16((length + 7) & ~7).U8((byte)(constant ? 1 : 0));
            return at + Hdf5Format.MessagePrefix;
        }
    }

    /// <summary>Name, type (20 bytes), space (8) and reference (16), each padded to 8, after 8 bytes of
    /// sizes.</summary>
    private static int AttributeLength(byte[] name) => 8 + ((name.Length + 8) & ~7) + 24 + 8 + 16;

    /// <summary>Puts a string into a global heap: objects of 16 bytes and their data, in collections of at least 4096
    /// bytes that end in an object for what is free.</summary>
    private (int Heap, int Index, int Length) PutString(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Contains((byte)0))
            throw CheckpointException.Request(
                "A string in an HDF5 file must not have a NUL; received "
                    + $"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}'."
            );
        int length = 16 + ((bytes.Length + 7) & ~7);
        if (_heap == 0 || _heapUsed + length + 16 > _heapLength)
        {
            _heapLength = Math.Max(HeapSize, 16 + length + 16);
            _heap = _buffer.Take(_heapLength);
            _heapUsed = 16;
            _heapObjects = 0;
            _buffer.At(_heap).U8(Hdf5Format.GlobalHeap).U8(1, 0, 0, 0).U64(_heapLength);
        }

        _buffer.At(_heap + _heapUsed).U16(++_heapObjects).U16(0).U32(0).U64(bytes.Length).U8(bytes);
        _heapUsed += length;
        _buffer.At(_heap + _heapUsed).U16(0).U16(0).U32(0).U64(_heapLength - _heapUsed);
        return (_heap, _heapObjects, bytes.Length);
    }
}
