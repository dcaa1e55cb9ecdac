using System.Runtime.InteropServices;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>From a draw, a stream and an index to elements: the one dispatch over element types.</summary>
internal static class Sampler
{
    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="start"/> on.</summary>
    public static void Fill(in Draw draw, PhiloxStream stream, long start, Span<byte> destination)
    {
        switch (draw.ElementType)
        {
            case ElementType.Float32: ScalarKernels.Singles(draw, stream, start, MemoryMarshal.Cast<byte, float>(destination)); break;
            case ElementType.Float64: ScalarKernels.Doubles(draw, stream, start, MemoryMarshal.Cast<byte, double>(destination)); break;
            case ElementType.Int32: ScalarKernels.Integers32(draw, stream, start, MemoryMarshal.Cast<byte, int>(destination)); break;
            case ElementType.Int64: ScalarKernels.Integers64(draw, stream, start, MemoryMarshal.Cast<byte, long>(destination)); break;
            default: ScalarKernels.Halves(draw, stream, start, destination); break;
        }
    }
}
