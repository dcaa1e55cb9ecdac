using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Files;

namespace Fanwise.Models.Workers;

/// <summary>A folder that one worker or many fill with the shards of one plan.</summary>
/// <remarks>
/// Nobody coordinates: what every file holds, and who writes it, follows from the plan. Each file appears whole or not
/// at all, so a worker may die at any moment, run twice, or run beside another of its number.
/// The worker that sees the last shard appear writes the index; where a network file system hides it from all of them,
/// <see cref="FolderIndex.Finish"/> does.
/// </remarks>
public sealed class CheckpointFolder
{
    private readonly ShardPlan _plan;

    /// <summary>The folder at <paramref name="path"/> for <paramref name="plan"/>; nothing is touched yet.</summary>
    public CheckpointFolder(ShardPlan plan, string path)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_plan, FullPath) = (plan, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
    }

    /// <summary>The folder's full path.</summary>
    public string FullPath { get; }

    /// <summary>Writes a worker's shards, and the index where it sees that all shards are there.</summary>
    /// <param name="worker">Who writes.</param>
    /// <param name="resume">What is done with shards of this plan that are there already.</param>
    /// <param name="options">How files are written; with <see cref="WriteOptions.Overwrite"/> another plan's files of
    /// the layout's names are removed.</param>
    /// <param name="cancellation">Ends the work; shards that have their name stay, of the others nothing is
    /// left.</param>
    /// <exception cref="CheckpointException">The folder holds other files of the layout's names, or shards of this plan
    /// and no leave to keep or replace them: then nothing was written. Or a file cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FolderReport Write(
        Worker worker,
        Resume resume,
        WriteOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<Shard> shards = Assignment.Of(_plan, worker);
        FolderProtocol protocol = new(_plan, FullPath, options);
        Make(options);
        Temporaries.RemoveDead(FullPath, FolderProtocol.LayoutName.IsMatch);
        FolderProtocol.Contents found = Guarded("read", protocol.Look);
        protocol.Refuse(found);
        FileImage[] images = [.. shards.Select(_plan.Image)];
        ShardState[] states = [.. shards.Select(shard => found.Shards[shard])];
        foreach ((int i, Shard shard) in shards.Index())
            Check(shard, images[i], states[i], resume, options.Overwrite);
        List<string> kept = [];
        List<(Shard Shard, FileToWrite File)> toWrite = [];
        long done = 0;
        foreach ((int i, Shard shard) in shards.Index())
        {
            if (states[i] != ShardState.Whole || !Keep(shard, images[i], resume, options.Threads, cancellation))
            {
                toWrite.Add(
                    (shard, new(images[i], PathOf(shard.FileName), Overwrite: states[i] != ShardState.Missing))
                );
                continue;
            }

            kept.Add(shard.FileName);
            done += shard.Bytes;
            options.Progress?.Report(done);
        }

        if (toWrite.Count > 0 || found.Others.Count > 0)
            Guarded(
                "written",
                () =>
                {
                    protocol.Open(found);
                    return true;
                }
            );

        // A shard that another process of this number was faster to write has the same bytes.
        FileToWrite[] files = [.. toWrite.Select(static shard => shard.File)];
        ImageWriter.Write(
            files,
            options with
            {
                Progress = Later(options.Progress, done),
            },
            number => ShardFile.Inspect(files[number].Path, files[number].Image) == ShardState.Whole,
            cancellation
        );

        IReadOnlyList<string> missing = Guarded("read", protocol.Close);
        return new([.. toWrite.Select(static shard => shard.Shard.FileName)], kept, missing, missing.Count == 0);
    }

    /// <summary>The names of shards that are not there whole.</summary>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public IReadOnlyList<string> Missing() =>
        Guarded("read", new FolderProtocol(_plan, FullPath, new WriteOptions()).Missing);

    private void Make(WriteOptions options) =>
        Guarded(
            "written",
            () =>
            {
                if (File.Exists(FullPath))
                    throw CheckpointException.Request($"'{FullPath}' is a file; a folder is needed.");
                if (Directory.Exists(FullPath))
                    return true;
                if (!Directory.Exists(Path.GetDirectoryName(FullPath)))
                    throw new CheckpointException(
                        FanwiseError.InputOutput,
                        $"'{FullPath}' cannot be made: its folder does not exist."
                    );
                options.BeforeStep?.Invoke(DiskStep.MakeFolder, FullPath);
                Directory.CreateDirectory(FullPath);
                return true;
            }
        );

    /// <summary>A shard of this worker that is there already and may be neither kept nor replaced.</summary>
    private void Check(Shard shard, FileImage image, ShardState state, Resume resume, bool overwrite)
    {
        string path = PathOf(shard.FileName);
        if (state == ShardState.Missing || overwrite || resume != Resume.No)
            return;
        throw CheckpointException.Request(
            state == ShardState.CutShort
                ? $"'{path}' does not have the {image.Length} bytes of its shard; resuming or overwriting replaces it."
                : $"'{path}' is there already; resuming keeps it, overwriting replaces it."
        );
    }

    private TResult Guarded<TResult>(string action, Func<TResult> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, action, FullPath);
        }
    }

    private bool Keep(Shard shard, FileImage image, Resume resume, int threads, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return resume == Resume.ByHeader
            || (
                resume == Resume.ByBytes && ShardFile.HasTheBytes(PathOf(shard.FileName), image, threads, cancellation)
            );
    }

    private string PathOf(string name) => Path.Combine(FullPath, name);

    private static Progress? Later(IProgress<long>? receiver, long done) =>
        receiver is null ? null : new(receiver, done);

    private sealed class Progress(IProgress<long> receiver, long before) : IProgress<long>
    {
        public void Report(long value) => receiver.Report(before + value);
    }
}
