using System.Numerics;
using Fanwise.Simd;

namespace Fanwise.LinearAlgebra;

/// <summary>The orthonormal factor of a tall matrix, by Householder's reflections, with every sum in one fixed order:
/// the same bits at every vector width and number of threads.</summary>
/// <remarks>
/// Panels of 32 columns are reduced one column at a time; their reflections are applied to the other columns together,
/// as I - V T V' (Schreiber and Van Loan 1989), which is matrix products, cut over the cores by strips of 32 columns.
/// Every product is added to its sum with one rounding (a fused multiply-add), on every processor.
/// Source: Golub and Van Loan, Matrix Computations, 5.2.
/// </remarks>
internal static class HouseholderQr
{
    /// <summary>Q * sign(diag R) of a = QR, reduced: (rows, columns), row-major. A zero on R's diagonal makes its
    /// column zero.</summary>
    /// <remarks>Besides the result, it takes memory for the matrix once more, and for 32 columns a thread.</remarks>
    public static T[] Orthonormal<T>(ReadOnlySpan<T> a, int rows, int columns)
        where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T> =>
        Orthonormal(a, rows, columns, Environment.ProcessorCount, Dispatch.Best);

    /// <summary>As above, on so many threads, at a width that the machine supports.</summary>
    public static T[] Orthonormal<T>(ReadOnlySpan<T> a, int rows, int columns, int threads, VectorWidth width)
        where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
    {
        Reflections<T> reflections = new(a, rows, columns, threads, width);
        reflections.Reduce();
        return reflections.Factor();
    }
}
