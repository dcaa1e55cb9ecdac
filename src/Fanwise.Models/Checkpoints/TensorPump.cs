using System.Runtime.ExceptionServices;
using Fanwise.Draws;

namespace Fanwise.Models.Checkpoints;

/// <summary>What is done with drawn bytes, on any thread: <paramref name="start"/> is where they begin in the piece.</summary>
internal delegate void ChunkAction(int piece, long start, ReadOnlySpan<byte> bytes);

/// <summary>Draws pieces of tensors on several threads, chunk by chunk into reused buffers; no tensor is ever held whole, except one at a time of those that cannot be drawn by slices.</summary>
internal sealed class TensorPump
{
    /// <summary>Large enough that a system call costs nothing, small enough for a core's own cache; a multiple of every element's size.</summary>
    public const int ChunkSize = 1 << 20;

    /// <summary>A chunk is drawn by the thread that took it; the other cores have chunks of their own.</summary>
    private static readonly FillOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    private readonly IReadOnlyList<TensorPiece> _pieces;
    private readonly ChunkAction _action;
    private readonly CancellationToken _cancellation;
    private readonly Queue<(Values Values, List<int> Pieces)> _whole = [];
    private readonly List<int> _sliced = [];
    private readonly Lock _lock = new();
    private bool _wholeTaken;
    private int _next;
    private long _start;
    private ExceptionDispatchInfo? _failure;

    private TensorPump(IReadOnlyList<TensorPiece> pieces, ChunkAction action, CancellationToken cancellation)
    {
        (_pieces, _action, _cancellation) = (pieces, action, cancellation);
        Dictionary<Values, List<int>> whole = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Length == 0) continue;
            if (!pieces[i].Values.NeedsWhole)
            {
                _sliced.Add(i);
            }
            else if (whole.TryGetValue(pieces[i].Values, out List<int>? others))
            {
                others.Add(i);
            }
            else
            {
                whole[pieces[i].Values] = [i];
                _whole.Enqueue((pieces[i].Values, whole[pieces[i].Values]));
            }
        }
    }

    /// <summary>Draws every piece and hands every chunk of it to <paramref name="action"/> once, in no order; the first failure ends all threads and is thrown.</summary>
    public static void Run(IReadOnlyList<TensorPiece> pieces, int threads, ChunkAction action, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        TensorPump pump = new(pieces, action, cancellation);
        long chunks = 0;
        foreach (TensorPiece piece in pieces) chunks += (piece.Length + ChunkSize - 1) / ChunkSize;
        Thread[] others = new Thread[Math.Max(0, (int)Math.Min(threads, chunks) - 1)];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(pump.Work) { IsBackground = true, Name = $"tensors {i + 1}" };
            others[i].Start();
        }

        pump.Work();
        foreach (Thread other in others) other.Join();
        pump._failure?.Throw();
    }

    /// <summary>Fills a stretch of a tensor's bytes that may cut elements at both ends.</summary>
    public static void Fill(Values values, long start, Span<byte> destination)
    {
        int size = values.ElementType.Size(), before = (int)(start % size), length = destination.Length;
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
            byte[] buffer = GC.AllocateUninitializedArray<byte>(ChunkSize);
            while (true)
            {
                _cancellation.ThrowIfCancellationRequested();
                int piece = 0, length = 0;
                long start = 0;
                (Values Values, List<int> Pieces)? whole = null;
                lock (_lock)
                {
                    if (_failure is not null) return;
                    if (!_wholeTaken && _whole.Count > 0)
                    {
                        whole = _whole.Dequeue();
                        _wholeTaken = true;
                    }
                    else if (_next < _sliced.Count)
                    {
                        piece = _sliced[_next];
                        start = _start;
                        length = (int)Math.Min(ChunkSize, _pieces[piece].Length - start);
                        _start += length;
                        if (_start == _pieces[piece].Length) (_next, _start) = (_next + 1, 0);
                    }
                    else
                    {
                        return; // what is left needs the whole, and another thread is at it
                    }
                }

                if (whole is { } tensor) Whole(tensor.Values, tensor.Pieces, buffer);
                else Chunk(piece, _pieces[piece].Values, start, buffer.AsSpan(0, length));
            }
        }
        catch (Exception exception)
        {
            lock (_lock) _failure ??= ExceptionDispatchInfo.Capture(exception);
        }
    }

    private void Whole(Values values, List<int> pieces, byte[] buffer)
    {
        Values stored = values.Materialize();
        foreach (int piece in pieces)
            for (long start = 0, length = _pieces[piece].Length; start < length; start += ChunkSize)
            {
                _cancellation.ThrowIfCancellationRequested();
                Chunk(piece, stored, start, buffer.AsSpan(0, (int)Math.Min(ChunkSize, length - start)));
            }

        lock (_lock) _wholeTaken = false;
    }

    private void Chunk(int piece, Values values, long start, Span<byte> buffer)
    {
        Fill(values, _pieces[piece].Start + start, buffer);
        _action(piece, start, buffer);
    }
}
