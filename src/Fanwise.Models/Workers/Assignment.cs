using Fanwise.Models.Checkpoints.Safetensors;

namespace Fanwise.Models.Workers;

/// <summary>Which worker writes which shard: the largest shard first, each to the worker that has the fewest bytes so
/// far. A function of the shards' sizes alone.</summary>
/// <remarks>No worker gets more than 4/3 of the best possible share (Graham 1969, longest processing time
/// first).</remarks>
public static class Assignment
{
    /// <summary>A worker's shards, in the order of their numbers; none where there are more workers than
    /// shards.</summary>
    public static IReadOnlyList<Shard> Of(ShardPlan plan, Worker worker)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (worker.Count <= 1)
            return plan.Shards;
        (int Number, long Bytes)[] shards = [.. plan.Shards.Select(static (shard, number) => (number, shard.Bytes))];
        Array.Sort(
            shards,
            static (left, right) =>
                left.Bytes != right.Bytes ? right.Bytes.CompareTo(left.Bytes) : left.Number.CompareTo(right.Number)
        );
        PriorityQueue<int, (long Bytes, int Worker)> least = new();
        for (int i = 0; i < Math.Min(worker.Count, shards.Length); i++)
            least.Enqueue(i, (0, i)); // more than one shard each they cannot get
        SortedSet<int> mine = [];
        foreach ((int number, long bytes) in shards)
        {
            least.TryDequeue(out int index, out (long Bytes, int) load);
            if (index == worker.Index)
                mine.Add(number);
            least.Enqueue(index, (load.Bytes + bytes, index));
        }

        return [.. mine.Select(number => plan.Shards[number])];
    }
}
