namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>What a shard or an index says that it is of; empty texts where it does not say.</summary>
/// <param name="Plan">The digest of the plan (<see cref="ShardPlan.DigestKey"/>).</param>
/// <param name="Folder">The digest of the plan and its split into files (<see cref="ShardPlan.FolderKey"/>).</param>
internal readonly record struct FolderIdentity(string Plan, string Folder)
{
    /// <summary>Of a file that another program wrote.</summary>
    public static FolderIdentity Unknown { get; } = new("", "");

    /// <summary>Whether a file says that it is one of a plan's: only such files are ever removed.</summary>
    public bool IsOurs => Plan.Length > 0;

    /// <summary>What a file's metadata say.</summary>
    public static FolderIdentity Of(IReadOnlyDictionary<string, string> metadata) =>
        new(metadata.GetValueOrDefault(ShardPlan.DigestKey, ""), metadata.GetValueOrDefault(ShardPlan.FolderKey, ""));

    /// <summary>Refuses a shard beside an index, or beside another shard, of something else.</summary>
    /// <exception cref="CheckpointException">The two differ.</exception>
    public void Demand(FolderIdentity other, string path, string otherPath)
    {
        if (this != other)
            throw CheckpointException.Malformed(
                $"'{path}' and '{otherPath}' are of different plans or runs: {this} and "
                    + $"{other}; a folder "
                    + "must hold one."
            );
    }

    /// <summary>As messages say it.</summary>
    public override string ToString() =>
        IsOurs ? $"plan {Plan}, folder {(Folder.Length > 0 ? Folder : "none")}" : "no plan";
}
