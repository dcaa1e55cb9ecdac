namespace Fanwise.Draws;

/// <summary>Values with one row of zeros, such as the row of an embedding that stands for padding: <c>destination[i] =
/// i / (elements of a row) == row ? 0 : values[i]</c>.</summary>
public sealed record ZeroRowValues : Values
{
    /// <summary>These values, but zeros in a row.</summary>
    /// <param name="inner">The other rows.</param>
    /// <param name="row">The row's number, from 0.</param>
    /// <exception cref="InitializerException">The tensor has no such row.</exception>
    public ZeroRowValues(Values inner, long row)
        : base((inner ?? throw new ArgumentNullException(nameof(inner))).Shape, inner.ElementType)
    {
        if (inner.Shape.Rank == 0 || row < 0 || row >= inner.Shape[0])
            throw new InitializerException($"A row of zeros must be one of the shape {inner.Shape}; received {row}.");
        (Inner, Row) = (inner, row);
    }

    /// <summary>The other rows.</summary>
    public Values Inner { get; }

    /// <summary>The row's number, from 0.</summary>
    public long Row { get; }

    internal override Values? Reseeded(long seed) =>
        Inner.Reseeded(seed) is { } inner ? new ZeroRowValues(inner, Row) : null;

    /// <inheritdoc/>
    public override bool NeedsWhole => Inner.NeedsWhole;

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("zero-row");
        writer.Write(Inner);
        writer.Write(Row);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        FillSlice(Inner, start, destination);
        int size = ElementType.Size();
        long width = Shape.Elements / Shape[0],
            from = Math.Max(0, Row * width - start),
            to = Math.Min(destination.Length / size, (Row + 1) * width - start);
        if (from < to)
            destination[(int)(from * size)..(int)(to * size)].Clear();
    }
}
