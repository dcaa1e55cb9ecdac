using System.Numerics;

namespace Fanwise.Draws;

/// <summary>The work of <see cref="HouseholderQr"/>: a matrix, its panels of reflections, and the factor that they
/// make.</summary>
/// <remarks>All matrices are padded with zeros to whole tiles of the widest registers, so that every width computes the
/// same elements.</remarks>
internal sealed unsafe class Reflections<T>
    where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
{
    /// <summary>The columns of a panel.</summary>
    private const int Panel = 32;

    /// <summary>Columns that a thread takes at a time.</summary>
    private const int Strip = 64;

    private readonly int _rows,
        _columns,
        _threads,
        _paddedRows,
        _stride;

    /// <summary>The matrix, of which only what is right of the present panel is kept up to date; then the
    /// factor.</summary>
    private readonly T[] _matrix;

    /// <summary>The reflections' vectors, panel by panel: (padded rows, 32), row-major, zero above the diagonal; and
    /// after the last, room for a tile that reaches over.</summary>
    private readonly T[] _vectors;

    /// <summary>-T of each panel, (32, 32): the product of its reflections is I - V T V'.</summary>
    private readonly T[] _minusT;

    /// <summary>V' times a matrix, and -T or -T' times that: (32, stride) each.</summary>
    private readonly T[] _products,
        _combinations;

    private readonly T[] _diagonal;

    public Reflections(ReadOnlySpan<T> a, int rows, int columns, int threads)
    {
        (_rows, _columns, _threads) = (rows, columns, threads);
        _paddedRows = RoundUp(rows, MatrixTile.Rows);
        // A row's length that is no power of 2: rows would compete for a few sets of the caches.
        _stride = RoundUp(columns, Panel) + Panel;
        int panels = RoundUp(columns, Panel) / Panel;
        _matrix = new T[(long)_paddedRows * _stride];
        _vectors = new T[(long)panels * _paddedRows * Panel + MatrixTile.Rows];
        _minusT = new T[panels * Panel * Panel];
        (_products, _combinations) = (new T[Panel * _stride], new T[Panel * _stride]);
        _diagonal = new T[RoundUp(columns, Panel)];
        for (int row = 0; row < rows; row++)
            a.Slice(row * columns, columns).CopyTo(_matrix.AsSpan(row * _stride));
    }

    /// <summary>Reduces the matrix and forms the factor.</summary>
    public void Run<N, V>()
        where N : struct, IRealLanes<V, T>
        where V : struct
    {
        fixed (
            T* matrix = _matrix,
                vectors = _vectors,
                minusT = _minusT
        )
        {
            for (int panel = 0; panel < _columns; panel += Panel)
            {
                T* v = vectors + (nint)panel * _paddedRows,
                    t = minusT + panel * Panel;
                for (int row = panel; row < _rows; row++)
                    new ReadOnlySpan<T>(matrix + (nint)row * _stride + panel, Panel).CopyTo(
                        new Span<T>(v + row * Panel, Panel)
                    );
                Reduce<N, V>(v, t, panel);
                // The reflections in the order of reduction: I - V T' V'.
                Apply<N, V>(matrix, v, t, panel, panel + Panel, Panel, 1);
            }

            Array.Clear(_matrix);
            for (int i = 0; i < _columns; i++)
                matrix[(nint)i * _stride + i] = T.One;
            for (int panel = RoundUp(_columns, Panel) - Panel; panel >= 0; panel -= Panel)
                Apply<N, V>(
                    matrix,
                    vectors + (nint)panel * _paddedRows,
                    minusT + panel * Panel,
                    panel,
                    panel,
                    1,
                    Panel
                );
        }
    }

    /// <summary>The factor, its columns signed as R's diagonal.</summary>
    public T[] Result()
    {
        T[] result = new T[_rows * _columns];
        for (int row = 0; row < _rows; row++)
        for (int column = 0; column < _columns; column++)
            result[row * _columns + column] =
                _matrix[(long)row * _stride + column] * T.CreateChecked(T.Sign(_diagonal[column]));
        return result;
    }

    /// <summary>Reduces one panel, whose first row is <paramref name="first"/>: leaves the reflections' vectors in
    /// <paramref name="v"/>, and -T.</summary>
    private void Reduce<N, V>(T* v, T* minusT, int first)
        where N : struct, IRealLanes<V, T>
        where V : struct
    {
        T* dots = stackalloc T[MatrixTile.Rows * Panel],
            factors = stackalloc T[Panel];
        T[] copy = new T[_paddedRows];
        int count = Math.Min(Panel, _columns - first);
        fixed (T* vector = copy)
        {
            for (int j = 0; j < count; j++)
            {
                // x' times every column, from which |x|, the reflection's effect and T's column follow. Rows 1 to 3 of
                // the tile are not used.
                int row = first + j;
                T* x = v + row * Panel + j;
                new Span<T>(dots, MatrixTile.Rows * Panel).Clear();
                MatrixProduct<N, V, T>.Add(
                    dots,
                    Panel,
                    MatrixTile.Rows,
                    Panel,
                    x,
                    Panel,
                    1,
                    v + row * Panel,
                    Panel,
                    _rows - row
                );
                T norm = T.Sqrt(dots[j]),
                    diagonal = *x >= T.Zero ? -norm : norm;
                _diagonal[row] = diagonal;
                T scale = norm == T.Zero ? T.Zero : -T.One / (diagonal * (*x - diagonal)); // 2 / v'v of v = x - diagonal e
                for (int column = 0; column < Panel; column++)
                {
                    T dot = dots[column] - diagonal * v[row * Panel + column];
                    dots[column] = dot;
                    factors[column] = column > j && column < count ? -scale * dot : T.Zero;
                }

                *x -= diagonal;
                for (int i = row & ~(MatrixTile.Rows - 1); i < row; i++)
                    vector[i] = T.Zero;
                for (int i = row; i < _rows; i++)
                    vector[i] = v[i * Panel + j];
                int tile = row & ~(MatrixTile.Rows - 1);
                MatrixProduct<N, V, T>.Add(
                    v + tile * Panel,
                    Panel,
                    _paddedRows - tile,
                    Panel,
                    vector + tile,
                    0,
                    1,
                    factors,
                    0,
                    1
                );
                ExtendT(minusT, dots, scale, j);
            }
        }

        for (int j = 0; j < Panel; j++)
            new Span<T>(v + (first + j) * Panel + j + 1, first + j < _rows ? Panel - j - 1 : 0).Clear();
    }

    /// <summary>T's column j: scale on the diagonal, above it -scale T (V' v).</summary>
    private static void ExtendT(T* minusT, T* dots, T scale, int j)
    {
        for (int i = 0; i < j; i++)
        {
            T sum = T.Zero;
            for (int k = i; k < j; k++)
                sum += minusT[i * Panel + k] * dots[k];
            minusT[i * Panel + j] = -scale * sum;
        }

        minusT[j * Panel + j] = -scale;
    }

    /// <summary>The columns from <paramref name="from"/> on become (I - V T V') times themselves, or with T' in T's
    /// place.</summary>
    /// <param name="matrix">The whole matrix.</param>
    /// <param name="v">The panel's vectors.</param>
    /// <param name="minusT">-T.</param>
    /// <param name="first">The first row that the reflections change.</param>
    /// <param name="from">The first column.</param>
    /// <param name="strideTerm">From one term to the next in <paramref name="minusT"/>: 1 for T, 32 for T'.</param>
    /// <param name="strideRow">From one row of the result to the next.</param>
    private void Apply<N, V>(T* matrix, T* v, T* minusT, int first, int from, int strideTerm, int strideRow)
        where N : struct, IRealLanes<V, T>
        where V : struct
    {
        int columns = RoundUp(_columns, Panel) - from;
        if (columns <= 0)
            return;
        T* rows = matrix + (nint)first * _stride + from;
        T* vectors = v + first * Panel;
        fixed (
            T* products = _products,
                combinations = _combinations
        )
        {
            T* p = products,
                c = combinations;
            int strips = (columns + Strip - 1) / Strip;
            if (_threads == 1 || (long)columns * (_rows - first) < 1 << 15)
                for (int strip = 0; strip < strips; strip++)
                    ApplyStrip(strip);
            else
                Parallel.For(0, strips, new ParallelOptions { MaxDegreeOfParallelism = _threads }, ApplyStrip);

            void ApplyStrip(int strip)
            {
                int column = strip * Strip,
                    width = Math.Min(Strip, columns - column);
                for (int row = 0; row < Panel; row++)
                {
                    new Span<T>(p + row * _stride + column, width).Clear();
                    new Span<T>(c + row * _stride + column, width).Clear();
                }

                MatrixProduct<N, V, T>.Add(
                    p + column,
                    _stride,
                    Panel,
                    width,
                    vectors,
                    Panel,
                    1,
                    rows + column,
                    _stride,
                    _rows - first
                );
                MatrixProduct<N, V, T>.Add(
                    c + column,
                    _stride,
                    Panel,
                    width,
                    minusT,
                    strideTerm,
                    strideRow,
                    p + column,
                    _stride,
                    Panel
                );
                MatrixProduct<N, V, T>.Add(
                    rows + column,
                    _stride,
                    _paddedRows - first,
                    width,
                    vectors,
                    1,
                    Panel,
                    c + column,
                    _stride,
                    Panel
                );
            }
        }
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
