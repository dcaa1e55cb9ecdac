namespace Fanwise.Draws;

/// <summary>Cuts a large fill into parts, which the machine's cores take one by one.</summary>
internal static unsafe class ParallelFill
{
    /// <summary>The size of a part: some 100 microseconds of the fastest draw, and small enough for a core's own
    /// cache.</summary>
    public const int PartBytes = 1 << 18;

    /// <summary>Each thread has so many parts to take; where there are more, up to so many are taken as
    /// one.</summary>
    private const int PartsPerThread = 16,
        MostTogether = 8;

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
    /// <param name="leastTaken">A thread takes at least so many bytes of another's: entering the generator elsewhere
    /// costs as much as making them.</param>
    /// <param name="fill">Makes a part.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run(
        Span<byte> destination,
        int lead,
        int elementSize,
        FillOptions options,
        int leastTaken,
        FillPart fill
    )
    {
        int bytes = destination.Length;
        long whole = (long)lead + bytes,
            size =
                PartBytes
                * Math.Clamp(whole / PartBytes / PartsPerThread / options.MaxDegreeOfParallelism, 1, MostTogether);
        int parts = (int)((whole + size - 1) / size);
        long done = 0;
        fixed (byte* memory = destination)
        {
            nint start = (nint)memory;
            void Part(int part)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                long from = Math.Max(0, part * size - lead),
                    to = Math.Min(bytes, (part + 1) * size - lead);
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
            int threads = Math.Min(options.MaxDegreeOfParallelism, parts);
            Ranges ranges = new(parts, threads, (int)((leastTaken + size - 1) / size));
            Parallel.For(
                0,
                threads,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = options.CancellationToken },
                (thread, state) =>
                {
                    while (!state.ShouldExitCurrentIteration && ranges.TryTake(thread, out int part))
                        Part(part);
                }
            );
        }
    }

    /// <summary>A range of parts for each thread, which goes through it from the front: a generator that goes on is
    /// quicker than one that is entered. Who has done takes the latter half of the longest range that is
    /// left.</summary>
    internal sealed class Ranges
    {
        private readonly Lock _lock = new();
        private readonly (int Next, int End)[] _ranges;
        private readonly int _leastTaken;

        public Ranges(int parts, int threads, int leastTaken)
        {
            _leastTaken = leastTaken;
            _ranges = new (int, int)[threads];
            for (int thread = 0; thread < threads; thread++)
                _ranges[thread] = ((int)((long)parts * thread / threads), (int)((long)parts * (thread + 1) / threads));
        }

        /// <summary>The next part for a thread; false where none is left.</summary>
        public bool TryTake(int thread, out int part)
        {
            lock (_lock)
            {
                ref (int Next, int End) own = ref _ranges[thread];
                if (own.Next == own.End)
                    Take(ref own);
                part = own.Next < own.End ? own.Next++ : -1;
                return part >= 0;
            }
        }

        /// <summary>Makes the latter half of the longest range a thread's own, unless it is too short.</summary>
        private void Take(ref (int Next, int End) own)
        {
            int longest = 0;
            for (int other = 1; other < _ranges.Length; other++)
                if (Left(_ranges[other]) > Left(_ranges[longest]))
                    longest = other;
            int taken = (Left(_ranges[longest]) + 1) / 2;
            if (taken < _leastTaken)
                return;
            int end = _ranges[longest].End;
            _ranges[longest].End = end - taken;
            own = (end - taken, end);
        }

        private static int Left((int Next, int End) range) => range.End - range.Next;
    }
}
