using System.Numerics;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>The orthonormal factor of a tall matrix, by Householder's reflections, with every sum in one fixed order:
/// the same bits at every vector width and number of threads.</summary>
/// <remarks>
/// Panels of 32 columns are reduced one column at a time; their reflections are applied to the other columns together,
/// as I - V T V' (Schreiber and Van Loan 1989), which is matrix products, cut over the cores by columns.
/// Source: Golub and Van Loan, Matrix Computations, 5.2.
/// </remarks>
internal static class HouseholderQr
{
    /// <summary>Q * sign(diag R) of a = QR, reduced: (rows, columns), row-major. A zero on R's diagonal makes its
    /// column zero.</summary>
    public static T[] Orthonormal<T>(ReadOnlySpan<T> a, int rows, int columns)
        where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T> =>
        Orthonormal(a, rows, columns, Environment.ProcessorCount, Dispatch.Best);

    /// <summary>As above, on so many threads, at a width that the machine supports.</summary>
    public static T[] Orthonormal<T>(ReadOnlySpan<T> a, int rows, int columns, int threads, VectorWidth width)
        where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
    {
        Reflections<T> reflections = new(a, rows, columns, threads);
        Dispatch.Run(new Reduction<T>(reflections), width);
        return reflections.Result();
    }

    private readonly struct Reduction<T>(Reflections<T> reflections) : IVectorized
        where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
    {
        public void Run<L, W, D, F>()
            where L : struct, ILanes<W, D, F>
            where W : unmanaged
            where D : unmanaged
            where F : unmanaged
        {
            if (reflections is Reflections<float> singles)
                singles.Run<RealSingles<L, W, D, F>, F>();
            else if (reflections is Reflections<double> doubles)
                doubles.Run<RealDoubles<L, W, D>, D>();
        }
    }
}
