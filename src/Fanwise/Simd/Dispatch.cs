using System.Runtime.Intrinsics;

namespace Fanwise.Simd;

/// <summary>Something that runs at any width.</summary>
internal interface IVectorized
{
    /// <summary>What it is called in the library of wider kernels; it must be unmanaged then.</summary>
    public static virtual WideCall Wide => WideCall.None;

    public void Run<TLanes, TWords, TDoubles, TSingles>()
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged;
}

/// <summary>From what the processor has to a width: the only such ladder.</summary>
internal static class Dispatch
{
    /// <summary>The width that is used.</summary>
    /// <remarks>
    /// Wider is faster, measured on Intel's Sapphire Rapids (uniform, normal, truncated normal; scalar C++ = 1): 512
    /// bits 7.8, 12.3 and 10.7; 256 bits with AVX-512's registers 5.6, 8.4 and 7.4,
    /// without 4.7, 6.7 and 6.2; 128 bits 2.5, 4.3 and 4.1; one word at a time 1.0, 1.5 and 1.5 (docs/performance.md).
    /// On processors that lower their clock for 512 bits, the runtime says that these are not accelerated.
    /// </remarks>
    public static VectorWidth Best =>
        Lanes512.IsSupported ? VectorWidth.Bits512
        : Lanes256.IsSupported ? VectorWidth.Bits256
        : Lanes128.IsSupported ? VectorWidth.Bits128
        : VectorWidth.Scalar;

    /// <summary>The width at which draws are made: that of wider kernels where the program has them.</summary>
    public static VectorWidth Effective => WideKernels.Width ?? Best;

    /// <summary>The widths that this machine can run, narrowest first.</summary>
    public static IEnumerable<VectorWidth> Supported =>
        Enum.GetValues<VectorWidth>()
            .Where(static width =>
                width switch
                {
                    VectorWidth.Bits512 => Lanes512.IsSupported,
                    VectorWidth.Bits256 => Lanes256.IsSupported,
                    VectorWidth.Bits128 => Lanes128.IsSupported,
                    _ => true,
                }
            );

    /// <summary>Runs at a width that this machine supports.</summary>
    public static void Run<TVectorized>(in TVectorized vectorized, VectorWidth width)
        where TVectorized : struct, IVectorized, allows ref struct
    {
        if (width == Best && WideKernels.TryRun(vectorized))
            return;

        // Each test is repeated where its kernels are called: the ahead-of-time compiler compiles them only behind it.
        if (width == VectorWidth.Bits512 && Lanes512.IsSupported)
            vectorized.Run<Lanes512, Vector512<ulong>, Vector512<double>, Vector512<float>>();
        else if (width == VectorWidth.Bits256 && Lanes256.IsSupported)
            vectorized.Run<Lanes256, Vector256<ulong>, Vector256<double>, Vector256<float>>();
        else if (width == VectorWidth.Bits128 && Lanes128.IsSupported)
            vectorized.Run<Lanes128, Vector128<ulong>, Vector128<double>, Vector128<float>>();
        else
            vectorized.Run<ScalarLanes, ulong, double, Pair>();
    }
}
