using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>The files of a safetensors checkpoint, one or sharded, checked against each other.</summary>
internal sealed class SafetensorsFolder
{
    /// <summary>How the name of an index ends.</summary>
    public const string IndexEnding = ".safetensors.index.json";

    private const string FileEnding = ".safetensors";

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
                FanwiseError.InputOutput,
                $"The folder '{path}' holds no safetensors file."
            ),
            ([], _) => throw new CheckpointException(
                FanwiseError.InputOutput,
                $"The checkpoint in '{path}' is not complete: it has {files.Length} "
                    + $"{(files.Length == 1 ? "file" : "files")} and no index."
            ),
            _ => throw CheckpointException.Malformed(
                $"The folder '{path}' has {indices.Length} indices; one is expected."
            ),
        };
    }

    /// <summary>Whether a folder holds a safetensors file or an index.</summary>
    public static bool IsOne(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Any(static path =>
                path.EndsWith(FileEnding, StringComparison.Ordinal)
                || path.EndsWith(IndexEnding, StringComparison.Ordinal)
            );

    /// <summary>Reads the files of a folder that its index names, or all of them where it has none.</summary>
    /// <exception cref="CheckpointException">There is none, one is malformed, or two hold a tensor of one
    /// name.</exception>
    public static SafetensorsFolder ReadLoose(string folder)
    {
        string[] indices = Directory.GetFiles(folder, "*" + IndexEnding);
        SafetensorsIndex? index = indices.Length == 1 ? SafetensorsIndex.Read(indices[0]) : null;
        string[] paths = index is not null
            ?
            [
                .. index
                    .WeightMap.Values.Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(name => Path.Combine(folder, name)),
            ]
            : [.. Directory.GetFiles(folder, "*" + FileEnding).Order(StringComparer.Ordinal)];
        if (paths.Length == 0)
            throw CheckpointException.Request($"The folder '{folder}' must hold .safetensors files; it holds none.");
        List<(string Path, SafetensorsFile File)> files = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        (string Path, FolderIdentity Identity)? first = index is null ? null : (indices[0], index.Identity);
        foreach (string path in paths)
        {
            SafetensorsFile file = SafetensorsFile.Read(path);
            FolderIdentity identity = FolderIdentity.Of(file.Metadata);
            // Shards of two plans are no one's weights; files that are no shards may lie side by side.
            if (index is not null || identity.Folder.Length > 0)
            {
                first ??= (path, identity);
                identity.Demand(first.Value.Identity, path, first.Value.Path);
            }

            files.Add((path, file));
            foreach (SafetensorsEntry tensor in file.Tensors)
                if (!names.Add(tensor.Name))
                    throw CheckpointException.Malformed(
                        "A folder's files must hold tensors of different names; "
                            + $"'{JsonValue.Printable(tensor.Name)}' is in '{path}' and in another."
                    );
        }

        return new() { Files = files };
    }

    /// <summary>The tensors of the files, as every format's reader gives them; a file is opened when a tensor of it is
    /// read.</summary>
    public StoredCheckpoint Open()
    {
        List<ByteSource> sources = [];
        List<StoredTensor> tensors = [];
        foreach ((string path, SafetensorsFile file) in Files)
        {
            FileSource source = FileSource.Closed(path, file.Length);
            sources.Add(source);
            foreach (SafetensorsEntry entry in file.Tensors)
                tensors.Add(
                    StoredTensor.Of(
                        entry.Name,
                        entry.Shape,
                        entry.Type,
                        entry.Type.Name,
                        source,
                        file.DataOffset + entry.Begin
                    )
                );
        }

        return new(sources, tensors)
        {
            Metadata = Files.Count > 0 ? Files[0].File.Metadata : new Dictionary<string, string>(),
            Labels = [.. Files.Select(static file => (file.Path, file.File.Metadata))],
            Warnings = [.. Files.SelectMany(static file => file.File.Warnings)],
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
                    FanwiseError.InputOutput,
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
        HashSet<string> named = [.. files.Select(static file => Path.GetFileName(file.Path))];
        string? foreign = Directory
            .EnumerateFiles(folder, "*" + FileEnding)
            .Select(Path.GetFileName)
            .FirstOrDefault(name => name![0] != '.' && !named.Contains(name));
        return foreign is null
            ? new() { Files = files }
            : throw CheckpointException.Malformed(
                $"The folder '{folder}' holds '{foreign}', which the index does not name: loaders that read "
                    + "every file would mix them."
            );
    }
}
