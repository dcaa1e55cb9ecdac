using System.Numerics;

namespace Fanwise.Draws;

/// <summary>The orthonormal factor of a tall matrix, by Householder's reflections, with every sum in one fixed order: the same bits everywhere.</summary>
/// <remarks>Source: Golub and Van Loan, Matrix Computations, 5.2.2.</remarks>
internal static class HouseholderQr
{
    /// <summary>Q * sign(diag R) of a = QR, reduced: (rows, columns), row-major. A zero on R's diagonal makes its column zero.</summary>
    public static T[] Orthonormal<T>(ReadOnlySpan<T> a, int rows, int columns) where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
    {
        // Column-major, so that a reflection's dot products run along memory.
        T[] r = new T[a.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) r[column * rows + row] = a[row * columns + column];

        T[] scale = new T[columns];
        T[] diagonal = new T[columns];
        for (int k = 0; k < columns; k++)
        {
            Span<T> v = r.AsSpan(k * rows + k, rows - k);
            T norm = T.Sqrt(Dot<T>(v, v));
            diagonal[k] = v[0] >= T.Zero ? -norm : norm;
            if (norm == T.Zero) continue;
            v[0] -= diagonal[k];
            scale[k] = -T.One / (diagonal[k] * v[0]); // 2 / v'v
            for (int column = k + 1; column < columns; column++) Reflect<T>(v, scale[k], r.AsSpan(column * rows + k, rows - k));
        }

        T[] q = new T[a.Length];
        for (int k = columns - 1; k >= 0; k--)
        {
            q[k * rows + k] = T.One;
            if (scale[k] == T.Zero) continue;
            for (int column = k; column < columns; column++) Reflect<T>(r.AsSpan(k * rows + k, rows - k), scale[k], q.AsSpan(column * rows + k, rows - k));
        }

        T[] result = new T[a.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                result[row * columns + column] = q[column * rows + row] * T.CreateChecked(T.Sign(diagonal[column]));
        return result;
    }

    /// <summary>x -= v * (scale * v'x).</summary>
    private static void Reflect<T>(ReadOnlySpan<T> v, T scale, Span<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T factor = scale * Dot<T>(v, x);
        for (int i = 0; i < v.Length; i++) x[i] -= factor * v[i];
    }

    /// <summary>Sixteen partial sums, element i in sum i mod 16, added pairwise at the end.</summary>
    private static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> sums = stackalloc T[16];
        sums.Clear();
        for (int i = 0; i < a.Length; i++) sums[i & 15] += a[i] * b[i];
        for (int half = 8; half > 0; half >>= 1)
            for (int i = 0; i < half; i++) sums[i] += sums[i + half];
        return sums[0];
    }
}
