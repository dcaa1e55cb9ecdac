using System.Text.RegularExpressions;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;

namespace Fanwise.Models.Workers;

/// <summary>A folder that one worker or many fill with the shards of one plan.</summary>
/// <remarks>
/// Nobody coordinates: what every file holds, and who writes it, follows from the plan. Each file appears whole or not
/// at all, so a worker may die at any moment, run twice, or run beside another of its number.
/// The worker that sees the last shard appear writes the index; where a network file system hides it from all of them,
/// <see cref="FolderIndex.Finish"/> does.
/// </remarks>
public sealed partial class CheckpointFolder
{
    private readonly ShardPlan _plan;

    /// <summary>The folder at <paramref name="path"/> for <paramref name="plan"/>; nothing is touched yet.</summary>
    public CheckpointFolder(ShardPlan plan, string path)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_plan, FullPath) = (plan, Path.GetFullPath(path));
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
        Prepare(options.Overwrite);
        FileImage[] images = [.. shards.Select(_plan.Image)];
        ShardState[] states = [.. shards.Select((shard, i) => Check(shard, images[i], resume, options.Overwrite))];
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

        IReadOnlyList<string> missing = Missing();
        if (missing.Count == 0 && _plan.IndexName is { } index)
            FolderIndex.Write(PathOf(index), _plan.Index(), options.Sync);
        return new([.. toWrite.Select(static shard => shard.Shard.FileName)], kept, missing, missing.Count == 0);
    }

    /// <summary>The names of shards that are not there whole.</summary>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public IReadOnlyList<string> Missing()
    {
        // Names first: while other workers are busy, one look at the folder is all that it costs.
        HashSet<string> names = [.. Entries()];
        List<string> absent =
        [
            .. _plan.Shards.Select(static shard => shard.FileName).Where(name => !names.Contains(name)),
        ];
        return absent.Count > 0
            ? absent
            :
            [
                .. _plan
                    .Shards.Where(shard =>
                        ShardFile.Inspect(PathOf(shard.FileName), _plan.Image(shard)) != ShardState.Whole
                    )
                    .Select(static shard => shard.FileName),
            ];
    }

    /// <summary>Makes the folder, and sees to it that it holds no other checkpoint: loaders that read every
    /// *.safetensors would merge the two.</summary>
    private void Prepare(bool overwrite)
    {
        try
        {
            if (File.Exists(FullPath))
                throw CheckpointException.Request($"'{FullPath}' is a file; a folder is needed.");
            if (!Directory.Exists(FullPath))
            {
                if (!Directory.Exists(Path.GetDirectoryName(FullPath)))
                    throw new CheckpointException(
                        CheckpointError.InputOutput,
                        $"'{FullPath}' cannot be made: its folder does not exist."
                    );
                Directory.CreateDirectory(FullPath);
            }

            HashSet<string> own = [.. _plan.Shards.Select(static shard => shard.FileName)];
            foreach (string name in Entries())
            {
                if (own.Contains(name) || (name == _plan.IndexName && ShardFile.Holds(PathOf(name), _plan.Index())))
                    continue;
                if (!overwrite || !LayoutName.IsMatch(name))
                    throw CheckpointException.Request(
                        $"'{PathOf(name)}' is of another checkpoint; {(LayoutName.IsMatch(name) ? "it is removed only on request (--overwrite)" : "remove it or choose another folder")}."
                    );
                File.Delete(PathOf(name));
            }
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", FullPath);
        }
    }

    private ShardState Check(Shard shard, FileImage image, Resume resume, bool overwrite)
    {
        string path = PathOf(shard.FileName);
        ShardState state = ShardFile.Inspect(path, image);
        if (Directory.Exists(path))
            throw CheckpointException.Request($"'{path}' is a folder; a file is to be written there.");
        if (state == ShardState.Missing || overwrite || (state != ShardState.Foreign && resume != Resume.No))
            return state;
        throw CheckpointException.Request(
            state switch
            {
                ShardState.Foreign =>
                    $"'{path}' is not what this model, seed and options give, or its header is damaged; it is "
                        + "replaced only on request (--overwrite).",
                ShardState.CutShort =>
                    $"'{path}' does not have the {image.Length} bytes of its shard; resuming or overwriting "
                        + "replaces it.",
                _ => $"'{path}' is there already; resuming keeps it, overwriting replaces it.",
            }
        );
    }

    private bool Keep(Shard shard, FileImage image, Resume resume, int threads, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return resume == Resume.ByHeader
            || (
                resume == Resume.ByBytes && ShardFile.HasTheBytes(PathOf(shard.FileName), image, threads, cancellation)
            );
    }

    private IEnumerable<string> Entries() =>
        Directory
            .EnumerateFileSystemEntries(FullPath, "model*.safetensors*")
            .Select(static path => Path.GetFileName(path)!);

    private string PathOf(string name) => Path.Combine(FullPath, name);

    private static Progress? Later(IProgress<long>? receiver, long done) =>
        receiver is null ? null : new(receiver, done);

    private sealed class Progress(IProgress<long> receiver, long before) : IProgress<long>
    {
        public void Report(long value) => receiver.Report(before + value);
    }

    /// <summary>The names that this layout gives to files.</summary>
    [GeneratedRegex(
        @"\Amodel(-[0-9]{5,}-of-[0-9]{5,})?\.safetensors(\.index\.json)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    internal static partial Regex LayoutName { get; }
}
