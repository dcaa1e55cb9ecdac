using System.IO.Compression;
using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>A dataset in chunks, packed or not: put together in memory when it is first read, and again where the
/// memory was given back.</summary>
/// <remarks>Keras writes whole arrays; chunks are what people's own tools make of its files. Source: HDF5 File Format
/// Specification 3.0 (trees of chunks: III.A.1; filters: IV.A.2.l).</remarks>
internal sealed class Hdf5Chunks : ByteSource
{
    private const int Deflate = 1,
        Shuffle = 2,
        Fletcher = 3;
    private const int MaxHeight = 16,
        ChecksumSize = 4;

    /// <summary>Deflate packs at most so many times.</summary>
    private const int MostPacked = 1032;

    private readonly Hdf5Bytes _file;
    private readonly string _path;
    private readonly long[] _lengths,
        _chunk;
    private readonly int _size;
    private readonly List<Hdf5Filter> _filters;
    private readonly List<(long[] Start, long Address, uint Length, uint Skipped)> _chunks = [];
    private readonly Lock _lock = new();
    private WeakReference<byte[]>? _bytes;

    private Hdf5Chunks(
        Hdf5Bytes file,
        string path,
        Shape shape,
        Hdf5Layout layout,
        List<Hdf5Filter> filters,
        long bytes
    )
        : base(file.Source.Name, bytes)
    {
        _file = file;
        _path = path;
        _filters = filters;
        _lengths = [.. shape];
        _chunk = [.. layout.Chunk.SkipLast(1)];
        _size = (int)(bytes / shape.Elements);
    }

    /// <summary>Reads which chunks there are.</summary>
    public static Hdf5Chunks Open(
        Hdf5Bytes file,
        string path,
        Shape shape,
        Hdf5Layout layout,
        List<Hdf5Filter> filters,
        long bytes
    )
    {
        Hdf5Chunks chunks = new(file, path, shape, layout, filters, bytes);
        if (chunks._chunk.Length != shape.Rank || layout.Chunk[^1] != chunks._size || chunks._chunk.Contains(0))
            throw file.Malformed($"the chunks of '{JsonValue.Printable(path)}' must fit its shape");
        if (
            filters.Find(static filter => filter.Number is not (Deflate or Shuffle or Fletcher)) is
            { Number: > 0 } other
        )
            throw file.NotRead($"chunks that filter {other.Number} packed");
        if (layout.Address == Hdf5Format.Undefined)
            throw chunks.Missing();
        chunks.ReadTree(layout.Address);
        chunks.DemandAll();
        return chunks;
    }

    public override void Read(long offset, Span<byte> destination)
    {
        lock (_lock)
        {
            if (_bytes is null || !_bytes.TryGetTarget(out byte[]? bytes))
                _bytes = new(bytes = Unpack());
            bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        }
    }

    public override void Check(CancellationToken cancellation) => Read(0, default);

    public override void Release() => _file.Source.Release();

    private CheckpointException Missing() =>
        _file.Malformed($"the dataset '{JsonValue.Printable(_path)}' must have all its chunks; some were not written");

    private void ReadTree(long root)
    {
        int keySize = 8 + (8 * (_chunk.Length + 1));
        Stack<(long Address, int Height)> nodes = new([(root, MaxHeight)]);
        while (nodes.TryPop(out (long Address, int Height) node))
        {
            Hdf5Cursor cursor = _file.At(node.Address, 24, "a tree of chunks");
            cursor.Expect(Hdf5Format.Tree);
            int kind = cursor.U8(),
                height = cursor.U8(),
                count = cursor.U16();
            if (kind != 1 || height >= node.Height)
                throw _file.Malformed("a tree of chunks must be one, and no circle");
            Hdf5Cursor keys = _file.At(node.Address + 24, (long)count * (keySize + 8), "a tree of chunks");
            for (int i = 0; i < count; i++)
            {
                uint length = keys.U32(),
                    skipped = keys.U32();
                long[] start = new long[_chunk.Length];
                for (int axis = 0; axis < start.Length; axis++)
                    start[axis] = keys.U64();
                keys.Skip(8);
                long address = keys.U64();
                if (height > 0)
                    nodes.Push((address, height));
                else
                    Add(start, address, length, skipped);
            }
        }
    }

    private void Add(long[] start, long address, uint length, uint skipped)
    {
        _file.Demand(address, length, $"a chunk of '{JsonValue.Printable(_path)}'");
        for (int axis = 0; axis < start.Length; axis++)
            if (start[axis] < 0 || start[axis] >= _lengths[axis] || start[axis] % _chunk[axis] != 0)
                throw _file.Malformed($"the chunks of '{JsonValue.Printable(_path)}' must lie within its shape");
        _chunks.Add((start, address, length, skipped));
    }

    /// <summary>Every chunk once, and bytes enough that they can make the dataset.</summary>
    private void DemandAll()
    {
        Int128 wanted = 1,
            packed = 0;
        for (int axis = 0; axis < _chunk.Length; axis++)
            wanted *= (_lengths[axis] + _chunk[axis] - 1) / _chunk[axis];
        foreach ((_, _, uint length, _) in _chunks)
            packed += length;
        HashSet<string> starts = [.. _chunks.Select(static chunk => string.Join(',', chunk.Start))];
        if (starts.Count != _chunks.Count || wanted != _chunks.Count)
            throw Missing();
        if (packed > _file.Source.Length)
            throw _file.Malformed($"the chunks of '{JsonValue.Printable(_path)}' must not overlap");
        if (Length > packed * MostPacked)
            throw _file.Malformed(
                $"the chunks of '{JsonValue.Printable(_path)}' must unpack to its {Length} bytes; their {packed} cannot"
            );
        if (Length > Array.MaxLength)
            throw _file.NotRead($"a dataset of {Length} bytes in chunks ('{JsonValue.Printable(_path)}')");
    }

    private byte[] Unpack()
    {
        byte[] all = new byte[Length];
        Int128 chunkBytes = _chunk.Aggregate(
            (Int128)_size,
            static (product, length) => Int128.Min(product * length, 1L << 40)
        );
        if (chunkBytes > Array.MaxLength)
            throw _file.Malformed($"a chunk of '{JsonValue.Printable(_path)}' must have fewer than 2^31 bytes");
        foreach ((long[] start, long address, uint length, uint skipped) in _chunks)
        {
            byte[] stored = new byte[length];
            _file.Source.Read(address, stored);
            Place(all, Undo(stored, (int)chunkBytes, skipped), start);
        }

        return all;
    }

    /// <summary>The chunk's elements: every step undone, the last one first.</summary>
    private byte[] Undo(byte[] bytes, int chunkBytes, uint skipped)
    {
        for (int i = _filters.Count - 1; i >= 0; i--)
        {
            if ((skipped >> i & 1) != 0)
                continue;
            bytes = _filters[i].Number switch
            {
                Deflate => Inflate(bytes, chunkBytes + ChecksumSize),
                Shuffle => Unshuffle(bytes, _filters[i].Values is [uint size, ..] ? (int)Math.Min(size, 64) : _size),
                _ => bytes.Length >= ChecksumSize ? bytes[..^ChecksumSize] : [],
            };
        }

        return bytes.Length == chunkBytes
            ? bytes
            : throw _file.Malformed(
                $"a chunk of '{JsonValue.Printable(_path)}' must unpack to {chunkBytes} bytes; received {bytes.Length}"
            );
    }

    private byte[] Inflate(byte[] packed, int most)
    {
        try
        {
            using ZLibStream stream = new(new MemoryStream(packed), CompressionMode.Decompress);
            using MemoryStream unpacked = new();
            byte[] buffer = new byte[1 << 16];
            for (int read; unpacked.Length <= most && (read = stream.Read(buffer)) > 0; )
                unpacked.Write(buffer, 0, read);
            return unpacked.ToArray();
        }
        catch (InvalidDataException)
        {
            throw _file.Malformed($"a chunk of '{JsonValue.Printable(_path)}' must be packed by gzip as it says");
        }
    }

    /// <summary>First bytes of all elements, then all second ones: in turn again.</summary>
    private static byte[] Unshuffle(byte[] bytes, int size)
    {
        if (size < 2)
            return bytes;
        byte[] whole = new byte[bytes.Length];
        int elements = bytes.Length / size;
        for (int part = 0; part < size; part++)
        for (int i = 0; i < elements; i++)
            whole[(i * size) + part] = bytes[(part * elements) + i];
        bytes.AsSpan(elements * size).CopyTo(whole.AsSpan(elements * size));
        return whole;
    }

    /// <summary>Copies what of a chunk lies within the shape, row by row.</summary>
    private void Place(byte[] all, byte[] chunk, long[] start)
    {
        int rank = start.Length;
        long row = Math.Min(_chunk[^1], _lengths[^1] - start[^1]) * _size;
        long rows = chunk.Length / (_chunk[^1] * _size);
        for (long index = 0; index < rows; index++)
        {
            long rest = index,
                target = start[^1],
                stride = _lengths[^1];
            bool isInside = true;
            for (int axis = rank - 2; axis >= 0; axis--)
            {
                (rest, long within) = Math.DivRem(rest, _chunk[axis]);
                isInside &= start[axis] + within < _lengths[axis];
                target += (start[axis] + within) * stride;
                stride *= _lengths[axis];
            }

            if (isInside)
                chunk.AsSpan((int)(index * _chunk[^1] * _size), (int)row).CopyTo(all.AsSpan((int)(target * _size)));
        }
    }
}
