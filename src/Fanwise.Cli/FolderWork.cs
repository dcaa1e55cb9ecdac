using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;

namespace Fanwise.Cli;

/// <summary>A folder of shards to be filled, and by whom.</summary>
internal sealed record FolderWork(WorkerChoice Choice, long MaxShardSize, Resume Resume)
{
    /// <summary>Whether this process is one of several.</summary>
    public bool IsShared => Choice.Worker.Count > 1;

    /// <summary>Writes this worker's shards and says on stderr which they are and what came of them.</summary>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public void Write(WeightPlan plan, string folder, WriteOptions options, CancellationToken cancellation)
    {
        ShardPlan shards = ShardPlan.Split(plan, MaxShardSize);
        IReadOnlyList<Shard> mine = Assignment.Of(shards, Choice.Worker);
        long bytes = mine.Sum(static shard => shard.Bytes);
        if (IsShared)
            Terminal.Say(
                $"{Choice.Worker} ({Choice.Source}): {mine.Count} of {Terminal.Count(shards.Shards.Count, "shard")}, "
                    + $"{Terminal.Size(bytes)}"
            );
        FolderReport? report = null;
        Terminal.WithProgress(
            IsShared ? Choice.Worker.ToString() : folder,
            bytes,
            progress =>
                report = new CheckpointFolder(shards, folder).Write(
                    Choice.Worker,
                    Resume,
                    options with
                    {
                        Progress = progress,
                    },
                    cancellation
                )
        );
        if (!IsShared && Resume == Resume.No)
            return;
        string state = report!.Complete
            ? "complete"
            : $"{report.Missing.Count} of {shards.Shards.Count} still missing: other workers', or 'fanwise finish' "
                + "after them";
        Terminal.Say(
            $"{folder}: {Terminal.Count(report.Written.Count, "shard")} written, {report.Kept.Count} kept; {state}"
        );
    }
}
