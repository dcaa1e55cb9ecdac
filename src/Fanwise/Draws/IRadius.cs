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
    public void Prepare<L, W, D, F>(ulong* words, int registers)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged;

    /// <summary>The radii of a register of blocks.</summary>
    public F Finish<L, W, D, F>(F prepared)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged;
}

/// <summary>Logarithm and root in single precision.</summary>
/// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
internal readonly unsafe struct SingleRadius(double* table) : IRadius
{
    public void Prepare<L, W, D, F>(ulong* words, int registers)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        if (L.HasLookup)
        {
            Loops<L, W, D, F>.Logarithms(table, words, registers);
        }
        else
        {
            ulong* places = words + 4 * L.Count * registers;
            Loops<L, W, D, F>.Places(words, places, registers);
            Loops<L, W, D, F>.Logarithms(table, words, places, registers);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Finish<L, W, D, F>(F prepared)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged => L.Sqrt(prepared);

    private static class Loops<L, W, D, F>
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Logarithms(double* table, ulong* words, int registers)
        {
            for (; registers > 0; registers--, words += 4 * L.Count)
            {
                D first = SingleFunctions<L, W, D, F>.MinusTwiceLog(table, K(words)),
                    second = SingleFunctions<L, W, D, F>.MinusTwiceLog(table, K(words + 2 * L.Count));
                L.Store(L.Narrow(first, second), (float*)words);
            }
        }

        /// <summary>Leaves k in the place of words 0 and 2, and the places of their logarithms.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Places(ulong* words, ulong* places, int registers)
        {
            for (; registers > 0; registers--, words += 4 * L.Count, places += 2 * L.Count)
            {
                D first = K(words),
                    second = K(words + 2 * L.Count);
                L.Store(first, (double*)words);
                L.Store(second, (double*)(words + 2 * L.Count));
                L.Store(SingleFunctions<L, W, D, F>.Place(first), places);
                L.Store(SingleFunctions<L, W, D, F>.Place(second), places + L.Count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Logarithms(double* table, ulong* words, ulong* places, int registers)
        {
            for (; registers > 0; registers--, words += 4 * L.Count, places += 2 * L.Count)
            {
                D first = SingleFunctions<L, W, D, F>.MinusTwiceLog(table, L.Load((double*)words), places),
                    second = SingleFunctions<L, W, D, F>.MinusTwiceLog(
                        table,
                        L.Load((double*)(words + 2 * L.Count)),
                        places + L.Count
                    );
                L.Store(L.Narrow(first, second), (float*)words);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static D K(ulong* words) =>
            SingleFunctions<L, W, D, F>.AtLeastLeast(SingleFunctions<L, W, D, F>.Fraction(L.Load(words)));
    }
}

/// <summary>Logarithm and root in double, as TensorFlow took them up to 1.2.</summary>
internal readonly unsafe struct DoubleRadius : IRadius
{
    public void Prepare<L, W, D, F>(ulong* words, int registers)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        for (; registers > 0; registers--, words += 4 * L.Count)
            L.Store(L.Narrow(Of<L, W, D, F>(words), Of<L, W, D, F>(words + 2 * L.Count)), (float*)words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Finish<L, W, D, F>(F prepared)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged => prepared;

    private static D Of<L, W, D, F>(ulong* words)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        D u = L.Multiply(SingleFunctions<L, W, D, F>.Fraction(L.Load(words)), L.Double(1 / 8388608.0));
        return L.Sqrt(L.Multiply(L.Double(-2), DoubleFunctions<L, W, D>.Log(L.Max(u, L.Double((double)1e-7f)))));
    }
}
