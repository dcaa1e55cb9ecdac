using Fanwise.Draws;

namespace Fanwise.Native;

/// <summary>What the functions that fill memory share.</summary>
internal static unsafe class Tensors
{
    /// <summary>No tensor has more dimensions: C callers' numbers are checked before they are followed.</summary>
    private const int MaxRank = 64;

    /// <summary>A fill reads its destination by parts of this many bytes: a span is shorter than 2^31.</summary>
    private const long PartBytes = 1L << 30;

    /// <summary>The shape that a C caller gave.</summary>
    public static Shape Shape(long* lengths, int rank)
    {
        if (rank is < 0 or > MaxRank)
            throw new RequestException($"A rank is 0 to {MaxRank}; received {rank}.");
        if (lengths is null && rank > 0)
            throw new RequestException("The lengths of a shape must not be NULL.");
        return Fanwise.Shape.Create(new ReadOnlySpan<long>(lengths, rank));
    }

    /// <summary>The element type of this number.</summary>
    public static ElementType Type(int type) =>
        Enum.IsDefined((ElementType)type)
            ? (ElementType)type
            : throw new RequestException(
                $"An element type is one of FANWISE_FLOAT32 to FANWISE_BOOL; received {type}."
            );

    /// <summary>How many threads: 0 stands for all of the machine's.</summary>
    public static FillOptions Threads(int threads) =>
        threads switch
        {
            0 => FillOptions.Default,
            > 0 => new FillOptions { MaxDegreeOfParallelism = threads },
            _ => throw new RequestException($"The number of threads is 1 or more, or 0 for all; received {threads}."),
        };

    /// <summary>Fills memory with the elements from <paramref name="start"/> on.</summary>
    public static void Fill(Values values, long start, long count, int threads, void* destination, long bytes)
    {
        int size = values.ElementType.Size();
        if (count < 0 || count > bytes / size)
            throw new RequestException(
                $"The destination must have room for {count} elements of {size} bytes; received {bytes} bytes."
            );
        if (destination is null && count > 0)
            throw new RequestException("The destination must not be NULL.");
        if (start < 0 || start > values.Shape.Elements - count)
            throw new RequestException(
                $"A slice must lie within the {values.Shape.Elements} elements of the tensor; received start {start}, "
                    + $"count {count}."
            );
        FillOptions options = Threads(threads);
        for (long done = 0; done < count; )
        {
            long part = Math.Min(count - done, PartBytes / size);
            values.Fill(start + done, new Span<byte>((byte*)destination + (done * size), (int)(part * size)), options);
            done += part;
        }
    }
}
