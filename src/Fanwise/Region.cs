namespace Fanwise;

/// <summary>A block of a tensor: for each dimension an offset and an extent. <c>Region.Rows(1000, 500)</c> is rows 1000
/// to 1499, whole.</summary>
public sealed class Region
{
    private readonly long[] _offset,
        _extent;

    /// <summary>The block at <paramref name="offset"/> with <paramref name="extent"/> elements along each dimension;
    /// dimensions that are not given are taken whole.</summary>
    /// <exception cref="InitializerException">The two differ in rank, or one is negative.</exception>
    public Region(ReadOnlySpan<long> offset, ReadOnlySpan<long> extent)
    {
        _offset = offset.ToArray();
        _extent = extent.ToArray();
        if (_offset.Length != _extent.Length)
            throw new InitializerException(
                $"A region's offset and extent must have one rank; received {_offset.Length} and "
                    + $"{_extent.Length} dimensions."
            );
        if (Array.Exists(_offset, static value => value < 0) || Array.Exists(_extent, static value => value < 0))
            throw new InitializerException($"A region's offset and extent must not be negative; received {this}.");
    }

    /// <summary>Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> - 1 of the
    /// outermost dimension, whole.</summary>
    public static Region Rows(long start, long count) => new([start], [count]);

    /// <summary>The number of elements of this region in a tensor of <paramref name="shape"/>.</summary>
    /// <exception cref="InitializerException">The region does not lie within the shape.</exception>
    public long ElementsIn(Shape shape)
    {
        (_, long[] extent) = Within(shape);
        return Shape.Create(extent).Elements;
    }

    /// <summary>The longest contiguous runs of this region in row-major order: where each starts in the whole tensor,
    /// all of one length.</summary>
    internal (IEnumerable<long> Starts, long Length) RunsIn(Shape shape)
    {
        (long[] offset, long[] extent) = Within(shape);
        // Innermost dimensions that are taken whole, and the first one that is not, make one run.
        int first = shape.Rank;
        long length = 1,
            stride = 1;
        while (first > 0)
        {
            first--;
            length *= extent[first];
            if (extent[first] != shape[first])
                break;
            if (first > 0)
                stride *= shape[first];
        }

        long start = first < shape.Rank ? offset[first] * stride : 0;
        return (Starts(first, start, stride), length);

        IEnumerable<long> Starts(int dimensions, long at, long inner)
        {
            if (Array.IndexOf(extent, 0L) >= 0)
                yield break;
            long[] index = new long[dimensions],
                strides = new long[dimensions];
            long outer = dimensions < shape.Rank ? inner * shape[dimensions] : 1;
            for (int d = dimensions - 1; d >= 0; d--)
            {
                strides[d] = outer;
                outer *= shape[d];
            }

            while (true)
            {
                long run = at;
                for (int d = 0; d < dimensions; d++)
                    run += (offset[d] + index[d]) * strides[d];
                yield return run;
                int digit = dimensions - 1;
                while (digit >= 0 && ++index[digit] == extent[digit])
                    index[digit--] = 0;
                if (digit < 0)
                    yield break;
            }
        }
    }

    private (long[] Offset, long[] Extent) Within(Shape shape)
    {
        if (_offset.Length > shape.Rank)
            throw new InitializerException($"A region has at most the rank of the shape {shape}; received {this}.");
        long[] offset = new long[shape.Rank],
            extent = shape.Lengths.ToArray();
        for (int d = 0; d < _offset.Length; d++)
        {
            (offset[d], extent[d]) = (_offset[d], _extent[d]);
            if (offset[d] > shape[d] - extent[d])
                throw new InitializerException($"A region must lie within the shape {shape}; received {this}.");
        }

        return (offset, extent);
    }

    /// <summary>Offset and extent: <c>offset (1000,), extent (500,)</c>.</summary>
    public override string ToString() => $"offset ({Shape.List(_offset)}), extent ({Shape.List(_extent)})";
}
