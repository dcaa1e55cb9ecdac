using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;

namespace Fanwise.Cli;

/// <summary>A folder of shards to be filled, and by whom.</summary>
internal sealed record FolderWork(WorkerChoice Choice, long MaxShardSize, Resume Resume)
{
    /// <summary>Writes this worker's shards and says on stderr which they are.</summary>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public void Write(WeightPlan plan, string folder, WriteOptions options, CancellationToken cancellation)
    {
        ShardPlan shards = ShardPlan.Split(plan, MaxShardSize);
        IReadOnlyList<Shard> mine = Assignment.Of(shards, Choice.Worker);
        long bytes = mine.Sum(static shard => shard.Bytes);
        bool several = Choice.Worker.Count > 1;
        if (several) Terminal.Say($"{Choice.Worker} ({Choice.Source}): {mine.Count} of {shards.Shards.Count} shards, {Terminal.Size(bytes)}");
        FolderReport? report = null;
        Terminal.WithProgress(several ? Choice.Worker.ToString() : folder, bytes, progress =>
            report = new CheckpointFolder(shards, folder).Write(Choice.Worker, Resume, options with { Progress = progress }, cancellation));
        if (Resume != Resume.No) Terminal.Say($"{report!.Kept.Count} shards were there, {report.Written.Count} were written.");
        if (!report!.Complete) Terminal.Say($"{report.Missing.Count} of {shards.Shards.Count} shards are still missing: other workers', or 'fanwise finish' after them.");
    }
}
