using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Searches the seeds 0, 1, 2, ... for those that made any of several tensors: all of them in one pass, on
/// several threads.</summary>
internal sealed class SeedSearch
{
    /// <summary>The seeds that a thread takes at a time; fewer of the first, which people choose.</summary>
    private const long Chunk = 1 << 19,
        FirstChunk = 1 << 15;

    private readonly SeedTarget[] _targets;
    private readonly long[] _found;
    private readonly long _end;
    private readonly SeedOptions _options;
    private readonly Lock _lock = new();
    private long _next;

    private readonly string _what;
    private readonly bool _anyIsEnough;

    private SeedSearch(IReadOnlyList<SeedTarget> targets, SeedOptions options, long last, string what, bool anyIsEnough)
    {
        (_targets, _options) = ([.. targets], options);
        (_end, _what) = (last + 1, what);
        _anyIsEnough = anyIsEnough;
        _found = new long[targets.Count];
        Array.Fill(_found, long.MaxValue);
    }

    /// <summary>The lowest seed that made each target; null where none up to the limit did.</summary>
    public static long?[] Run(IReadOnlyList<SeedTarget> targets, SeedOptions options, CancellationToken cancellation) =>
        Run(new(targets, options, options.UpTo, "seeds of initializers", false), cancellation);

    /// <summary>The lowest seed of a generator from 0 to <see cref="SeedOptions.RandomSeedUpTo"/> that made any of the
    /// targets.</summary>
    public static long? RunForAny(
        IReadOnlyList<SeedTarget> targets,
        SeedOptions options,
        CancellationToken cancellation
    ) => Run(new(targets, options, options.RandomSeedUpTo, "seeds of the generator", true), cancellation).Min();

    private static long?[] Run(SeedSearch search, CancellationToken cancellation)
    {
        SeedTarget[] targets = search._targets;
        int probes = targets.Max(static target => target.Probes.Count);
        for (int probe = 0; probe < probes; probe++)
        {
            var passes = Enumerable
                .Range(0, targets.Length)
                .Where(target => search.Open([target]) && probe < targets[target].Probes.Count)
                .GroupBy(target => targets[target].Probes[probe].Pass);
            foreach (IGrouping<object, int> pass in passes.ToArray())
                search.Pass(probe, [.. pass], cancellation);
        }

        return Array.ConvertAll(search._found, static seed => seed == long.MaxValue ? (long?)null : seed);
    }

    /// <summary>One pass over all seeds, for the probes that these targets have in this place.</summary>
    private void Pass(int probe, int[] targets, CancellationToken cancellation)
    {
        SeedProbe[] probes = Array.ConvertAll(targets, target => _targets[target].Probes[probe]);
        SeedPass scan = probes[0].Begin(probes);
        _next = 0;
        Together.Run(
            _options.Threads,
            () =>
            {
                List<SeedHit> hits = [];
                // Chunks are handed out in ascending order and finished, so what is found is the lowest.
                while (Open(targets))
                {
                    (long start, long count) = ChunkOf(Interlocked.Increment(ref _next) - 1);
                    if (start >= _end)
                        break;
                    cancellation.ThrowIfCancellationRequested();
                    hits.Clear();
                    scan((uint)start, Math.Min(count, _end - start), hits);
                    foreach (SeedHit hit in hits)
                        Confirm(targets[hit.Box], hit.Seed);
                    _options.Progress?.Report(new(_what, Math.Min(start + count, _end), _end));
                }
            }
        );
    }

    /// <summary>Chunk 0, 1, 2, ... of all seeds.</summary>
    private static (long Start, long Count) ChunkOf(long index)
    {
        const long few = Chunk / FirstChunk;
        return index < few ? (index * FirstChunk, FirstChunk) : ((index - few + 1) * Chunk, Chunk);
    }

    private bool Open(int[] targets)
    {
        lock (_lock)
            return _anyIsEnough
                ? Array.TrueForAll(_found, static seed => seed == long.MaxValue)
                : Array.Exists(targets, target => _found[target] == long.MaxValue);
    }

    private void Confirm(int target, uint seed)
    {
        if (!_targets[target].Matches(seed))
            return;
        lock (_lock)
            _found[target] = Math.Min(_found[target], seed);
    }
}
