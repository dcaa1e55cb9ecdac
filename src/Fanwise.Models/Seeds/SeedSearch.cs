using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Searches the seeds 0, 1, 2, ... for those that made any of several tensors: all of them in one pass, on
/// several threads.</summary>
internal sealed class SeedSearch
{
    /// <summary>The seeds that a thread takes at a time.</summary>
    private const int Chunk = 1 << 19;

    private readonly SeedTarget[] _targets;
    private readonly long[] _found;
    private readonly long _end;
    private readonly SeedOptions _options;
    private readonly Lock _lock = new();
    private long _next;

    private SeedSearch(IReadOnlyList<SeedTarget> targets, SeedOptions options)
    {
        (_targets, _options, _end) = ([.. targets], options, options.UpTo + 1);
        _found = new long[targets.Count];
        Array.Fill(_found, long.MaxValue);
    }

    /// <summary>The lowest seed that made each target; null where none up to the limit did.</summary>
    public static long?[] Run(IReadOnlyList<SeedTarget> targets, SeedOptions options, CancellationToken cancellation)
    {
        SeedSearch search = new(targets, options);
        int probes = targets.Max(static target => target.Probes.Count);
        for (int probe = 0; probe < probes; probe++)
        {
            var passes = Enumerable
                .Range(0, targets.Count)
                .Where(target => search._found[target] == long.MaxValue && probe < targets[target].Probes.Count)
                .GroupBy(target => targets[target].Probes[probe].Block);
            foreach (IGrouping<uint, int> pass in passes.ToArray())
                search.Pass(probe, pass.Key, [.. pass], cancellation);
        }

        return Array.ConvertAll(search._found, static seed => seed == long.MaxValue ? (long?)null : seed);
    }

    /// <summary>One pass over all seeds, with the block that these targets look at.</summary>
    private void Pass(int probe, uint block, int[] targets, CancellationToken cancellation)
    {
        (int Target, WordBox Box)[] boxes =
        [
            .. targets.SelectMany(target => _targets[target].Probes[probe].Boxes.Select(box => (target, box))),
        ];
        WordBox[] patterns = Array.ConvertAll(boxes, static box => box.Box);
        _next = 0;
        Together.Run(
            _options.Threads,
            () =>
            {
                List<SeedHit> hits = [];
                // Chunks are handed out in ascending order and finished, so what is found is the lowest.
                while (Open(targets) && Interlocked.Add(ref _next, Chunk) - Chunk is long start && start < _end)
                {
                    cancellation.ThrowIfCancellationRequested();
                    hits.Clear();
                    SeedScan.Run((uint)start, Math.Min(Chunk, _end - start), block, patterns, hits);
                    foreach (SeedHit hit in hits)
                        Confirm(boxes[hit.Box].Target, hit.Seed);
                    _options.Progress?.Report(new("seeds of initializers", Math.Min(start + Chunk, _end), _end));
                }
            }
        );
    }

    private bool Open(int[] targets)
    {
        lock (_lock)
            return Array.Exists(targets, target => _found[target] == long.MaxValue);
    }

    private void Confirm(int target, uint seed)
    {
        if (!_targets[target].Matches(seed))
            return;
        lock (_lock)
            _found[target] = Math.Min(_found[target], seed);
    }
}
