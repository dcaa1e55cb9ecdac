using System.Globalization;
using Fanwise.Draws;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints.Verification;

/// <summary>Compares pieces of tensors with the bytes of files, on several threads, and keeps the first difference and
/// the counts.</summary>
internal sealed class Comparison : IDisposable
{
    private readonly List<TensorPiece> _pieces = [];
    private readonly List<ByteSource> _sources = [];
    private readonly HashSet<string> _different = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private (int Piece, long Element) _firstPlace = (int.MaxValue, 0);

    /// <summary>The first difference among those of types and shapes first, then elements in the order of the
    /// pieces.</summary>
    public CheckpointDifference? First { get; private set; }

    public long Elements { get; private set; }

    public int Tensors => _different.Count;

    public long ComparedBytes { get; private set; }

    /// <summary>A piece that is compared later.</summary>
    public void Add(ByteSource source, TensorPiece piece)
    {
        _sources.Add(source);
        _pieces.Add(piece);
        ComparedBytes += piece.Length;
    }

    /// <summary>A tensor whose bytes are compared later.</summary>
    public void Add(StoredTensor found, Values expected) => Add(found.Source!, new(found.Name, expected, found.Offset));

    /// <summary>A tensor that is not there, should not be, or has another type or shape.</summary>
    public void AddStructural(string tensor, string expected, string found)
    {
        _different.Add(tensor);
        if (_firstPlace.Piece < 0)
            return;
        (_firstPlace, First) = ((-1, 0), new(tensor, null, expected, found));
    }

    /// <summary>Reads and compares everything; <paramref name="checksum"/> receives each chunk that the plan gives, for
    /// formats that hold checksums. A file is open from its first chunk to its last.</summary>
    public void Run(
        WriteOptions options,
        CancellationToken cancellation,
        Action<int, long, ReadOnlySpan<byte>>? checksum = null
    )
    {
        int[][] files =
        [
            .. Enumerable
                .Range(0, _pieces.Count)
                .GroupBy(piece => _sources[piece], ReferenceEqualityComparer.Instance)
                .Select(static file => file.ToArray()),
        ];
        long[] left = [.. files.Select(file => file.Sum(piece => _pieces[piece].Length))];
        long done = 0;
        using ThreadLocal<byte[]> buffers = new(static () => GC.AllocateUninitializedArray<byte>(ByteSource.ChunkSize));
        TensorPump.Run(
            [.. files.Select(file => file.Select(piece => _pieces[piece]).ToArray())],
            options.Threads,
            (file, number, start, expected) =>
            {
                int piece = files[file][number];
                Span<byte> found = buffers.Value.AsSpan(0, expected.Length);
                _sources[piece].Read(_pieces[piece].Offset + start, found);
                if (!expected.SequenceEqual(found))
                    Differ(piece, start, expected, found);
                checksum?.Invoke(piece, start, expected);
                if (Interlocked.Add(ref left[file], -expected.Length) == 0)
                    _sources[piece].Release();
                if (options.Progress is { } progress)
                    lock (_lock)
                        progress.Report(done += expected.Length);
            },
            cancellation
        );
    }

    public void Dispose() => _sources.ForEach(static source => source.Release());

    private void Differ(int piece, long start, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        TensorPiece place = _pieces[piece];
        int size = place.Values.ElementType.Size();
        // A piece may begin or end within an element; such parts are compared as they are and shown without a value.
        long firstByte = place.Start + start,
            first = -1,
            count = 0;
        int at = 0,
            firstAt = 0,
            firstLength = 0;
        while (at < expected.Length)
        {
            int length = Math.Min(size - (int)((firstByte + at) % size), expected.Length - at);
            if (!expected.Slice(at, length).SequenceEqual(found.Slice(at, length)))
            {
                if (count++ == 0)
                {
                    first = (firstByte + at) / size;
                    firstAt = at;
                    firstLength = length;
                }
            }

            at += length;
        }

        lock (_lock)
        {
            Elements += count;
            _different.Add(place.Name);
            if ((piece, first).CompareTo(_firstPlace) >= 0)
                return;
            _firstPlace = (piece, first);
            First = new(
                place.Name,
                IndexOf(first, place.Values.Shape),
                Show(expected.Slice(firstAt, firstLength), place.Values),
                Show(found.Slice(firstAt, firstLength), place.Values)
            );
        }
    }

    private static long[] IndexOf(long element, Shape shape)
    {
        long[] index = new long[shape.Rank];
        for (int dimension = shape.Rank - 1; dimension >= 0; dimension--)
            (element, index[dimension]) = Math.DivRem(element, shape[dimension]);
        return index;
    }

    private static string Show(ReadOnlySpan<byte> bytes, Values values)
    {
        Span<byte> bigEndian = stackalloc byte[bytes.Length];
        bytes.CopyTo(bigEndian);
        bigEndian.Reverse();
        string bits = "0x" + Convert.ToHexStringLower(bigEndian);
        if (bytes.Length != values.ElementType.Size())
            return bits;
        string value = values.ElementType switch
        {
            ElementType.Float32 => BitConverter.ToSingle(bytes).ToString("R", CultureInfo.InvariantCulture),
            ElementType.Float64 => BitConverter.ToDouble(bytes).ToString("R", CultureInfo.InvariantCulture),
            ElementType.Float16 => BitConverter.ToHalf(bytes).ToString("R", CultureInfo.InvariantCulture),
            ElementType.BFloat16 => BFloat16.FromBits(BitConverter.ToUInt16(bytes)).ToString(),
            ElementType.Int8 => ((sbyte)bytes[0]).ToString(CultureInfo.InvariantCulture),
            ElementType.Int32 => BitConverter.ToInt32(bytes).ToString(CultureInfo.InvariantCulture),
            ElementType.Int64 => BitConverter.ToInt64(bytes).ToString(CultureInfo.InvariantCulture),
            _ => bytes[0] == 0 ? "False" : "True",
        };
        return $"{value} ({bits})";
    }
}
