using Fanwise.Simd;

namespace Fanwise.LinearAlgebra;

/// <summary>The little that matrix arithmetic says about registers of singles or of doubles.</summary>
/// <typeparam name="TRegister">A register.</typeparam>
/// <typeparam name="T">An element.</typeparam>
internal unsafe interface IRealLanes<TRegister, T>
    where TRegister : struct
    where T : unmanaged
{
    /// <summary>The elements of a register.</summary>
    public static abstract int Count { get; }

    public static abstract TRegister Broadcast(T value);
    public static abstract TRegister Load(T* source);
    public static abstract void Store(TRegister value, T* destination);

    /// <summary>a * b + c, rounded once at every width.</summary>
    public static abstract TRegister Fused(TRegister a, TRegister b, TRegister c);
}

/// <summary>Singles of any width.</summary>
internal readonly unsafe struct RealSingles<TLanes, TWords, TDoubles, TSingles> : IRealLanes<TSingles, float>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    public static int Count => 2 * TLanes.Count;

    public static TSingles Broadcast(float value) => TLanes.Single(value);

    public static TSingles Load(float* source) => TLanes.Load(source);

    public static void Store(TSingles value, float* destination) => TLanes.Store(value, destination);

    public static TSingles Fused(TSingles a, TSingles b, TSingles c) => TLanes.Fused(a, b, c);
}

/// <summary>Doubles of any width.</summary>
internal readonly unsafe struct RealDoubles<TLanes, TWords, TDoubles> : IRealLanes<TDoubles, double>
    where TLanes : struct, IDoubleLanes<TWords, TDoubles>
    where TWords : unmanaged
    where TDoubles : unmanaged
{
    public static int Count => TLanes.Count;

    public static TDoubles Broadcast(double value) => TLanes.Double(value);

    public static TDoubles Load(double* source) => TLanes.Load(source);

    public static void Store(TDoubles value, double* destination) => TLanes.Store(value, destination);

    public static TDoubles Fused(TDoubles a, TDoubles b, TDoubles c) => TLanes.Fused(a, b, c);
}
