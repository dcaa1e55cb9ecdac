using System.Runtime.InteropServices;

namespace Fanwise.Simd;

/// <summary>Tables of doubles in memory that is aligned to cache lines, does not move and is never freed.</summary>
internal static unsafe class LookupTable
{
    /// <summary>The entries of a table that <see cref="IDoubleLanes{TWords, TDoubles}.Lookup"/> reads.</summary>
    public const int Entries = 16;

    private const int CacheLine = 64;

    /// <summary>Lays a table out.</summary>
    public static double* Create(ReadOnlySpan<double> entries)
    {
        double* table = (double*)NativeMemory.AlignedAlloc((nuint)entries.Length * sizeof(double), CacheLine);
        entries.CopyTo(new Span<double>(table, entries.Length));
        return table;
    }
}
