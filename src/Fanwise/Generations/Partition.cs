namespace Fanwise.Generations;

/// <summary>Which part of a variable a call is to make.</summary>
public abstract record Partition
{
    private protected Partition() { }

    /// <summary>The keyword by which Python passes it.</summary>
    internal abstract string Keyword { get; }
}

/// <summary>TensorFlow 1's partition_info: the call's shape is the part's, and this says of what.</summary>
public sealed record PartitionInfo : Partition
{
    /// <summary>A part of a variable.</summary>
    /// <param name="fullShape">The shape of the whole variable, from which the fans are taken.</param>
    /// <param name="offset">Where the part begins in it.</param>
    /// <exception cref="InitializerException">The two differ in rank, or the offset does not lie within the
    /// shape.</exception>
    public PartitionInfo(Shape fullShape, params ReadOnlySpan<long> offset)
    {
        (FullShape, Offset) = (fullShape, Shape.Create(offset));
        if (Offset.Rank != fullShape.Rank)
            throw new InitializerException(
                $"A part's offset must have the rank of the full shape {fullShape}; received {Offset}."
            );
        for (int d = 0; d < fullShape.Rank; d++)
            if (Offset[d] > fullShape[d])
                throw new InitializerException(
                    $"A part's offset must lie within the full shape {fullShape}; received {Offset}."
                );
    }

    /// <summary>The shape of the whole variable.</summary>
    public Shape FullShape { get; }

    /// <summary>Where the part begins.</summary>
    public Shape Offset { get; }

    internal override string Keyword => "partition_info";
}

/// <summary>tf.keras' partition_shape and partition_offset: the call's shape is the whole's; what is drawn, and where
/// fans are taken from, is this.</summary>
public sealed record Shard : Partition
{
    /// <summary>A shard.</summary>
    /// <param name="shape">The shard's shape.</param>
    /// <param name="offset">Where it begins in the whole; null where the call does not say.</param>
    public Shard(Shape shape, Shape? offset = null) => (Shape, Offset) = (shape, offset);

    /// <summary>The shard's shape.</summary>
    public Shape Shape { get; }

    /// <summary>Where it begins in the whole.</summary>
    public Shape? Offset { get; }

    internal override string Keyword => "partition_shape";
}
