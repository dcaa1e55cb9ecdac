namespace Fanwise.Models.Files;

/// <summary>Bytes that can be read at any place, by several threads: a file, a stretch of one, or memory.</summary>
internal abstract class ByteSource(string name, long length) : IDisposable
{
    /// <summary>How many bytes are read or written at once: large enough that a system call costs nothing, small enough
    /// for a core's own cache; a multiple of every element's size.</summary>
    public const int ChunkSize = 1 << 20;

    /// <summary>What errors call it: the file's path.</summary>
    public string Name { get; } = name;

    /// <summary>How many bytes there are.</summary>
    public long Length { get; } = length;

    /// <summary>Reads all of a stretch.</summary>
    /// <exception cref="CheckpointException">The bytes end before, or the system refuses.</exception>
    public abstract void Read(long offset, Span<byte> destination);

    /// <summary>Reads all that can be told from checksums and packing; nothing where there are none.</summary>
    /// <exception cref="CheckpointException">The bytes are not what the file says that they are.</exception>
    public virtual void Check(CancellationToken cancellation) { }

    /// <summary>Gives back what the system lends, until the next reading.</summary>
    public abstract void Release();

    /// <inheritdoc/>
    public void Dispose() => Release();
}

/// <summary>A stretch of another source, which it does not own.</summary>
internal sealed class SliceSource(ByteSource whole, long offset, long length) : ByteSource(whole.Name, length)
{
    public override void Read(long start, Span<byte> destination)
    {
        if (start < 0 || start > Length - destination.Length)
            throw CheckpointException.Malformed($"'{Name}' is cut short: it ends at byte {offset + Length}.");
        whole.Read(offset + start, destination);
    }

    public override void Release() => whole.Release();
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemorySource(string name, ReadOnlyMemory<byte> bytes) : ByteSource(name, bytes.Length)
{
    public override void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length - destination.Length)
            throw CheckpointException.Malformed($"'{Name}' is cut short: it ends at byte {Length}.");
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }

    public override void Release() { }
}

/// <summary>A stream that can be read at any place; its receiver closes it.</summary>
internal sealed class StreamSource(string name, Stream stream) : ByteSource(name, stream.Length)
{
    private readonly Lock _lock = new();

    public override void Read(long offset, Span<byte> destination)
    {
        lock (_lock)
        {
            stream.Position = offset;
            if (stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
                throw CheckpointException.Malformed($"'{Name}' is cut short: it ends at byte {Length}.");
        }
    }

    public override void Release() { }
}
