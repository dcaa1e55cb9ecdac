using System.Runtime.CompilerServices;
using Fanwise.Simd;

namespace Fanwise.Draws;

/// <summary>The radius of Box and Muller's transform in single precision, at any width.</summary>
internal interface IRadius
{
    /// <summary>sqrt(-2 ln(k 2^-23)); of k = 0, of 1e-7.</summary>
    public F Of<L, W, D, F>(D k0, D k1)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged;
}

/// <summary>Logarithm and root in single precision.</summary>
/// <param name="table"><see cref="SingleTables.Logarithm"/>.</param>
internal readonly unsafe struct SingleRadius(double* table) : IRadius
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Of<L, W, D, F>(D k0, D k1)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged =>
        L.Sqrt(
            L.Narrow(
                SingleFunctions<L, W, D, F>.MinusTwiceLog(table, k0),
                SingleFunctions<L, W, D, F>.MinusTwiceLog(table, k1)
            )
        );
}

/// <summary>Logarithm and root in double, as TensorFlow took them up to 1.2.</summary>
internal readonly struct DoubleRadius : IRadius
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F Of<L, W, D, F>(D k0, D k1)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged => L.Narrow(Of<L, W, D>(k0), Of<L, W, D>(k1));

    private static D Of<L, W, D>(D k)
        where L : struct, IDoubleLanes<W, D>
        where W : unmanaged
        where D : unmanaged =>
        L.Sqrt(
            L.Multiply(
                L.Double(-2),
                DoubleFunctions<L, W, D>.Log(L.Max(L.Multiply(k, L.Double(1 / 8388608.0)), L.Double((double)1e-7f)))
            )
        );
}
