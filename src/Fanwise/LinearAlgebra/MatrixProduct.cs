using System.Runtime.CompilerServices;

namespace Fanwise.LinearAlgebra;

/// <summary>Products of strips, row-major matrices of 32 columns, whose every element is summed in one order, whatever
/// the width and the number of threads: registers hold neighbours of a row, never parts of a sum.</summary>
internal static unsafe class MatrixProduct<N, V, T>
    where N : struct, IRealLanes<V, T>
    where V : struct
    where T : unmanaged, System.Numerics.IRootFunctions<T>, System.Numerics.IFloatingPointIeee754<T>
{
    private const int Strip = ReflectionStep<T>.Strip;

    /// <summary><c>c[r, s] += sum over t of x[t, r] * y[t, s]</c>, for t = 0, 1, ... in this order, over whole
    /// tiles.</summary>
    /// <param name="c">The result, a strip.</param>
    /// <param name="rows">Of the result, a multiple of 4.</param>
    /// <param name="x">The first factor, element (0, 0).</param>
    /// <param name="strideXt">From t to t + 1.</param>
    /// <param name="strideXr">From r to r + 1.</param>
    /// <param name="y">The second factor, a strip.</param>
    /// <param name="terms">How many t.</param>
    public static void Add(T* c, int rows, T* x, nint strideXt, nint strideXr, T* y, int terms)
    {
        for (int row = 0; row < rows; row += MatrixTile.Rows)
        for (int column = 0; column < Strip; column += 2 * N.Count)
            AddTile(c + (nint)row * Strip + column, x + row * strideXr, strideXt, strideXr, y + column, terms);
    }

    /// <summary>One tile: eight sums, two registers of the second factor and one element: eleven of AVX2's sixteen
    /// registers, and enough sums to cover an addition's latency.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(T* c, T* x, nint strideXt, nint strideXr, T* y, int terms)
    {
        V a0 = N.Load(c),
            a1 = N.Load(c + Strip),
            a2 = N.Load(c + 2 * Strip),
            a3 = N.Load(c + 3 * Strip);
        V b0 = N.Load(c + N.Count),
            b1 = N.Load(c + Strip + N.Count),
            b2 = N.Load(c + 2 * Strip + N.Count),
            b3 = N.Load(c + 3 * Strip + N.Count);
        nint twice = 2 * strideXr,
            thrice = 3 * strideXr;
        for (; terms > 0; terms--)
        {
            V left = N.Load(y),
                right = N.Load(y + N.Count);
            V factor = N.Broadcast(*x);
            a0 = N.Fused(factor, left, a0);
            b0 = N.Fused(factor, right, b0);
            factor = N.Broadcast(x[strideXr]);
            a1 = N.Fused(factor, left, a1);
            b1 = N.Fused(factor, right, b1);
            factor = N.Broadcast(x[twice]);
            a2 = N.Fused(factor, left, a2);
            b2 = N.Fused(factor, right, b2);
            factor = N.Broadcast(x[thrice]);
            a3 = N.Fused(factor, left, a3);
            b3 = N.Fused(factor, right, b3);
            x += strideXt;
            y += Strip;
        }

        N.Store(a0, c);
        N.Store(a1, c + Strip);
        N.Store(a2, c + 2 * Strip);
        N.Store(a3, c + 3 * Strip);
        N.Store(b0, c + N.Count);
        N.Store(b1, c + Strip + N.Count);
        N.Store(b2, c + 2 * Strip + N.Count);
        N.Store(b3, c + 3 * Strip + N.Count);
    }

    /// <summary>Column j of a strip times each of its columns, in four sums: <c>sums[k, s] = sum over t of
    /// y[4 t + k, j] * y[4 t + k, s]</c>. One sum would wait for its own additions.</summary>
    /// <param name="sums">(4, 32).</param>
    /// <param name="y">The strip.</param>
    /// <param name="j">The column.</param>
    /// <param name="tiles">How many t.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots(T* sums, T* y, int j, int tiles)
    {
        V zero = N.Broadcast(T.Zero);
        for (int column = 0; column < Strip; column += 2 * N.Count)
        {
            V a0 = zero,
                a1 = zero,
                a2 = zero,
                a3 = zero;
            V b0 = zero,
                b1 = zero,
                b2 = zero,
                b3 = zero;
            T* row = y + column,
                x = y + j;
            for (int tile = tiles; tile > 0; tile--)
            {
                V factor = N.Broadcast(*x);
                a0 = N.Fused(factor, N.Load(row), a0);
                b0 = N.Fused(factor, N.Load(row + N.Count), b0);
                factor = N.Broadcast(x[Strip]);
                a1 = N.Fused(factor, N.Load(row + Strip), a1);
                b1 = N.Fused(factor, N.Load(row + Strip + N.Count), b1);
                factor = N.Broadcast(x[2 * Strip]);
                a2 = N.Fused(factor, N.Load(row + 2 * Strip), a2);
                b2 = N.Fused(factor, N.Load(row + 2 * Strip + N.Count), b2);
                factor = N.Broadcast(x[3 * Strip]);
                a3 = N.Fused(factor, N.Load(row + 3 * Strip), a3);
                b3 = N.Fused(factor, N.Load(row + 3 * Strip + N.Count), b3);
                row += MatrixTile.Rows * Strip;
                x += MatrixTile.Rows * Strip;
            }

            N.Store(a0, sums + column);
            N.Store(a1, sums + Strip + column);
            N.Store(a2, sums + 2 * Strip + column);
            N.Store(a3, sums + 3 * Strip + column);
            N.Store(b0, sums + column + N.Count);
            N.Store(b1, sums + Strip + column + N.Count);
            N.Store(b2, sums + 2 * Strip + column + N.Count);
            N.Store(b3, sums + 3 * Strip + column + N.Count);
        }
    }

    /// <summary><c>y[r, s] += y[r, j] * factors[s]</c>, where factors[j] is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddColumn(T* y, int j, T* factors, int rows)
    {
        for (int column = 0; column < Strip; column += 2 * N.Count)
        {
            V left = N.Load(factors + column),
                right = N.Load(factors + column + N.Count);
            T* row = y + column,
                x = y + j;
            for (int r = rows; r > 0; r--)
            {
                V factor = N.Broadcast(*x);
                N.Store(N.Fused(factor, left, N.Load(row)), row);
                N.Store(N.Fused(factor, right, N.Load(row + N.Count)), row + N.Count);
                row += Strip;
                x += Strip;
            }
        }
    }
}

/// <summary>The part of a product that is kept in registers.</summary>
internal static class MatrixTile
{
    /// <summary>Its rows; its columns are two registers.</summary>
    public const int Rows = 4;
}
