using Fanwise.Python;

namespace Fanwise.Models.Configurations;

/// <summary>The dimensions of a symbolic tensor, the batch first; null where one is not known before data
/// come.</summary>
internal sealed class TensorShape : IEquatable<TensorShape>
{
    private readonly long?[] _dimensions;

    public TensorShape(params long?[] dimensions) => _dimensions = dimensions;

    public int Rank => _dimensions.Length;

    public ReadOnlySpan<long?> Dimensions => _dimensions;

    /// <summary>A dimension; a negative axis counts from the end; null also where the axis lies outside.</summary>
    public long? this[int axis] => axis < -Rank || axis >= Rank ? null : _dimensions[axis < 0 ? axis + Rank : axis];

    /// <summary>The spatial dimensions of data with a batch and channels.</summary>
    public ReadOnlySpan<long?> Spatial(bool channelsFirst) => channelsFirst ? Dimensions[2..] : Dimensions[1..^1];

    /// <summary>A shape with batch, spatial dimensions and channels in the order of the data format.</summary>
    public static TensorShape Image(long? batch, ReadOnlySpan<long?> spatial, long? channels, bool channelsFirst) =>
        channelsFirst ? new([batch, channels, .. spatial]) : new([batch, .. spatial, channels]);

    /// <summary>The same shape with one more axis at its end.</summary>
    public TensorShape Append(long? dimension) => new([.. _dimensions, dimension]);

    /// <summary>The same shape with another dimension at an axis.</summary>
    public TensorShape With(int axis, long? dimension)
    {
        if (_dimensions[axis < 0 ? axis + Rank : axis] == dimension)
            return this;
        long?[] copy = [.. _dimensions];
        copy[axis < 0 ? axis + Rank : axis] = dimension;
        return new(copy);
    }

    /// <summary>The product of dimensions, null where one is not known or it exceeds 64 bits.</summary>
    public static long? Product(ReadOnlySpan<long?> dimensions)
    {
        Int128 product = 1;
        foreach (long? dimension in dimensions)
        {
            if (dimension is not { } known)
                return null;
            product *= known;
            if (product > long.MaxValue)
                return null;
        }

        return (long)product;
    }

    /// <summary>The shape that a JSON array of integers and nulls is, or null where it is none; an empty one is none,
    /// since a batch stands first.</summary>
    public static TensorShape? Read(JsonValue value)
    {
        if (!value.IsArray || value.Items.Length is 0 or > Shape.MaxRank + 2)
            return null;
        long?[] dimensions = new long?[value.Items.Length];
        for (int i = 0; i < dimensions.Length; i++)
        {
            JsonValue item = value.Items[i];
            if (item.IsNull)
                continue;
            long? dimension = item.AsInteger ?? Whole(item.AsNumber);
            if (dimension is null or < 0)
                return null;
            dimensions[i] = dimension;
        }

        return new(dimensions);

        static long? Whole(double? number) =>
            number is { } n && Math.Abs(n) < 1L << 53 && n == Math.Floor(n) ? (long)n : null;
    }

    public bool Equals(TensorShape? other) => other is not null && Dimensions.SequenceEqual(other.Dimensions);

    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long? dimension in _dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>As Python prints it: <c>(None, 28, 28, 1)</c>.</summary>
    public override string ToString() =>
        $"({string.Join(", ", _dimensions.Select(static dimension => dimension?.ToString() ?? "None"))}"
        + $"{(Rank == 1 ? "," : "")})";
}
