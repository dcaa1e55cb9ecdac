using System.Text.RegularExpressions;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Files;

namespace Fanwise.Models.Workers;

/// <summary>The states of a folder of shards and the transitions between them; docs/reliability.md draws
/// them.</summary>
/// <remarks>
/// <para>A folder is <em>closed</em> while it has an index (or, of a plan of one file, that file): then it is one
/// checkpoint, for the index and every file say the same identity. It is <em>open</em> while it has none: then it is no
/// checkpoint, whatever else is in it.</para>
/// <para>Look → refuse, before anything is touched → open: remove the index, then files of other plans → write shards,
/// each whole under its name or absent → look again → close: write the index. A kill between two steps leaves an open
/// folder, or the closed one that was there. Who comes in between with another plan makes a folder whose files do not
/// say what its index says, which every reader refuses.</para>
/// </remarks>
internal sealed partial class FolderProtocol(ShardPlan plan, string folder, WriteOptions options)
{
    /// <summary>What the layout's names hold.</summary>
    /// <param name="Shards">Each shard of the plan.</param>
    /// <param name="Index">Whether something is under the index's name.</param>
    /// <param name="Others">Names of the layout that are not this plan's.</param>
    internal sealed record Contents(
        IReadOnlyDictionary<Shard, ShardState> Shards,
        bool Index,
        IReadOnlyList<string> Others
    );

    /// <summary>Looks at every file whose name is one of the layout's, whoever would write it.</summary>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public Contents Look()
    {
        string[] names = [.. Entries()];
        HashSet<string> present = [.. names],
            own = [.. plan.Shards.Select(static shard => shard.FileName)];
        Dictionary<Shard, ShardState> shards = plan.Shards.ToDictionary(
            static shard => shard,
            shard =>
                present.Contains(shard.FileName)
                    ? ShardFile.Inspect(PathOf(shard.FileName), plan.Image(shard))
                    : ShardState.Missing,
            (IEqualityComparer<Shard>)ReferenceEqualityComparer.Instance
        );
        bool index = plan.IndexName is { } indexName && present.Contains(indexName);
        return new(
            shards,
            index,
            [
                .. names.Where(name =>
                    !own.Contains(name) && !(name == plan.IndexName && ShardFile.Holds(PathOf(name), plan.Index()))
                ),
            ]
        );
    }

    /// <summary>Refuses to write beside what is of another plan, before anything is touched. On request to overwrite,
    /// such files go; but only files that say they are a plan's were written here, and only those.</summary>
    /// <exception cref="CheckpointException">There is such a file.</exception>
    public void Refuse(Contents found)
    {
        foreach (string name in found.Others)
        {
            if (!LayoutName.IsMatch(name))
                throw CheckpointException.Request(
                    $"'{PathOf(name)}' is of another checkpoint, or of this one in shards of another size; remove it "
                        + "or choose another folder."
                );
            if (!options.Overwrite)
                throw CheckpointException.OnRequest(
                    $"'{PathOf(name)}' is of another checkpoint, or of this one in shards of another size; it is "
                        + "removed"
                );
            RefuseWhatIsNotOurs(name);
        }

        foreach ((Shard shard, ShardState state) in found.Shards)
            if (state == ShardState.Foreign && !File.Exists(PathOf(shard.FileName)))
                throw CheckpointException.Request(
                    $"'{PathOf(shard.FileName)}' is a folder; a file is to be written there."
                );
            else if (state == ShardState.Foreign && FileSystem.IsSpecial(PathOf(shard.FileName)))
                throw CheckpointException.Request(
                    $"'{PathOf(shard.FileName)}' is neither a file nor a folder and cannot be replaced."
                );
            else if (state == ShardState.Foreign && !options.Overwrite)
                throw CheckpointException.OnRequest(
                    $"'{PathOf(shard.FileName)}' is not what this model, seed and options give, or its header is "
                        + "damaged; it is replaced"
                );
            else if (state == ShardState.Foreign)
                RefuseWhatIsNotOurs(shard.FileName);
    }

    private void RefuseWhatIsNotOurs(string name)
    {
        if (!IsOurs(PathOf(name)))
            throw CheckpointException.Request(
                $"'{PathOf(name)}' does not say that it was written here, so it is not removed; remove it or choose "
                    + "another folder."
            );
    }

    /// <summary>Closed or open → open: the index goes first, then every file of another plan. One under a name that
    /// this plan writes stays until its worker replaces it: two workers must not remove each other's work.</summary>
    public void Open(Contents found)
    {
        if (found.Index)
        {
            Delete(plan.IndexName!);
            if (options.Sync)
                FileSystem.FlushFolder(folder); // no shard may reach the disk before the index has left it
        }

        // Another layout's index comes first among the others, for the same reason.
        foreach (string name in found.Others.OrderByDescending(IsIndex).Where(name => name != plan.IndexName))
            Delete(name);
    }

    /// <summary>Open → closed, where every shard is there and nothing else is.</summary>
    /// <returns>The shards that are still missing.</returns>
    /// <exception cref="CheckpointException">Files of another plan have come in between.</exception>
    public IReadOnlyList<string> Close()
    {
        IReadOnlyList<string> missing = Missing();
        if (missing.Count > 0)
            return missing;
        Contents found = Look();
        string? foreign =
            found.Others.FirstOrDefault(name => name != plan.IndexName)
            ?? found.Shards.FirstOrDefault(static pair => pair.Value == ShardState.Foreign).Key?.FileName;
        if (foreign is not null)
            throw CheckpointException.Malformed(
                $"'{PathOf(foreign)}' is of another checkpoint and came while this one was written; the folder is not "
                    + "complete."
            );
        if (plan.IndexName is { } index)
            FolderIndex.Write(
                PathOf(index),
                plan.Index(),
                PathOf(plan.Shards[0].FileName),
                options.Sync,
                options.BeforeStep
            );
        return [];
    }

    /// <summary>The names of shards that are not there whole.</summary>
    public IReadOnlyList<string> Missing()
    {
        // Names first: while other workers are busy, one look at the folder is all that it costs.
        HashSet<string> names = [.. Entries()];
        string[] absent = [.. plan.Shards.Select(static shard => shard.FileName).Where(name => !names.Contains(name))];
        return absent.Length > 0
            ? absent
            :
            [
                .. plan
                    .Shards.Where(shard =>
                        ShardFile.Inspect(PathOf(shard.FileName), plan.Image(shard)) != ShardState.Whole
                    )
                    .Select(static shard => shard.FileName),
            ];
    }

    /// <summary>Whether a file says that it is a plan's.</summary>
    private static bool IsOurs(string path)
    {
        try
        {
            return !Directory.Exists(path)
                && (
                    IsIndex(path)
                        ? SafetensorsIndex.Read(path).Identity.IsOurs
                        : FolderIdentity.Of(SafetensorsFile.Read(path).Metadata).IsOurs
                );
        }
        catch (CheckpointException exception) when (exception.Code != FanwiseError.InputOutput)
        {
            return false; // neither a shard nor an index
        }
    }

    private static bool IsIndex(string name) => name.EndsWith(".index.json", StringComparison.Ordinal);

    private void Delete(string name)
    {
        options.BeforeStep?.Invoke(DiskStep.Delete, PathOf(name));
        File.Delete(PathOf(name));
    }

    private IEnumerable<string> Entries() =>
        Directory
            .EnumerateFileSystemEntries(folder, "model*.safetensors*")
            .Select(static path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal);

    private string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>The names that this layout gives to files.</summary>
    [GeneratedRegex(
        @"\Amodel(-[0-9]{5,}-of-[0-9]{5,})?\.safetensors(\.index\.json)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    internal static partial Regex LayoutName { get; }
}
