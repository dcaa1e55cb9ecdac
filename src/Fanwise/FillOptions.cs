namespace Fanwise;

/// <summary>How memory is filled: on how many threads, with what to watch and to stop it. The values are the same for
/// all of them.</summary>
/// <remarks>Fills of less than 512 KiB stay on the caller's thread, whatever is allowed.</remarks>
public sealed record FillOptions
{
    /// <summary>All of the machine's cores, without progress or cancellation.</summary>
    public static FillOptions Default { get; } = new();

    /// <summary>The most threads at a time, at least 1; by default as many as there are cores.</summary>
    /// <exception cref="InitializerException">It is below 1.</exception>
    public int MaxDegreeOfParallelism
    {
        get;
        init =>
            field =
                value >= 1
                    ? value
                    : throw new InitializerException($"A fill needs at least 1 thread; received {value}.");
    } = Environment.ProcessorCount;

    /// <summary>Stops a fill between two parts of it, which leaves the destination partly filled.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Is told, after each part, how many elements are filled; from any thread, so numbers may arrive out of
    /// order.</summary>
    public IProgress<long>? Progress { get; init; }
}
