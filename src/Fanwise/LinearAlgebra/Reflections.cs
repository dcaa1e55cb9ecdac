using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanwise.Simd;

namespace Fanwise.LinearAlgebra;

/// <summary>The work of <see cref="HouseholderQr"/>: a matrix, its panels of reflections, and the factor that they
/// make.</summary>
/// <remarks>The matrix lies in strips of 32 columns, each in one piece, row by row: a strip of some thousand rows is
/// read without a page of memory for each row. A panel is a strip, and its reflections' vectors replace it.</remarks>
internal sealed unsafe class Reflections<T>
    where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
{
    private const int Strip = ReflectionStep<T>.Strip;

    /// <summary>Where a register may begin, in bytes: none lies across two cache lines.</summary>
    private const int Alignment = 64;

    /// <summary>Elements below which a second thread costs more than it does.</summary>
    private const int SmallestShared = 1 << 15;

    private readonly int _rows,
        _columns,
        _threads,
        _strips;

    private readonly VectorWidth _width;

    /// <summary>The elements of a strip.</summary>
    private readonly nint _size;

    /// <summary>The strips; -T of each panel, (32, 32), where the product of its reflections is I - V T V'; and the
    /// diagonal of R.</summary>
    private readonly T[] _matrix,
        _minusT,
        _diagonal;

    public Reflections(ReadOnlySpan<T> a, int rows, int columns, int threads, VectorWidth width)
    {
        _rows = rows;
        _columns = columns;
        _threads = threads;
        _width = width;
        _strips = (columns + Strip - 1) / Strip;
        _size = (nint)ReflectionStep<T>.PaddedRows(rows) * Strip;
        _matrix = Allocate(_strips * _size);
        _minusT = Allocate(_strips * Strip * Strip);
        _diagonal = Allocate(_strips * Strip);
        T* matrix = Align(_matrix);
        for (int row = 0; row < rows; row++)
        for (int strip = 0; strip < _strips; strip++)
        {
            int first = strip * Strip,
                count = Math.Min(Strip, columns - first);
            a.Slice(row * columns + first, count)
                .CopyTo(new Span<T>(matrix + strip * _size + (nint)row * Strip, count));
        }
    }

    /// <summary>Reduces the matrix to its reflections.</summary>
    public void Reduce()
    {
        if (_strips > 0)
            ReducePanel(0);
        for (int panel = 0; panel < _strips - 1; panel++)
        {
            int done = panel;
            // The next panel is reduced by the thread that brings it up to date, while others do the rest.
            Share(
                _strips - 1 - done,
                (_, task) =>
                {
                    int strip = done + 1 + task;
                    Apply(done, Align(_matrix) + strip * _size, isTransposed: true);
                    if (task == 0)
                        ReducePanel(strip);
                }
            );
        }
    }

    /// <summary>The factor, its columns signed as R's diagonal.</summary>
    public T[] Factor()
    {
        T[] result = new T[_rows * _columns];
        T[]?[] memories = new T[_threads][];
        Share(
            _strips,
            (thread, strip) =>
            {
                T[] memory = memories[thread] ??= Allocate(_size);
                T* q = Align(memory);
                new Span<T>(q, (int)_size).Clear();
                int first = strip * Strip,
                    count = Math.Min(Strip, _columns - first);
                for (int i = 0; i < count; i++)
                    q[(first + i) * Strip + i] = T.One;
                for (int panel = strip; panel >= 0; panel--)
                    Apply(panel, q, isTransposed: false);

                T* signs = stackalloc T[Strip];
                for (int i = 0; i < count; i++)
                    signs[i] = T.CreateChecked(T.Sign(_diagonal[first + i]));
                for (int row = 0; row < _rows; row++)
                {
                    Span<T> to = result.AsSpan(row * _columns + first, count);
                    for (int i = 0; i < to.Length; i++)
                        to[i] = q[(nint)row * Strip + i] * signs[i];
                }
            }
        );
        return result;
    }

    private void ReducePanel(int panel)
    {
        fixed (T* diagonal = _diagonal)
            Dispatch.Run(
                new ReflectionStep<T>
                {
                    Vectors = Align(_matrix) + panel * _size,
                    MinusT = Align(_minusT) + panel * Strip * Strip,
                    Diagonal = diagonal + panel * Strip,
                    First = panel * Strip,
                    Rows = _rows,
                    Columns = Math.Min(Strip, _columns - panel * Strip),
                },
                _width
            );
    }

    /// <summary>A strip becomes (I - V T V') times itself, or (I - V T' V') times itself.</summary>
    private void Apply(int panel, T* strip, bool isTransposed) =>
        Dispatch.Run(
            new ReflectionStep<T>
            {
                Vectors = Align(_matrix) + panel * _size,
                MinusT = Align(_minusT) + panel * Strip * Strip,
                Target = strip,
                IsTransposed = isTransposed,
                First = panel * Strip,
                Rows = _rows,
            },
            _width
        );

    /// <summary>Does tasks 0, 1, ..., taken in this order, by one thread or several.</summary>
    /// <param name="tasks">How many.</param>
    /// <param name="run">Does one, given the thread's number and the task's.</param>
    private void Share(int tasks, Action<int, int> run)
    {
        int threads = Math.Min(_threads, tasks);
        if (threads <= 1 || tasks * (long)_size < SmallestShared)
        {
            for (int task = 0; task < tasks; task++)
                run(0, task);
            return;
        }

        int next = -1;
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            thread =>
            {
                for (int task = Interlocked.Increment(ref next); task < tasks; task = Interlocked.Increment(ref next))
                    run(thread, task);
            }
        );
    }

    /// <summary>Zeros that stay where they are, with room to begin at a cache line.</summary>
    private static T[] Allocate(nint count) =>
        GC.AllocateArray<T>(checked((int)count) + Alignment / sizeof(T), pinned: true);

    private static T* Align(T[] pinned) =>
        (T*)(
            ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)) + Alignment - 1) & -(nint)Alignment
        );
}
