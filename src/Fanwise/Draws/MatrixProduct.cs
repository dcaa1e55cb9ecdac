using System.Runtime.CompilerServices;

namespace Fanwise.Draws;

/// <summary>Products of matrices whose every element is summed in one order, whatever the width and the number of
/// threads: registers hold neighbours of a row, never parts of a sum.</summary>
internal static unsafe class MatrixProduct<N, V, T>
    where N : struct, IRealLanes<V, T>
    where V : struct
    where T : unmanaged
{
    /// <summary><c>c[r, s] += sum over t of x[t, r] * y[t, s]</c>, for t = 0, 1, ... in this order, over whole
    /// tiles.</summary>
    /// <param name="c">The result, row-major.</param>
    /// <param name="strideC">From row to row.</param>
    /// <param name="rows">Of the result, a multiple of 4.</param>
    /// <param name="columns">Of the result, a multiple of two registers.</param>
    /// <param name="x">The first factor, element (0, 0).</param>
    /// <param name="strideXt">From t to t + 1.</param>
    /// <param name="strideXr">From r to r + 1.</param>
    /// <param name="y">The second factor, row-major.</param>
    /// <param name="strideY">From t to t + 1.</param>
    /// <param name="terms">How many t.</param>
    public static void Add(
        T* c,
        nint strideC,
        int rows,
        int columns,
        T* x,
        nint strideXt,
        nint strideXr,
        T* y,
        nint strideY,
        int terms
    )
    {
        for (int column = 0; column < columns; column += 2 * N.Count)
        for (int row = 0; row < rows; row += MatrixTile.Rows)
            AddTile(
                c + row * strideC + column,
                strideC,
                x + row * strideXr,
                strideXt,
                strideXr,
                y + column,
                strideY,
                terms
            );
    }

    /// <summary>One tile: eight sums, two registers of the second factor, one element and one product: twelve of AVX2's
    /// sixteen registers, and enough sums to cover an addition's latency.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(T* c, nint strideC, T* x, nint strideXt, nint strideXr, T* y, nint strideY, int terms)
    {
        T* c1 = c + strideC,
            c2 = c1 + strideC,
            c3 = c2 + strideC;
        V a0 = N.Load(c),
            a1 = N.Load(c1),
            a2 = N.Load(c2),
            a3 = N.Load(c3);
        V b0 = N.Load(c + N.Count),
            b1 = N.Load(c1 + N.Count),
            b2 = N.Load(c2 + N.Count),
            b3 = N.Load(c3 + N.Count);
        nint twice = 2 * strideXr,
            thrice = 3 * strideXr;
        for (; terms > 0; terms--)
        {
            V left = N.Load(y),
                right = N.Load(y + N.Count);
            V factor = N.Broadcast(*x);
            a0 = N.MultiplyThenAdd(factor, left, a0);
            b0 = N.MultiplyThenAdd(factor, right, b0);
            factor = N.Broadcast(x[strideXr]);
            a1 = N.MultiplyThenAdd(factor, left, a1);
            b1 = N.MultiplyThenAdd(factor, right, b1);
            factor = N.Broadcast(x[twice]);
            a2 = N.MultiplyThenAdd(factor, left, a2);
            b2 = N.MultiplyThenAdd(factor, right, b2);
            factor = N.Broadcast(x[thrice]);
            a3 = N.MultiplyThenAdd(factor, left, a3);
            b3 = N.MultiplyThenAdd(factor, right, b3);
            x += strideXt;
            y += strideY;
        }

        N.Store(a0, c);
        N.Store(a1, c1);
        N.Store(a2, c2);
        N.Store(a3, c3);
        N.Store(b0, c + N.Count);
        N.Store(b1, c1 + N.Count);
        N.Store(b2, c2 + N.Count);
        N.Store(b3, c3 + N.Count);
    }
}

/// <summary>The part of a product that is kept in registers.</summary>
internal static class MatrixTile
{
    /// <summary>Its rows; its columns are two registers.</summary>
    public const int Rows = 4;
}
