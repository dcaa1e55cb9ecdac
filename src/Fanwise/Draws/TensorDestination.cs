using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fanwise.Draws;

/// <summary>Fills tensors of the caller's, which may be parts of others.</summary>
internal static class TensorDestination
{
    /// <summary>So many elements are filled at once where the tensor's do not lie side by side, and then moved to
    /// their places.</summary>
    private const int Tile = 4096;

    /// <summary>Fills a tensor of the values' own shape.</summary>
    public static void Fill<T>(Values values, in TensorSpan<T> destination)
        where T : unmanaged
    {
        if (destination.FlattenedLength == 0)
            return;
        if (destination.IsDense)
            FillDense(values, destination);
        else
            FillStrided(values.Materialize(), destination);
    }

    private static void FillDense<T>(Values values, in TensorSpan<T> destination)
        where T : unmanaged
    {
        ref T first = ref TensorMarshal.GetReference(destination);
        // A span is shorter than a tensor in memory of one's own may be.
        for (nint start = 0; start < destination.FlattenedLength; )
        {
            int length = (int)Math.Min(destination.FlattenedLength - start, int.MaxValue);
            values.Fill(start, MemoryMarshal.CreateSpan(ref Unsafe.Add(ref first, start), length));
            start += length;
        }
    }

    private static void FillStrided<T>(Values values, in TensorSpan<T> destination)
        where T : unmanaged
    {
        ref T first = ref TensorMarshal.GetReference(destination);
        ReadOnlySpan<nint> lengths = destination.Lengths,
            strides = destination.Strides;
        nint[] index = new nint[lengths.Length];
        nint place = 0;
        T[] tile = new T[(int)Math.Min(destination.FlattenedLength, Tile)];
        for (nint start = 0; start < destination.FlattenedLength; start += tile.Length)
        {
            Span<T> part = tile.AsSpan(0, (int)Math.Min(destination.FlattenedLength - start, tile.Length));
            values.Fill(start, part);
            foreach (T value in part)
            {
                Unsafe.Add(ref first, place) = value;
                place += Next(index, lengths, strides);
            }
        }
    }

    /// <summary>Goes to the next index in row-major order; how far its element lies from the one before.</summary>
    private static nint Next(nint[] index, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        nint step = 0;
        for (int axis = index.Length - 1; axis >= 0; axis--)
        {
            step += strides[axis];
            if (++index[axis] < lengths[axis])
                break;
            step -= index[axis] * strides[axis];
            index[axis] = 0;
        }

        return step;
    }
}
