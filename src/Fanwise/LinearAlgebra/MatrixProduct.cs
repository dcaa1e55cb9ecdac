using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.LinearAlgebra;

/// <summary>Products of strips, row-major matrices of 32 columns, whose every element is summed in one order, whatever
/// the width and the number of threads: registers hold neighbours of a row, never parts of a sum.</summary>
internal static unsafe class MatrixProduct<TReals, TRegister, T>
    where TReals : struct, IRealLanes<TRegister, T>
    where TRegister : struct
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
        for (int column = 0; column < Strip; column += 2 * TReals.Count)
            AddTile(c + (nint)row * Strip + column, x + row * strideXr, strideXt, strideXr, y + column, terms);
    }

    /// <summary>One tile: eight sums, two registers of the second factor and one element: eleven of AVX2's sixteen
    /// registers, and enough sums to cover an addition's latency.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void AddTile(T* c, T* x, nint strideXt, nint strideXr, T* y, int terms)
    {
        TRegister a0 = TReals.Load(c),
            a1 = TReals.Load(c + Strip),
            a2 = TReals.Load(c + 2 * Strip),
            a3 = TReals.Load(c + 3 * Strip);
        TRegister b0 = TReals.Load(c + TReals.Count),
            b1 = TReals.Load(c + Strip + TReals.Count),
            b2 = TReals.Load(c + 2 * Strip + TReals.Count),
            b3 = TReals.Load(c + 3 * Strip + TReals.Count);
        nint twice = 2 * strideXr,
            thrice = 3 * strideXr;
        for (; terms > 0; terms--)
        {
            TRegister left = TReals.Load(y),
                right = TReals.Load(y + TReals.Count);
            TRegister factor = TReals.Broadcast(*x);
            a0 = TReals.Fused(factor, left, a0);
            b0 = TReals.Fused(factor, right, b0);
            factor = TReals.Broadcast(x[strideXr]);
            a1 = TReals.Fused(factor, left, a1);
            b1 = TReals.Fused(factor, right, b1);
            factor = TReals.Broadcast(x[twice]);
            a2 = TReals.Fused(factor, left, a2);
            b2 = TReals.Fused(factor, right, b2);
            factor = TReals.Broadcast(x[thrice]);
            a3 = TReals.Fused(factor, left, a3);
            b3 = TReals.Fused(factor, right, b3);
            x += strideXt;
            y += Strip;
        }

        TReals.Store(a0, c);
        TReals.Store(a1, c + Strip);
        TReals.Store(a2, c + 2 * Strip);
        TReals.Store(a3, c + 3 * Strip);
        TReals.Store(b0, c + TReals.Count);
        TReals.Store(b1, c + Strip + TReals.Count);
        TReals.Store(b2, c + 2 * Strip + TReals.Count);
        TReals.Store(b3, c + 3 * Strip + TReals.Count);
    }

    /// <summary>Column j of a strip times each of its columns, in four sums: <c>sums[k, s] = sum over t of
    /// y[4 t + k, j] * y[4 t + k, s]</c>. One sum would wait for its own additions.</summary>
    /// <param name="sums">(4, 32).</param>
    /// <param name="y">The strip.</param>
    /// <param name="j">The column.</param>
    /// <param name="tiles">How many t.</param>
    [MethodImpl(Compilation.AtOnce)]
    public static void Dots(T* sums, T* y, int j, int tiles)
    {
        TRegister zero = TReals.Broadcast(T.Zero);
        for (int column = 0; column < Strip; column += 2 * TReals.Count)
        {
            TRegister a0 = zero,
                a1 = zero,
                a2 = zero,
                a3 = zero;
            TRegister b0 = zero,
                b1 = zero,
                b2 = zero,
                b3 = zero;
            T* row = y + column,
                x = y + j;
            for (int tile = tiles; tile > 0; tile--)
            {
                TRegister factor = TReals.Broadcast(*x);
                a0 = TReals.Fused(factor, TReals.Load(row), a0);
                b0 = TReals.Fused(factor, TReals.Load(row + TReals.Count), b0);
                factor = TReals.Broadcast(x[Strip]);
                a1 = TReals.Fused(factor, TReals.Load(row + Strip), a1);
                b1 = TReals.Fused(factor, TReals.Load(row + Strip + TReals.Count), b1);
                factor = TReals.Broadcast(x[2 * Strip]);
                a2 = TReals.Fused(factor, TReals.Load(row + 2 * Strip), a2);
                b2 = TReals.Fused(factor, TReals.Load(row + 2 * Strip + TReals.Count), b2);
                factor = TReals.Broadcast(x[3 * Strip]);
                a3 = TReals.Fused(factor, TReals.Load(row + 3 * Strip), a3);
                b3 = TReals.Fused(factor, TReals.Load(row + 3 * Strip + TReals.Count), b3);
                row += MatrixTile.Rows * Strip;
                x += MatrixTile.Rows * Strip;
            }

            TReals.Store(a0, sums + column);
            TReals.Store(a1, sums + Strip + column);
            TReals.Store(a2, sums + 2 * Strip + column);
            TReals.Store(a3, sums + 3 * Strip + column);
            TReals.Store(b0, sums + column + TReals.Count);
            TReals.Store(b1, sums + Strip + column + TReals.Count);
            TReals.Store(b2, sums + 2 * Strip + column + TReals.Count);
            TReals.Store(b3, sums + 3 * Strip + column + TReals.Count);
        }
    }

    /// <summary><c>y[r, s] += y[r, j] * factors[s]</c>, where factors[j] is zero.</summary>
    [MethodImpl(Compilation.AtOnce)]
    public static void AddColumn(T* y, int j, T* factors, int rows)
    {
        for (int column = 0; column < Strip; column += 2 * TReals.Count)
        {
            TRegister left = TReals.Load(factors + column),
                right = TReals.Load(factors + column + TReals.Count);
            T* row = y + column,
                x = y + j;
            for (int r = rows; r > 0; r--)
            {
                TRegister factor = TReals.Broadcast(*x);
                TReals.Store(TReals.Fused(factor, left, TReals.Load(row)), row);
                TReals.Store(TReals.Fused(factor, right, TReals.Load(row + TReals.Count)), row + TReals.Count);
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
