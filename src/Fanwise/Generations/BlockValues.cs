using Fanwise.Draws;

namespace Fanwise.Generations;

/// <summary>A block of a larger tensor as a tensor of its own: <c>destination[i, j] = whole[offset0 + i, offset1 +
/// j]</c>; what lies outside is an error.</summary>
internal sealed record BlockValues : Values
{
    private readonly Values _whole;
    private readonly Shape _offset;

    public BlockValues(Values whole, Shape offset, Shape shape)
        : base(shape, whole.ElementType)
    {
        if (offset.Rank != shape.Rank || offset.Rank != whole.Shape.Rank)
            throw new InitializerException(
                $"A part must have the rank of the full shape {whole.Shape}; received {shape}."
            );
        for (int d = 0; d < shape.Rank; d++)
            if (offset[d] > whole.Shape[d] - shape[d])
                throw new InitializerException(
                    $"A part must lie within the full shape {whole.Shape}; received offset {offset}, shape {shape}."
                );
        (_whole, _offset) = (whole, offset);
    }

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("block");
        writer.Write(_whole);
        writer.Write(_offset);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        // Row by row along the last dimension, where both run in step.
        int size = ElementType.Size();
        long columns = Shape.Rank == 0 ? 1 : Shape[Shape.Rank - 1];
        while (!destination.IsEmpty)
        {
            (long row, long column) = Math.DivRem(start, columns);
            int length = (int)Math.Min(columns - column, destination.Length / size);
            _whole.Fill(Index(row, column), destination[..(length * size)]);
            start += length;
            destination = destination[(length * size)..];
        }
    }

    private long Index(long row, long column)
    {
        long index = column,
            stride = 1;
        for (int d = Shape.Rank - 1; d >= 0; d--)
        {
            long position = 0;
            if (d < Shape.Rank - 1)
                (row, position) = Math.DivRem(row, Shape[d]);
            index += (position + _offset[d]) * stride;
            stride *= _whole.Shape[d];
        }

        return index;
    }
}
