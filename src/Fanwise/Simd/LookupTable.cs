using System.Runtime.InteropServices;

namespace Fanwise.Simd;

/// <summary>How <see cref="IDoubleLanes{W, D}.Lookup"/> wants two tables of 16 doubles: each on its own (for permutes
/// of whole registers), then pairwise (for loads of pairs).</summary>
internal static unsafe class LookupTable
{
    public const int Entries = 16,
        First = 0,
        Second = 16,
        Pairs = 32,
        Length = 64;

    /// <summary>Lays two tables out, in memory that is aligned to cache lines, does not move and is never
    /// freed.</summary>
    public static double* Create(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double* table = (double*)NativeMemory.AlignedAlloc(Length * sizeof(double), 64);
        for (int i = 0; i < Entries; i++)
        {
            table[First + i] = table[Pairs + 2 * i] = first[i];
            table[Second + i] = table[Pairs + 2 * i + 1] = second[i];
        }

        return table;
    }
}
