using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Keras;
using Fanwise.Models.Checkpoints.NumPy;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Checkpoints.TensorFlowJs;
using Fanwise.Models.Files;

namespace Fanwise.Models;

/// <summary>The tensors of a checkpoint, of one file or several, in any of the formats that are written: safetensors,
/// HDF5 (<c>.h5</c>, <c>.weights.h5</c>), <c>.keras</c>, NumPy and TensorFlow.js.</summary>
/// <remarks>Holds the files open; their tensors can be read by several threads. What a file is, its first bytes
/// tell.</remarks>
public sealed class CheckpointReader : IDisposable
{
    /// <summary>The readers, one for each kind of file.</summary>
    private static readonly Dictionary<FileSignature, Func<ByteSource, StoredCheckpoint>> Readers = new()
    {
        [FileSignature.Hdf5] = KerasHdf5.Read,
        [FileSignature.Zip] = KerasArchive.Read,
        [FileSignature.NumPy] = NpyFile.Read,
        [FileSignature.NumPyArchive] = NpyFile.ReadArchive,
    };

    private readonly StoredCheckpoint _stored;

    private CheckpointReader(StoredCheckpoint stored) => _stored = stored;

    /// <summary>The tensors, in the order of the files' names and of what the files list; the states of optimizers and
    /// random generators are none.</summary>
    public IReadOnlyList<StoredTensor> Tensors => _stored.Tensors;

    /// <summary>Strings about the checkpoint, as its first file has them.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _stored.Metadata;

    /// <summary>The files.</summary>
    public IReadOnlyList<string> Files => [.. _stored.Sources.Select(static source => source.Name)];

    /// <summary>What is allowed and still strange, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => _stored.Warnings;

    /// <summary>The metadata of each file that has any of its own.</summary>
    internal IReadOnlyList<(string Path, IReadOnlyDictionary<string, string> Metadata)> Labels => _stored.Labels;

    /// <summary>Whether a model's description stands beside the weights: in <c>.keras</c>, in a whole <c>.h5</c>, in a
    /// folder for TensorFlow.js.</summary>
    public bool HasModel => _stored.Model is not null;

    /// <summary>The model that stands beside the weights.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    /// <exception cref="ModelException">It cannot be read.</exception>
    public Model ReadModel() =>
        _stored.Model is { } read
            ? new Model(read())
            : throw CheckpointException.Request($"'{Files[0]}' holds no model beside its weights.");

    /// <summary>Opens a file of any of the formats, an index of several, or the folder of either.</summary>
    /// <exception cref="CheckpointException">A file is missing, cannot be read, is malformed, contradicts the index, or
    /// is of another kind; the sentence says of which.</exception>
    public static CheckpointReader Open(string path) => Open(path, SafetensorsFolder.Read);

    /// <summary>The same, but of a folder of safetensors files whatever lies there: files without an index, and files
    /// that the index does not name, which are left out.</summary>
    internal static CheckpointReader OpenLoose(string path) => Open(path, SafetensorsFolder.ReadLoose);

    private static CheckpointReader Open(string path, Func<string, SafetensorsFolder> readFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path))
                return new(OpenFolder(path, readFolder));
            if (path.EndsWith(SafetensorsFolder.IndexEnding, StringComparison.Ordinal))
                return new(SafetensorsFolder.Read(path).Open());
            FileSource source = FileSource.Open(path);
            try
            {
                return new(OpenFile(source));
            }
            catch
            {
                source.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    /// <summary>Reads everything that checksums and packing tell of the files.</summary>
    /// <exception cref="CheckpointException">A file's bytes are not what it says that they are.</exception>
    internal void Check(CancellationToken cancellation)
    {
        foreach (ByteSource source in _stored.Checked)
            source.Check(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ByteSource source in _stored.Sources)
            source.Dispose();
    }

    private static StoredCheckpoint OpenFile(FileSource source)
    {
        byte[] head = new byte[(int)Math.Min(FileSignatures.Length, source.Length)];
        source.Read(0, head);
        FileSignature signature = FileSignatures.Of(head);
        if (FileSignatures.Refusal(signature) is { } why)
            throw CheckpointException.Malformed($"'{source.Name}' is {why}.");
        if (Readers.TryGetValue(signature, out Func<ByteSource, StoredCheckpoint>? read))
            return read(source);
        source.Dispose();
        return SafetensorsFolder.Read(source.Name).Open(); // which says what is wrong with what is none
    }

    private static StoredCheckpoint OpenFolder(string path, Func<string, SafetensorsFolder> readFolder)
    {
        if (FileSignatures.Refusal(FileSignatures.OfPath(path)) is { } why)
            throw CheckpointException.Malformed($"'{path}' is {why}.");
        // A model.json beside safetensors is people's own: the folder is theirs.
        if (!SafetensorsFolder.IsOne(path))
        {
            if (File.Exists(Path.Combine(path, TensorFlowJsModel.ModelName)))
                return TensorFlowJsFolder.Read(path);
            if (File.Exists(Path.Combine(path, KerasArchive.WeightsName)))
                return KerasArchive.ReadFolder(path);
        }

        return readFolder(path).Open();
    }
}
