using System.Globalization;
using System.Text.RegularExpressions;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Files;

namespace Fanwise.Models.Workers;

/// <summary>Writes a sharded checkpoint's index, from the plan or from the shards themselves.</summary>
public static partial class FolderIndex
{
    private const string IndexName = "model.safetensors.index.json";

    /// <summary>Writes the index of a folder whose shards are all there, read from their headers; the bytes are those
    /// that a worker would write.</summary>
    /// <returns>How many shards and tensors the checkpoint has, and whether its index was there already.</returns>
    /// <exception cref="CheckpointException">A shard is missing or malformed, two are of different plans or have one
    /// tensor's name, the folder holds two checkpoints, or its index says something else.</exception>
    public static FinishReport Finish(string folder, bool sync = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        string[] names;
        try
        {
            names =
            [
                .. Directory
                    .EnumerateFiles(folder, "model*.safetensors")
                    .Select(static path => Path.GetFileName(path)!)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", folder);
        }

        if (names is ["model.safetensors"])
        {
            SafetensorsFile whole = SafetensorsFile.Read(Path.Combine(folder, names[0]));
            return new(1, whole.Tensors.Count, whole.Length - whole.DataOffset, AlreadyThere: true);
        }

        (long total, Int128? parameters, FolderIdentity identity, Dictionary<string, string> map) = ReadShards(
            folder,
            names
        );
        byte[] bytes = SafetensorsIndex.Write(total, parameters, identity, map);
        string path = Path.Combine(folder, IndexName);
        if (ShardFile.Holds(path, bytes))
            return new(names.Length, map.Count, total, AlreadyThere: true);
        if (File.Exists(path))
            throw CheckpointException.Malformed(
                $"'{path}' is not the index of the shards beside it; remove the one or the others."
            );
        Write(path, bytes, Path.Combine(folder, names[0]), sync);
        return new(names.Length, map.Count, total, AlreadyThere: false);
    }

    /// <summary>Removes what killed workers left: temporary files of this layout. Only where no worker is at work, for
    /// theirs would go too.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="CheckpointException">One cannot be removed.</exception>
    public static int RemoveTemporaries(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            string[] left =
            [
                .. Directory
                    .EnumerateFiles(folder, ".model*.tmp")
                    .Where(static path => IsTemporary(Path.GetFileName(path))),
            ];
            foreach (string path in left)
                File.Delete(path);
            return left.Length;
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", folder);
        }
    }

    private static bool IsTemporary(string name) =>
        Temporaries.Pattern.Match(name) is { Success: true } match
        && FolderProtocol.LayoutName.IsMatch(match.Groups["name"].Value);

    /// <summary>Writes an index unless it is there; whoever comes second writes the same bytes.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="shard">A shard beside it, whose permissions and owner it takes.</param>
    /// <param name="sync">Whether to wait until it is on the disk.</param>
    /// <param name="beforeStep">Told of each change of the disk.</param>
    internal static void Write(string path, byte[] bytes, string shard, bool sync, BeforeDiskStep? beforeStep = null)
    {
        if (ShardFile.Holds(path, bytes))
            return;
        using AtomicFile file = AtomicFile.Create(path, bytes.Length, overwrite: true, sync, beforeStep, shard);
        file.Write(0, bytes);
        file.Commit();
    }

    private static (
        long TotalSize,
        Int128? Parameters,
        FolderIdentity Identity,
        Dictionary<string, string> Map
    ) ReadShards(string folder, string[] names)
    {
        (long Number, string Count, string Name)[] shards =
        [
            .. names
                .Select(name =>
                    ShardName.Match(name) is { Success: true } match
                        ? (
                            long.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture),
                            match.Groups["count"].Value,
                            name
                        )
                        : throw CheckpointException.Request(
                            $"'{Path.Combine(folder, name)}' is not a shard of the others' checkpoint."
                        )
                )
                .Order(),
        ];
        if (shards.Length == 0)
            throw CheckpointException.Request($"'{folder}' has no shards.");
        long count = long.Parse(shards[0].Count, CultureInfo.InvariantCulture);
        foreach ((int i, (long number, string of, string name)) in shards.Index())
        {
            if (of != shards[0].Count)
                throw CheckpointException.Request(
                    $"'{folder}' has shards of two checkpoints, of {shards[0].Count} and of {of} files."
                );
            if (number > count || number < i + 1 || name != ShardPlan.NameOf(ShardPlan.DefaultName, number, count))
                throw CheckpointException.Request($"'{Path.Combine(folder, name)}' is no shard of {count}.");
            if (number > i + 1)
                throw Missing(i + 1);
        }

        if (shards.Length < count)
            throw Missing(shards.Length + 1);
        long total = 0;
        Int128? parameters = null;
        FolderIdentity? identity = null;
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach ((_, _, string name) in shards)
        {
            SafetensorsFile shard = SafetensorsFile.Read(Path.Combine(folder, name));
            FolderIdentity own = FolderIdentity.Of(shard.Metadata);
            identity ??= own;
            own.Demand(identity.Value, Path.Combine(folder, name), shards[0].Name);
            if (ShardPlan.CountsParameters(shard.Metadata))
                parameters ??= 0;
            foreach (SafetensorsEntry tensor in shard.Tensors)
            {
                parameters += tensor.Shape.Elements;
                if (!map.TryAdd(tensor.Name, name))
                    throw CheckpointException.Malformed(
                        $"'{Path.Combine(folder, name)}' and '{map[tensor.Name]}' both have the tensor '{tensor.Name}'."
                    );
            }

            total = checked(total + shard.Length - shard.DataOffset);
        }

        return (total, parameters, identity!.Value, map);

        CheckpointException Missing(long first) =>
            new(
                FanwiseError.InputOutput,
                $"'{folder}' has {shards.Length} of {count} shards; the first that is missing is "
                    + $"{ShardPlan.NameOf(ShardPlan.DefaultName, first, count)}."
            );
    }

    [GeneratedRegex(
        @"\Amodel-(?<number>[0-9]{5,9})-of-(?<count>[0-9]{5,9})\.safetensors\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex ShardName { get; }
}

/// <summary>What a finished checkpoint has.</summary>
/// <param name="Shards">The number of files with tensors.</param>
/// <param name="Tensors">The number of tensors.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="AlreadyThere">Whether nothing was missing, not even the index.</param>
public sealed record FinishReport(int Shards, int Tensors, long Bytes, bool AlreadyThere);
