using System.Runtime.ExceptionServices;
using Fanwise.Draws;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>What is done with drawn bytes, on any thread: <paramref name="start"/> is where they begin in the
/// piece.</summary>
internal delegate void ChunkAction(int file, int piece, long start, ReadOnlySpan<byte> bytes);

/// <summary>Draws pieces of tensors on several threads, chunk by chunk into reused buffers; no tensor is ever held
/// whole, except one at a time of those that cannot be drawn by slices.</summary>
/// <remarks>Each thread has a file of its own as long as there are enough: two threads in one file wait for each other
/// in many file systems.</remarks>
internal sealed class TensorPump
{
    /// <summary>A chunk is drawn by the thread that took it; the other cores have chunks of their own.</summary>
    private static readonly FillOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    private readonly IReadOnlyList<IReadOnlyList<TensorPiece>> _files;
    private readonly ChunkAction _action;
    private readonly CancellationToken _cancellation;
    private readonly Queue<FileWork> _untouched;
    private readonly List<FileWork> _begun = [];
    private readonly object _lock = new(); // no Lock, which nobody can wait on
    private readonly int _mostBegun;
    private bool _wholeTaken;
    private ExceptionDispatchInfo? _failure;

    private TensorPump(
        IReadOnlyList<IReadOnlyList<TensorPiece>> files,
        int threads,
        ChunkAction action,
        CancellationToken cancellation
    )
    {
        _files = files;
        _mostBegun = MostBegun(threads);
        _action = action;
        _cancellation = cancellation;
        Dictionary<Values, List<(int, int)>> whole = new(ReferenceEqualityComparer.Instance);
        _untouched = new(files.Select((pieces, file) => new FileWork(pieces, file, whole)));
    }

    /// <summary>How many files at most are begun and have work left that nobody took: one that lacks only what needs
    /// the whole waits, open and without its name.</summary>
    public static int MostBegun(int threads) => 2 * threads;

    /// <summary>Draws every piece of every file and hands every chunk of it to <paramref name="action"/> once, in no
    /// order; the first failure ends all threads and is thrown.</summary>
    public static void Run(
        IReadOnlyList<IReadOnlyList<TensorPiece>> files,
        int threads,
        ChunkAction action,
        CancellationToken cancellation
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        TensorPump pump = new(files, threads, action, cancellation);
        long chunks = files.Sum(static pieces =>
            pieces.Sum(static piece => (piece.Length + ByteSource.ChunkSize - 1) / ByteSource.ChunkSize)
        );
        Thread[] others = new Thread[Math.Max(0, (int)Math.Min(threads, chunks) - 1)];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(pump.Work) { IsBackground = true, Name = $"tensors {i + 1}" };
            others[i].Start();
        }

        pump.Work();
        foreach (Thread other in others)
            other.Join();
        pump._failure?.Throw();
    }

    /// <summary>Fills a stretch of a tensor's bytes that may cut elements at both ends.</summary>
    public static void Fill(Values values, long start, Span<byte> destination)
    {
        int size = values.ElementType.Size(),
            before = (int)(start % size),
            length = destination.Length;
        if (before == 0 && length % size == 0)
        {
            values.Fill(start / size, destination, OneThread);
            return;
        }

        Span<byte> whole = new byte[(before + length + size - 1) / size * size];
        values.Fill(start / size, whole, OneThread);
        whole.Slice(before, length).CopyTo(destination);
    }

    private void Work()
    {
        try
        {
            byte[] buffer = GC.AllocateUninitializedArray<byte>(ByteSource.ChunkSize);
            FileWork? own = null;
            while (true)
            {
                Chunk chunk;
                List<(int File, int Piece)>? whole;
                lock (_lock)
                {
                    own = Take(own, out chunk, out whole);
                    if (own is null)
                        return;
                    _wholeTaken |= whole is not null;
                }

                // Only while work is left: once all is done the files have their names, and that is a success.
                _cancellation.ThrowIfCancellationRequested();
                if (whole is not null)
                    Whole(whole, buffer);
                else
                    Draw(
                        chunk.File,
                        chunk.Piece,
                        _files[chunk.File][chunk.Piece].Values,
                        chunk.Start,
                        buffer.AsSpan(0, chunk.Length)
                    );
            }
        }
        catch (Exception exception)
        {
            lock (_lock)
            {
                _failure ??= ExceptionDispatchInfo.Capture(exception);
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>The next work of the thread's own file; else of one that nobody has touched; else of one that others
    /// are at; null where nothing is left.</summary>
    private FileWork? Take(FileWork? own, out Chunk chunk, out List<(int File, int Piece)>? whole)
    {
        (chunk, whole) = (default, null);
        while (_failure is null)
        {
            if (own is not null && own.TryTake(!_wholeTaken, out chunk, out whole))
                return own;
            _begun.RemoveAll(static file => file.IsDone);
            while (_begun.Count < _mostBegun && _untouched.TryDequeue(out FileWork? file))
            {
                if (file.IsDone)
                    continue;
                _begun.Add(file);
                if (file.TryTake(!_wholeTaken, out chunk, out whole))
                    return file;
            }

            foreach (FileWork file in _begun)
                if (file.TryTake(!_wholeTaken, out chunk, out whole))
                    return file;
            if (_begun.Count == 0)
                return null;
            Monitor.Wait(_lock); // only what needs the whole, and another thread is at one
        }

        return null;
    }

    private void Whole(List<(int File, int Piece)> pieces, byte[] buffer)
    {
        Values stored = _files[pieces[0].File][pieces[0].Piece].Values.Materialize();
        foreach ((int file, int piece) in pieces)
            for (long start = 0, length = _files[file][piece].Length; start < length; start += ByteSource.ChunkSize)
            {
                _cancellation.ThrowIfCancellationRequested();
                Draw(file, piece, stored, start, buffer.AsSpan(0, (int)Math.Min(ByteSource.ChunkSize, length - start)));
            }

        lock (_lock)
        {
            _wholeTaken = false;
            Monitor.PulseAll(_lock);
        }
    }

    private void Draw(int file, int piece, Values values, long start, Span<byte> buffer)
    {
        Fill(values, _files[file][piece].Start + start, buffer);
        _action(file, piece, start, buffer);
    }

    private readonly record struct Chunk(int File, int Piece, long Start, int Length);

    /// <summary>What is left to do for one file. A tensor that needs the whole belongs to the first file that has a
    /// piece of it.</summary>
    private sealed class FileWork
    {
        private readonly int _file;
        private readonly IReadOnlyList<TensorPiece> _pieces;
        private readonly Queue<List<(int File, int Piece)>> _whole = [];
        private readonly Queue<int> _sliced = [];
        private long _start;

        public FileWork(
            IReadOnlyList<TensorPiece> pieces,
            int file,
            Dictionary<Values, List<(int File, int Piece)>> whole
        )
        {
            (_pieces, _file) = (pieces, file);
            for (int piece = 0; piece < pieces.Count; piece++)
            {
                if (pieces[piece].Length == 0)
                    continue;
                if (!pieces[piece].Values.NeedsWhole)
                {
                    _sliced.Enqueue(piece);
                }
                else if (whole.TryGetValue(pieces[piece].Values, out List<(int, int)>? others))
                {
                    others.Add((file, piece));
                }
                else
                {
                    whole[pieces[piece].Values] = [(file, piece)];
                    _whole.Enqueue(whole[pieces[piece].Values]);
                }
            }
        }

        public bool IsDone => _whole.Count == 0 && _sliced.Count == 0;

        /// <summary>The next whole tensor, where one may be held, or else the next chunk.</summary>
        public bool TryTake(bool mayHoldWhole, out Chunk chunk, out List<(int File, int Piece)>? whole)
        {
            chunk = default;
            whole = null;
            if (mayHoldWhole && _whole.TryDequeue(out whole))
                return true;
            if (!_sliced.TryPeek(out int piece))
                return false;
            chunk = new(_file, piece, _start, (int)Math.Min(ByteSource.ChunkSize, _pieces[piece].Length - _start));
            _start += chunk.Length;
            if (_start < _pieces[piece].Length)
                return true;
            _start = 0;
            _sliced.Dequeue();
            return true;
        }
    }
}
