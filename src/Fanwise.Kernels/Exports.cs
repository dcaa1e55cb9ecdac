using System.Runtime.InteropServices;
using Fanwise.Simd;

namespace Fanwise.Kernels;

/// <summary>What the library of wider kernels exports (see <see cref="WideKernels"/>).</summary>
internal static unsafe class Exports
{
    /// <summary>The build of the library, which the caller compares with its own.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_kernels_build")]
    public static void Build(Guid* build) => *build = WideKernels.Build;

    /// <summary>The width at which this library computes.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_kernels_width")]
    public static int Width() => (int)Dispatch.Best;

    /// <summary>Runs a computation at this library's width.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_kernels_run")]
    public static void Run(int call, void* vectorized) => WideCalls.Run((WideCall)call, vectorized);
}
