namespace Fanwise.Draws;

/// <summary>Tensors one after the other, in the row-major order of the whole: an LSTM's bias of two draws with ones
/// between, the gates of a kernel.</summary>
public sealed record ConcatenatedValues : Values
{
    private readonly Values[] _parts;

    /// <summary>The elements of all parts as one vector.</summary>
    /// <inheritdoc cref="ConcatenatedValues(Shape, ReadOnlySpan{Values})"/>
    public ConcatenatedValues(params ReadOnlySpan<Values> parts)
        : this([Sum(parts)], parts) { }

    /// <summary>The elements of all parts, in a tensor of this shape.</summary>
    /// <param name="shape">The shape of the whole.</param>
    /// <param name="parts">One or more, of one type, with as many elements together as the shape has.</param>
    /// <exception cref="InitializerException">There is no part, their types differ, or they have more or fewer
    /// elements.</exception>
    public ConcatenatedValues(Shape shape, params ReadOnlySpan<Values> parts)
        : base(shape, TypeOf(parts))
    {
        if (Sum(parts) != shape.Elements)
            throw new InitializerException(
                $"Parts must have the {shape.Elements} elements of the shape {shape}; received {Sum(parts)}."
            );
        _parts = parts.ToArray();
    }

    /// <summary>The parts, in order.</summary>
    internal ReadOnlySpan<Values> Parts => _parts;

    /// <inheritdoc/>
    public override bool NeedsWhole => Array.Exists(_parts, static part => part.NeedsWhole);

    /// <summary>That of the parts, where it is one and the same.</summary>
    internal override DeclaredDistribution? Declared
    {
        get
        {
            DeclaredDistribution? first = DeclaredDistribution.Of(_parts[0]);
            return Array.TrueForAll(_parts, part => Equals(DeclaredDistribution.Of(part), first)) ? first : null;
        }
    }

    /// <summary>Every part, since the order alone does not tell two of them apart.</summary>
    public override string ToString() => $"{nameof(ConcatenatedValues)} [{string.Join(", ", (object[])_parts)}]";

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("concatenated");
        writer.Write((long)_parts.Length);
        foreach (Values part in _parts)
            writer.Write(part);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        foreach (Values part in _parts)
        {
            if (destination.IsEmpty)
                return;
            if (start < part.Shape.Elements)
            {
                int count = (int)Math.Min(part.Shape.Elements - start, destination.Length / size);
                FillSlice(part, start, destination[..(count * size)]);
                destination = destination[(count * size)..];
                start += count;
            }

            start -= part.Shape.Elements;
        }
    }

    private static ElementType TypeOf(ReadOnlySpan<Values> parts)
    {
        if (parts.IsEmpty)
            throw new InitializerException("What is put together must have one part or more; received none.");
        foreach (Values part in parts)
            if (part.ElementType != parts[0].ElementType)
                throw new InitializerException(
                    $"Parts must have one element type; received {parts[0].ElementType.Name()} and "
                        + $"{part.ElementType.Name()}."
                );
        return parts[0].ElementType;
    }

    private static long Sum(ReadOnlySpan<Values> parts)
    {
        long sum = 0;
        foreach (Values part in parts)
            sum = checked(sum + part.Shape.Elements);
        return sum;
    }
}
