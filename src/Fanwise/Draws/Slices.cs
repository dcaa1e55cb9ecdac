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
    public static void Fill<K, T>(in K kernel, PhiloxStream stream, long start, T* destination, long length)
        where K : struct, IKernel<T>
        where T : unmanaged
    {
        T* scratch = stackalloc T[LargestStep];
        (long group, int offset) = (start / K.GroupSize, (int)(start % K.GroupSize));
        while (length > 0)
        {
            PhiloxRun run = new(stream.Key, unchecked(stream.Counter + (UInt128)group * K.Skip));
            long untilCarry = K.GroupSize * (((1L << 32) - run.First + K.Skip - 1) / K.Skip) - offset,
                count;
            nint steps = offset == 0 ? (nint)(Math.Min(length, untilCarry) / K.Step) : 0;
            if (steps > 0)
            {
                kernel.Fill(&run, destination, steps);
                count = steps * K.Step;
            }
            else
            {
                kernel.Fill(&run, scratch, 1);
                count = Math.Min(Math.Min(length, untilCarry), K.Step - offset);
                new ReadOnlySpan<T>(scratch + offset, (int)count).CopyTo(new Span<T>(destination, (int)count));
            }

            group += (offset + count) / K.GroupSize;
            offset = (int)((offset + count) % K.GroupSize);
            destination += count;
            length -= count;
        }
    }
}
