using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Searches the values 0, 1, 2, ... of <c>keras.utils.set_random_seed</c> for the lowest whose generator draws
/// given seeds: by one of them, at many values at once, then by all.</summary>
internal static class RandomSeedSearch
{
    /// <summary>The values that a thread takes at a time.</summary>
    private const int Chunk = 1 << 15;

    /// <summary>How likely it may be that so many words were rejected before a draw that it is not looked for where it
    /// is.</summary>
    private const double Negligible = 1e-9;

    /// <summary>The chance that a word of 30 bits is no number from 0 to 10^9 - 1, so that another is taken.</summary>
    private const double Rejected = 1 - PythonRandom.LargestKerasSeed / (double)(1 << 30);

    /// <summary>The words among which the draw of this index (from 0) has its own: each rejection before it moves it by
    /// one.</summary>
    public static (int From, int To) Window(int draw)
    {
        double chance = Math.Pow(1 - Rejected, draw + 1),
            left = 1 - chance;
        int rejections = 0;
        for (; left > Negligible && rejections < PythonScan.Words; rejections++)
        {
            chance *= Rejected * (draw + rejections + 1) / (rejections + 1);
            left -= chance;
        }

        return (draw, draw + rejections + 1);
    }

    /// <summary>Whether the scan reaches the draw of this index.</summary>
    public static bool Reaches(int draw) => Window(draw).To <= PythonScan.Words;

    /// <summary>The first draws of the generator.</summary>
    public static long[] Draws(long value, int count)
    {
        PythonRandom random = new(value);
        long[] draws = new long[count];
        for (int i = 0; i < count; i++)
            draws[i] = random.NextKerasSeed();
        return draws;
    }

    /// <summary>The lowest value that passes; null where none does.</summary>
    /// <param name="draw">The index of a draw, from 0, that the scan reaches; from 2 on it is a sixth faster.</param>
    /// <param name="seed">What it must be.</param>
    /// <param name="passes">The whole test, of the few values that pass the scan's.</param>
    /// <param name="options">How far, and on how many threads.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static long? Run(
        int draw,
        long seed,
        Predicate<long> passes,
        SeedOptions options,
        CancellationToken cancellation
    )
    {
        (int from, int to) = Window(draw);
        return Run(from, to, seed, passes, options, cancellation);
    }

    /// <summary>The same where the seed may be any of so many first draws.</summary>
    public static long? RunAnywhere(
        int draws,
        long seed,
        Predicate<long> passes,
        SeedOptions options,
        CancellationToken cancellation
    ) => Run(0, Window(draws - 1).To, seed, passes, options, cancellation);

    private static long? Run(
        int from,
        int to,
        long seed,
        Predicate<long> passes,
        SeedOptions options,
        CancellationToken cancellation
    )
    {
        long next = 0,
            found = long.MaxValue,
            end = options.RandomSeedUpTo + 1;
        Together.Run(
            options.Threads,
            () =>
            {
                List<uint> hits = [];
                // Chunks are handed out in ascending order and finished, so what is found is the lowest.
                while (
                    Volatile.Read(ref found) == long.MaxValue
                    && Interlocked.Add(ref next, Chunk) - Chunk is long start
                    && start < end
                )
                {
                    cancellation.ThrowIfCancellationRequested();
                    hits.Clear();
                    PythonScan.Run((uint)start, Math.Min(Chunk, end - start), from, to, (uint)(seed - 1), hits);
                    foreach (uint hit in hits)
                    {
                        if (!passes(hit))
                            continue;
                        for (
                            long old = Volatile.Read(ref found);
                            hit < old && Interlocked.CompareExchange(ref found, hit, old) != old;

                        )
                            old = Volatile.Read(ref found);
                    }

                    options.Progress?.Report(new("values of set_random_seed", Math.Min(start + Chunk, end), end));
                }
            }
        );
        return found == long.MaxValue ? null : found;
    }
}
