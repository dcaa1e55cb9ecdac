namespace Fanwise.Models.Files;

/// <summary>Lengths that a file says, as a shape.</summary>
internal static class StoredShape
{
    /// <summary>The shape and its size in bytes; false where a length is negative, there are too many, or the bytes are
    /// 2^63 or more.</summary>
    public static bool TryCreate(ReadOnlySpan<long> lengths, long elementSize, out Shape shape, out long bytes)
    {
        (shape, bytes) = (default, 0);
        if (lengths.Length > Shape.MaxRank)
            return false;
        Int128 product = 1; // of the lengths that are not zero, as a shape wants it
        foreach (long length in lengths)
            if (length < 0 || (length > 0 && (product *= length) > long.MaxValue))
                return false;
        shape = Shape.Create(lengths);
        Int128 size = (Int128)shape.Elements * elementSize;
        bytes = (long)Int128.Min(size, long.MaxValue);
        return size <= long.MaxValue;
    }
}
