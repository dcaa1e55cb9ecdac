using System.Runtime.CompilerServices;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Cuts any slice of a stream's elements into whole steps of a kernel.</summary>
internal static unsafe class Slices
{
    /// <summary>The elements of the largest step.</summary>
    public const int LargestStep = 128;

    /// <summary>Fills the elements <paramref name="start"/> to <paramref name="start"/> + <paramref name="length"/> -
    /// 1.</summary>
    /// <remarks>
    /// The middle goes straight to the destination; a step of which only a part is wanted, at either end or before
    /// counter word 1 changes, is made elsewhere and that part copied.
    /// </remarks>
    [SkipLocalsInit]
    public static void Fill<TKernel, T>(in TKernel kernel, PhiloxStream stream, long start, T* destination, long length)
        where TKernel : struct, IKernel<T>
        where T : unmanaged
    {
        T* scratch = stackalloc T[LargestStep];
        (long group, int offset) = (start / TKernel.GroupSize, (int)(start % TKernel.GroupSize));
        while (length > 0)
        {
            PhiloxRun run = new(stream.Key, unchecked(stream.Counter + (UInt128)group * TKernel.Skip));
            long untilCarry = TKernel.GroupSize * (((1L << 32) - run.First + TKernel.Skip - 1) / TKernel.Skip) - offset,
                count;
            nint steps = offset == 0 ? (nint)(Math.Min(length, untilCarry) / TKernel.Step) : 0;
            if (steps > 0)
            {
                kernel.Fill(&run, destination, steps);
                count = steps * TKernel.Step;
            }
            else
            {
                kernel.Fill(&run, scratch, 1);
                count = Math.Min(Math.Min(length, untilCarry), TKernel.Step - offset);
                new ReadOnlySpan<T>(scratch + offset, (int)count).CopyTo(new Span<T>(destination, (int)count));
            }

            group += (offset + count) / TKernel.GroupSize;
            offset = (int)((offset + count) % TKernel.GroupSize);
            destination += count;
            length -= count;
        }
    }
}
