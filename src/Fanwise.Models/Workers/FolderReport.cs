namespace Fanwise.Models.Workers;

/// <summary>What a worker did in a folder.</summary>
/// <param name="Written">The names of the shards that it wrote.</param>
/// <param name="Kept">The names of the shards that were there.</param>
/// <param name="Missing">The names of the shards that the folder still lacks: other workers' work.</param>
/// <param name="Complete">Whether every file of the checkpoint is there, the index included.</param>
public sealed record FolderReport(
    IReadOnlyList<string> Written,
    IReadOnlyList<string> Kept,
    IReadOnlyList<string> Missing,
    bool Complete
);
