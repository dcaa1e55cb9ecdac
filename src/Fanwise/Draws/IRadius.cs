using System.Runtime.CompilerServices;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>The radius of Box and Muller's transform in single precision, at any width: sqrt(-2 ln(k 2^-23)); of k = 0,
/// of 1e-7.</summary>
internal unsafe interface IRadius
{
    /// <summary>Leaves in the place of words 0 what <see cref="Finish"/> takes.</summary>
    /// <inheritdoc cref="INormals{R, T}.Prepare"/>
    public void Prepare<TLanes, TWords, TDoubles, TSingles>(ulong* words, int registers)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged;

    /// <summary>The radii of a register of blocks.</summary>
    public TSingles Finish<TLanes, TWords, TDoubles, TSingles>(TSingles prepared)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged;
}

/// <summary>Logarithm and root in single precision.</summary>
/// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
internal readonly unsafe struct SingleRadius(double* table) : IRadius
{
    public void Prepare<TLanes, TWords, TDoubles, TSingles>(ulong* words, int registers)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        if (TLanes.HasLookup)
        {
            Loops<TLanes, TWords, TDoubles, TSingles>.Logarithms(table, words, registers);
        }
        else
        {
            ulong* places = words + 4 * TLanes.Count * registers;
            Loops<TLanes, TWords, TDoubles, TSingles>.Places(words, places, registers);
            Loops<TLanes, TWords, TDoubles, TSingles>.Logarithms(table, words, places, registers);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TSingles Finish<TLanes, TWords, TDoubles, TSingles>(TSingles prepared)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged => TLanes.Sqrt(prepared);

    private static class Loops<TLanes, TWords, TDoubles, TSingles>
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        [MethodImpl(Compilation.AtOnce)]
        public static void Logarithms(double* table, ulong* words, int registers)
        {
            SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LogTerms terms = new();
            for (; registers > 0; registers--, words += 4 * TLanes.Count)
            {
                TDoubles first = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LogByLookup(
                        table,
                        TLanes.Load(words),
                        terms,
                        out TDoubles sum0
                    ),
                    second = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LogByLookup(
                        table,
                        TLanes.Load(words + 2 * TLanes.Count),
                        terms,
                        out TDoubles sum1
                    );
                SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Log(ref first, sum0, ref second, sum1, terms);
                TLanes.StoreNarrowed(first, second, (float*)words);
            }
        }

        /// <summary>Leaves k in the place of words 0 and 2, and the places of their logarithms.</summary>
        [MethodImpl(Compilation.AtOnce)]
        public static void Places(ulong* words, ulong* places, int registers)
        {
            for (; registers > 0; registers--, words += 4 * TLanes.Count, places += 2 * TLanes.Count)
            {
                TDoubles first = K(words),
                    second = K(words + 2 * TLanes.Count);
                TLanes.Store(first, (double*)words);
                TLanes.Store(second, (double*)(words + 2 * TLanes.Count));
                TLanes.Store(SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Place(first), places);
                TLanes.Store(SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Place(second), places + TLanes.Count);
            }
        }

        [MethodImpl(Compilation.AtOnce)]
        public static void Logarithms(double* table, ulong* words, ulong* places, int registers)
        {
            for (; registers > 0; registers--, words += 4 * TLanes.Count, places += 2 * TLanes.Count)
            {
                TDoubles first = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.MinusTwiceLog(
                        table,
                        TLanes.Load((double*)words),
                        places
                    ),
                    second = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.MinusTwiceLog(
                        table,
                        TLanes.Load((double*)(words + 2 * TLanes.Count)),
                        places + TLanes.Count
                    );
                TLanes.StoreNarrowed(first, second, (float*)words);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TDoubles K(ulong* words) =>
            SingleFunctions<TLanes, TWords, TDoubles, TSingles>.AtLeastLeast(
                SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Fraction(TLanes.Load(words))
            );
    }
}

/// <summary>Logarithm and root in double, as TensorFlow took them up to 1.2.</summary>
internal readonly unsafe struct DoubleRadius : IRadius
{
    public void Prepare<TLanes, TWords, TDoubles, TSingles>(ulong* words, int registers)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        for (; registers > 0; registers--, words += 4 * TLanes.Count)
            TLanes.Store(
                TLanes.Narrow(
                    Of<TLanes, TWords, TDoubles, TSingles>(words),
                    Of<TLanes, TWords, TDoubles, TSingles>(words + 2 * TLanes.Count)
                ),
                (float*)words
            );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TSingles Finish<TLanes, TWords, TDoubles, TSingles>(TSingles prepared)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged => prepared;

    private static TDoubles Of<TLanes, TWords, TDoubles, TSingles>(ulong* words)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        TDoubles u = TLanes.Multiply(
            SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Fraction(TLanes.Load(words)),
            TLanes.Double(1 / 8388608.0)
        );
        return TLanes.Sqrt(
            TLanes.Multiply(
                TLanes.Double(-2),
                DoubleFunctions<TLanes, TWords, TDoubles>.Log(TLanes.Max(u, TLanes.Double((double)1e-7f)))
            )
        );
    }
}
