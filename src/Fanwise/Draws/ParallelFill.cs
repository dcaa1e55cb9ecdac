namespace Fanwise.Draws;

/// <summary>Cuts a large fill into parts, which the machine's cores take one by one.</summary>
internal static unsafe class ParallelFill
{
    /// <summary>The size of a part: some 100 microseconds of the fastest draw, and small enough for a core's own
    /// cache.</summary>
    public const int PartBytes = 1 << 18;

    /// <summary>Makes one part.</summary>
    /// <param name="offset">Where it begins, in bytes from the beginning of the destination.</param>
    /// <param name="part">The part of the destination.</param>
    public delegate void FillPart(long offset, Span<byte> part);

    /// <summary>Whether a fill is done at once: it is small, or one thread does all of it and nobody watches.</summary>
    public static bool IsPlain(int bytes, FillOptions options) =>
        bytes < 2 * PartBytes
        || (
            options.MaxDegreeOfParallelism == 1 && options.Progress is null && !options.CancellationToken.CanBeCanceled
        );

    /// <summary>Fills all parts.</summary>
    /// <param name="destination">The memory.</param>
    /// <param name="lead">The bytes of the first element's group that lie before the destination: parts end where
    /// groups do.</param>
    /// <param name="elementSize">In bytes.</param>
    /// <param name="options">How.</param>
    /// <param name="fill">Makes a part.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run(Span<byte> destination, int lead, int elementSize, FillOptions options, FillPart fill)
    {
        int parts = (int)(((long)lead + destination.Length + PartBytes - 1) / PartBytes),
            bytes = destination.Length;
        long done = 0;
        fixed (byte* memory = destination)
        {
            nint start = (nint)memory;
            void Part(int part)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                long from = Math.Max(0, (long)part * PartBytes - lead),
                    to = Math.Min(bytes, (part + 1L) * PartBytes - lead);
                fill(from, new Span<byte>((byte*)start + from, (int)(to - from)));
                options.Progress?.Report(Interlocked.Add(ref done, to - from) / elementSize);
            }

            if (options.MaxDegreeOfParallelism == 1)
            {
                for (int part = 0; part < parts; part++)
                    Part(part);
                return;
            }

            // One part at a time: Parallel.For by itself hands out more and more at once, and one core would wait for
            // the last of the other's.
            int threads = Math.Min(options.MaxDegreeOfParallelism, parts),
                next = -1;
            Parallel.For(
                0,
                threads,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = options.CancellationToken },
                (_, state) =>
                {
                    for (
                        int part = Interlocked.Increment(ref next);
                        part < parts && !state.ShouldExitCurrentIteration;
                        part = Interlocked.Increment(ref next)
                    )
                        Part(part);
                }
            );
        }
    }
}
