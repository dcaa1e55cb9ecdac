using System.Runtime.InteropServices;

namespace Fanwise.Benchmarks;

/// <summary>The peer of orthogonal factors: LAPACK's geqrf and orgqr as OpenBLAS has them, on one thread.</summary>
/// <remarks>Debian: apt-get install libopenblas0-pthread. What is not installed is left out.</remarks>
internal static unsafe class Lapack
{
    private static readonly nint Library = Find();

    /// <summary>Whether the library is there.</summary>
    public static bool IsInstalled => Library != 0;

    /// <summary>Its name, version and the kernels it chose for this processor.</summary>
    public static string Name =>
        Marshal.PtrToStringAnsi(((delegate* unmanaged<nint>)Export("openblas_get_config"))()) ?? "OpenBLAS";

    /// <summary>Replaces a matrix, column by column in memory, by its orthonormal factor.</summary>
    public static void Orthonormal(float[] matrix, int rows, int columns)
    {
        var reduce = (delegate* unmanaged<int*, int*, float*, int*, float*, float*, int*, int*, void>)Export("sgeqrf_");
        var form = (delegate* unmanaged<int*, int*, int*, float*, int*, float*, float*, int*, int*, void>)Export(
            "sorgqr_"
        );
        // LAPACK says that columns * block is the best size; its blocks have at most 64 columns.
        int size = columns * 64,
            status = 0;
        float[] factors = new float[columns],
            room = new float[size];
        fixed (
            float* a = matrix,
                tau = factors,
                work = room
        )
        {
            reduce(&rows, &columns, a, &rows, tau, work, &size, &status);
            if (status == 0)
                form(&rows, &columns, &columns, a, &rows, tau, work, &size, &status);
        }

        if (status != 0)
            throw new InvalidOperationException($"LAPACK refuses argument {-status}.");
    }

    private static nint Find()
    {
        if (!NativeLibrary.TryLoad("libopenblas.so.0", out nint library))
            return 0;
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        return library;
    }

    private static nint Export(string name) => NativeLibrary.GetExport(Library, name);
}
