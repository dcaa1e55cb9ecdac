using Fanwise.Models.Checkpoints.Safetensors;

namespace Fanwise.Models.Checkpoints.Verification;

/// <summary>The files of a safetensors checkpoint, one or sharded, checked against each other.</summary>
internal sealed class SafetensorsFolder
{
    private const string IndexEnding = ".safetensors.index.json",
        FileEnding = ".safetensors";

    /// <summary>Paths and headers, in the order of the names.</summary>
    public required IReadOnlyList<(string Path, SafetensorsFile File)> Files { get; init; }

    /// <summary>Reads a file, an index and the files that it names, or the checkpoint of a folder.</summary>
    /// <exception cref="CheckpointException">A file is missing, malformed, or contradicts the index.</exception>
    public static SafetensorsFolder Read(string path)
    {
        if (!Directory.Exists(path))
            return path.EndsWith(IndexEnding, StringComparison.Ordinal)
                ? ReadSharded(path)
                : new() { Files = [(path, SafetensorsFile.Read(path))] };
        string[] names =
        [
            .. Directory
                .EnumerateFiles(path)
                .Select(Path.GetFileName)
                .OfType<string>()
                .Where(static name => name[0] != '.')
                .Order(StringComparer.Ordinal),
        ];
        string[] indices = Array.FindAll(names, static name => name.EndsWith(IndexEnding, StringComparison.Ordinal)),
            files = Array.FindAll(names, static name => name.EndsWith(FileEnding, StringComparison.Ordinal));
        return (indices, files) switch
        {
            ([string index], _) => ReadSharded(Path.Combine(path, index)),
            ([], [string file]) when !file.Contains("-of-", StringComparison.Ordinal) => new()
            {
                Files = [(Path.Combine(path, file), SafetensorsFile.Read(Path.Combine(path, file)))],
            },
            ([], []) => throw new CheckpointException(
                CheckpointError.InputOutput,
                $"The folder '{path}' holds no safetensors file."
            ),
            ([], _) => throw new CheckpointException(
                CheckpointError.InputOutput,
                $"The checkpoint in '{path}' is not complete: it has {files.Length} files and no index."
            ),
            _ => throw CheckpointException.Malformed(
                $"The folder '{path}' has {indices.Length} indices; one is expected."
            ),
        };
    }

    private static SafetensorsFolder ReadSharded(string indexPath)
    {
        SafetensorsIndex index = SafetensorsIndex.Read(indexPath);
        string folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
        List<(string Path, SafetensorsFile File)> files = [];
        int found = 0;
        long bytes = 0;
        foreach (string name in index.WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
                throw new CheckpointException(
                    CheckpointError.InputOutput,
                    $"The checkpoint is not complete: '{path}' is missing, which the index names."
                );
            SafetensorsFile file = SafetensorsFile.Read(path);
            FolderIdentity.Of(file.Metadata).Demand(index.Identity, path, indexPath);
            files.Add((path, file));
            foreach (SafetensorsEntry tensor in file.Tensors)
            {
                bytes += tensor.End - tensor.Begin;
                if (!index.WeightMap.TryGetValue(tensor.Name, out string? place))
                    throw CheckpointException.Malformed(
                        $"The index '{indexPath}' lacks the tensor '{tensor.Name}', which is in '{name}'."
                    );
                if (place != name)
                    throw CheckpointException.Malformed(
                        $"The index '{indexPath}' gives '{tensor.Name}' to '{place}'; it is in '{name}'."
                    );
                found++;
            }
        }

        if (found < index.WeightMap.Count)
        {
            HashSet<string> present = files
                .SelectMany(static file => file.File.Tensors)
                .Select(static tensor => tensor.Name)
                .ToHashSet(StringComparer.Ordinal);
            (string tensor, string place) = index.WeightMap.First(pair => !present.Contains(pair.Key));
            throw CheckpointException.Malformed(
                $"The index '{indexPath}' gives '{tensor}' to '{place}', which does not hold it."
            );
        }

        if (index.TotalSize is { } total && total != bytes)
            throw CheckpointException.Malformed(
                $"The index '{indexPath}' gives the tensors {total} bytes; the files hold {bytes}."
            );
        string? foreign = Directory
            .EnumerateFiles(folder, "*" + FileEnding)
            .Select(Path.GetFileName)
            .FirstOrDefault(name => name![0] != '.' && !files.Exists(file => Path.GetFileName(file.Path) == name));
        return foreign is null
            ? new() { Files = files }
            : throw CheckpointException.Malformed(
                $"The folder '{folder}' holds '{foreign}', which the index does not name: loaders that read "
                    + "every file would mix them."
            );
    }
}
