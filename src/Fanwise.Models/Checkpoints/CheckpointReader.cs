using Fanwise.Draws;
using Fanwise.Models.Checkpoints.Safetensors;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Checkpoints;

/// <summary>One tensor of a checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Type">The format's name of its element type.</param>
/// <param name="Values">Its elements, read when they are asked for; null where the element type is none of ours.</param>
public sealed record StoredTensor(string Name, Shape Shape, string Type, Values? Values);

/// <summary>The tensors of a safetensors file, or of a folder of them. Holds the files open; their tensors can be read by several threads.</summary>
public sealed class CheckpointReader : IDisposable
{
    private const string IndexEnding = ".safetensors.index.json", FileEnding = ".safetensors";

    private readonly List<SafeFileHandle> _handles = [];
    private readonly List<StoredTensor> _tensors = [];

    private CheckpointReader() { }

    /// <summary>The tensors in the order of the files' names, and of their bytes.</summary>
    public IReadOnlyList<StoredTensor> Tensors => _tensors;

    /// <summary>Opens a safetensors file; an index of such files; or a folder with an index, or else all its safetensors files.</summary>
    /// <exception cref="CheckpointException">A file cannot be read or is malformed, the index and the files disagree, a name is there twice, or the folder has no such file.</exception>
    public static CheckpointReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckpointReader reader = new();
        try
        {
            if (Directory.Exists(path)) reader.AddFolder(path);
            else if (path.EndsWith(IndexEnding, StringComparison.Ordinal)) reader.AddIndex(path);
            else reader.AddFile(path, static _ => true);
            return reader;
        }
        catch (Exception exception)
        {
            reader.Dispose();
            if (CheckpointException.IsSystems(exception)) throw CheckpointException.From(exception, "read", path);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles) handle.Dispose();
    }

    private void AddFolder(string folder)
    {
        string[] indexes = Directory.GetFiles(folder, "*" + IndexEnding);
        if (indexes.Length > 1) throw CheckpointException.Request($"A folder's tensors are read by its index; '{folder}' has {indexes.Length}: name the one that is meant.");
        if (indexes.Length == 1)
        {
            AddIndex(indexes[0]);
            return;
        }

        string[] files = [.. Directory.GetFiles(folder, "*" + FileEnding).Where(static file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw CheckpointException.Request($"The folder '{folder}' has no {FileEnding} file.");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string file in files)
            AddFile(file, name => names.Add(name) ? true : throw CheckpointException.Malformed($"A folder's tensors must have different names; '{file}' has '{name}' again."));
    }

    private void AddIndex(string path)
    {
        SafetensorsIndex index = SafetensorsIndex.Read(path);
        foreach (string file in index.WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            AddFile(Path.Combine(Path.GetDirectoryName(path)!, file), name => index.WeightMap.GetValueOrDefault(name) == file);
        if (_tensors.Count == index.WeightMap.Count) return;
        string missing = index.WeightMap.Keys.First(name => !_tensors.Exists(tensor => tensor.Name == name));
        throw CheckpointException.Malformed($"The index '{path}' places '{missing}' in '{index.WeightMap[missing]}', which lacks it.");
    }

    private void AddFile(string path, Predicate<string> isWanted)
    {
        try
        {
            if (FileSystem.IsSpecial(path)) throw CheckpointException.Request($"'{path}' is neither a file nor a folder and cannot be read.");
            SafeFileHandle handle = File.OpenHandle(path);
            _handles.Add(handle);
            SafetensorsFile file = SafetensorsFile.Read(handle, path);
            foreach (SafetensorsEntry entry in file.Tensors)
            {
                if (isWanted(entry.Name))
                    _tensors.Add(new(entry.Name, entry.Shape, entry.Type.Name, entry.Type.ElementType is ElementType type ? new FileValues(entry.Shape, type, handle, file.DataOffset + entry.Begin, path) : null));
            }
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    /// <summary>Values that are in a file.</summary>
    private sealed record FileValues(Shape Shape, ElementType ElementType, SafeFileHandle Handle, long Offset, string Path) : Values(Shape, ElementType)
    {
        protected override void FillSlice(long start, Span<byte> destination)
        {
            long offset = Offset + start * ElementType.Size();
            try
            {
                while (destination.Length > 0)
                {
                    int read = RandomAccess.Read(Handle, destination, offset);
                    if (read == 0) throw CheckpointException.Malformed($"'{Path}' became shorter while it was read.");
                    offset += read;
                    destination = destination[read..];
                }
            }
            catch (Exception exception) when (CheckpointException.IsSystems(exception))
            {
                throw CheckpointException.From(exception, "read", Path);
            }
        }
    }
}
