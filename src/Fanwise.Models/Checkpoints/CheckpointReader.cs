using Fanwise.Draws;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Checkpoints.Verification;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Checkpoints;

/// <summary>One tensor of a checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Type">The name of its element type; the format's own, where it is none of ours.</param>
/// <param name="Values">Its elements, read when they are asked for; null where the element type is none of
/// ours.</param>
public sealed record StoredTensor(string Name, Shape Shape, string Type, Values? Values);

/// <summary>The tensors of a safetensors checkpoint, one file or several. Holds the files open; their tensors can be
/// read by several threads.</summary>
public sealed class CheckpointReader : IDisposable
{
    private readonly List<SafeFileHandle> _handles = [];

    private CheckpointReader(string path)
    {
        try
        {
            List<StoredTensor> tensors = [];
            foreach ((string file, SafetensorsFile header) in SafetensorsFolder.Read(path).Files)
            {
                Metadata ??= header.Metadata;
                SafeFileHandle handle = File.OpenHandle(file);
                _handles.Add(handle);
                tensors.AddRange(
                    header.Tensors.Select(entry =>
                        entry.Type.ElementType is ElementType type
                            ? new StoredTensor(
                                entry.Name,
                                entry.Shape,
                                type.Name(),
                                new FileValues(entry.Shape, type, handle, header.DataOffset + entry.Begin, file)
                            )
                            : new StoredTensor(entry.Name, entry.Shape, entry.Type.Name, null)
                    )
                );
            }

            Metadata ??= new Dictionary<string, string>();
            Tensors = tensors;
        }
        catch (Exception exception)
        {
            Dispose();
            if (CheckpointException.IsSystems(exception))
                throw CheckpointException.From(exception, "read", path);
            throw;
        }
    }

    /// <summary>The tensors, in the order of the files' names and of their bytes.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Strings about the checkpoint, as its first file has them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a safetensors file, an index of several, or the folder of either.</summary>
    /// <exception cref="CheckpointException">A file is missing, cannot be read, is malformed, or contradicts the
    /// index.</exception>
    public static CheckpointReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles)
            handle.Dispose();
    }

    /// <summary>Values that are in a file.</summary>
    private sealed record FileValues(
        Shape Shape,
        ElementType ElementType,
        SafeFileHandle Handle,
        long Offset,
        string Path
    ) : Values(Shape, ElementType)
    {
        private const int PartBytes = 1 << 20;

        /// <summary>What is in the file, not where it lies.</summary>
        protected override void WriteIdentity(IdentityWriter writer)
        {
            writer.Write("stored");
            int elements = PartBytes / ElementType.Size();
            byte[] part = new byte[(int)Math.Min(Bytes, elements * ElementType.Size())];
            for (long start = 0; start < Shape.Elements; start += elements)
            {
                int bytes = (int)Math.Min(elements, Shape.Elements - start) * ElementType.Size();
                FillSlice(start, part.AsSpan(0, bytes));
                writer.Write(part.AsSpan(0, bytes));
            }
        }

        protected override void FillSlice(long start, Span<byte> destination)
        {
            try
            {
                Comparison.Read(Handle, Offset + start * ElementType.Size(), destination, Path);
            }
            catch (Exception exception) when (CheckpointException.IsSystems(exception))
            {
                throw CheckpointException.From(exception, "read", Path);
            }
        }
    }
}
