using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fanwise.Simd;

/// <summary>A vectorized computation that can cross into the library of wider kernels.</summary>
internal enum WideCall
{
    /// <summary>It runs where it is called.</summary>
    None,

    /// <summary>A slice of a draw.</summary>
    Slice,

    /// <summary>A slice of a draw of JAX's.</summary>
    XlaSlice,

    /// <summary>PyTorch's uniforms of a word each.</summary>
    TorchSingleUniforms,

    /// <summary>PyTorch's normals of a word each.</summary>
    TorchSingleBlocks,

    /// <summary>PyTorch's uniforms of two words each.</summary>
    TorchDoubleUniforms,

    /// <summary>PyTorch's normals of two words each.</summary>
    TorchDoubleBlocks,

    /// <summary>MT19937's words.</summary>
    TorchWords,

    /// <summary>A step of an orthonormal factor in float32.</summary>
    SingleReflections,

    /// <summary>A step of an orthonormal factor in float64.</summary>
    DoubleReflections,
}

/// <summary>Kernels at the processor's full width for programs that are compiled ahead of time.</summary>
/// <remarks>
/// The native compiler answers "which vectors are accelerated?" when it compiles, once for the whole program: a program
/// for every x64 processor has 128 bits. So the kernels are compiled again, as small libraries for x86-64-v3 and
/// x86-64-v4, which lie in <c>glibc-hwcaps</c> beside the program. The C library's loader itself chooses the one that
/// the processor and the operating system allow, and finds none elsewhere, where 128 bits stay.
/// </remarks>
internal static unsafe class WideKernels
{
    private const string Library = "libfanwise-kernels.so";

    private static readonly delegate* unmanaged<int, void*, void> Kernels = Find();

    /// <summary>The width of the kernels that the program has found; null where it has none.</summary>
    public static VectorWidth? Width { get; private set; }

    /// <summary>Runs a computation there; false where there are none, or it stays here.</summary>
    public static bool TryRun<TVectorized>(in TVectorized vectorized)
        where TVectorized : struct, IVectorized, allows ref struct
    {
        if (RuntimeFeature.IsDynamicCodeSupported || TVectorized.Wide == WideCall.None || Kernels is null)
            return false;
        fixed (void* pointer = &Unsafe.As<TVectorized, byte>(ref Unsafe.AsRef(in vectorized)))
            Kernels((int)TVectorized.Wide, pointer);
        return true;
    }

    /// <summary>The build of this assembly, which both sides must have: structures cross as they lie in
    /// memory.</summary>
    public static Guid Build => typeof(WideKernels).Module.ModuleVersionId;

    [UnconditionalSuppressMessage(
        "Interoperability",
        "CA1420",
        Justification = "Function pointers need no marshalling."
    )]
    private static delegate* unmanaged<int, void*, void> Find()
    {
        bool canBeWider =
            !RuntimeFeature.IsDynamicCodeSupported
            && !Lanes256.IsSupported
            && OperatingSystem.IsLinux()
            && RuntimeInformation.ProcessArchitecture == Architecture.X64;
        if (
            !canBeWider
            || !NativeLibrary.TryLoad(Library, out nint library)
            || !NativeLibrary.TryGetExport(library, "fanwise_kernels_build", out nint build)
            || !NativeLibrary.TryGetExport(library, "fanwise_kernels_width", out nint width)
            || !NativeLibrary.TryGetExport(library, "fanwise_kernels_run", out nint run)
        )
            return null;
        Guid theirs;
        ((delegate* unmanaged<Guid*, void>)build)(&theirs);
        if (theirs != Build)
            return null;
        Width = (VectorWidth)((delegate* unmanaged<int>)width)();
        return (delegate* unmanaged<int, void*, void>)run;
    }
}
