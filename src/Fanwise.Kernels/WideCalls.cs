using Fanwise.Draws;
using Fanwise.Draws.Twister;
using Fanwise.Draws.Xla;
using Fanwise.LinearAlgebra;
using Fanwise.Simd;

namespace Fanwise.Kernels;

/// <summary>The other side of <see cref="WideKernels"/>: what each call is.</summary>
internal static unsafe class WideCalls
{
    /// <summary>Runs a computation of the same build of this assembly.</summary>
    /// <param name="call">Which.</param>
    /// <param name="vectorized">Its structure, as it lies in the caller's memory.</param>
    public static void Run(WideCall call, void* vectorized)
    {
        switch (call)
        {
            case WideCall.Slice:
                Dispatch.Run(*(Sampler.Slice*)vectorized, Dispatch.Best);
                break;
            case WideCall.XlaSlice:
                Dispatch.Run(*(XlaSampler.Slice*)vectorized, Dispatch.Best);
                break;
            case WideCall.TorchSingleUniforms:
                Dispatch.Run(*(TwisterRun.Loop<SingleUniforms>*)vectorized, Dispatch.Best);
                break;
            case WideCall.TorchSingleBlocks:
                Dispatch.Run(*(TwisterRun.Loop<SingleBlocks>*)vectorized, Dispatch.Best);
                break;
            case WideCall.TorchDoubleUniforms:
                Dispatch.Run(*(TwisterRun.Loop<DoubleUniforms>*)vectorized, Dispatch.Best);
                break;
            case WideCall.TorchDoubleBlocks:
                Dispatch.Run(*(TwisterRun.Loop<DoubleBlocks>*)vectorized, Dispatch.Best);
                break;
            case WideCall.TorchWords:
                Dispatch.Run(*(TwisterRun.Loop<RawWords>*)vectorized, Dispatch.Best);
                break;
            case WideCall.SingleReflections:
                Dispatch.Run(*(ReflectionStep<float>*)vectorized, Dispatch.Best);
                break;
            case WideCall.DoubleReflections:
                Dispatch.Run(*(ReflectionStep<double>*)vectorized, Dispatch.Best);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(call), call, "No such call.");
        }
    }
}
