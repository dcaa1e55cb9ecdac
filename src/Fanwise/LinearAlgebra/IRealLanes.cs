using Fanwise.Simd;

namespace Fanwise.LinearAlgebra;

/// <summary>The little that matrix arithmetic says about registers of singles or of doubles.</summary>
/// <typeparam name="V">A register.</typeparam>
/// <typeparam name="T">An element.</typeparam>
internal unsafe interface IRealLanes<V, T>
    where V : struct
    where T : unmanaged
{
    /// <summary>The elements of a register.</summary>
    public static abstract int Count { get; }

    public static abstract V Broadcast(T value);
    public static abstract V Load(T* source);
    public static abstract void Store(V value, T* destination);

    /// <summary>a * b + c, rounded once at every width.</summary>
    public static abstract V Fused(V a, V b, V c);
}

/// <summary>Singles of any width.</summary>
internal readonly unsafe struct RealSingles<L, W, D, F> : IRealLanes<F, float>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    public static int Count => 2 * L.Count;

    public static F Broadcast(float value) => L.Single(value);

    public static F Load(float* source) => L.Load(source);

    public static void Store(F value, float* destination) => L.Store(value, destination);

    public static F Fused(F a, F b, F c) => L.Fused(a, b, c);
}

/// <summary>Doubles of any width.</summary>
internal readonly unsafe struct RealDoubles<L, W, D> : IRealLanes<D, double>
    where L : struct, IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
{
    public static int Count => L.Count;

    public static D Broadcast(double value) => L.Double(value);

    public static D Load(double* source) => L.Load(source);

    public static void Store(D value, double* destination) => L.Store(value, destination);

    public static D Fused(D a, D b, D c) => L.Fused(a, b, c);
}
