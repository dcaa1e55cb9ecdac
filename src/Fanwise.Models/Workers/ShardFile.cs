using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Files;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Workers;

/// <summary>What is under a shard's name.</summary>
internal enum ShardState
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A file of the right length that begins with the right header.</summary>
    Whole,

    /// <summary>A file that begins like the shard but has another length.</summary>
    CutShort,

    /// <summary>Something else: another plan's shard, or no shard at all.</summary>
    Foreign,
}

/// <summary>Compares files with the images that they should be.</summary>
internal static class ShardFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Looks at length and header; since the header holds the plan's digest, a shard of another seed is
    /// foreign even where its size is the same.</summary>
    /// <exception cref="CheckpointException">The file is there and cannot be read.</exception>
    public static ShardState Inspect(string path, FileImage image)
    {
        try
        {
            if (Directory.Exists(path) || FileSystem.IsSpecial(path))
                return ShardState.Foreign;
            if (!File.Exists(path))
                return ShardState.Missing;
            using SafeFileHandle handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            foreach (Literal literal in image.Literals([]))
            {
                ReadOnlySpan<byte> expected = literal.Bytes.Span[
                    ..(int)Math.Clamp(length - literal.Offset, 0, literal.Bytes.Length)
                ];
                if (!Matches(handle, literal.Offset, expected))
                    return ShardState.Foreign;
            }

            return length == image.Length ? ShardState.Whole : ShardState.CutShort;
        }
        catch (FileNotFoundException)
        {
            return ShardState.Missing; // it went away in between
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    /// <summary>Whether every byte of the tensors is what the image draws.</summary>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static bool HasTheBytes(string path, FileImage image, int threads, CancellationToken cancellation)
    {
        try
        {
            using Comparison comparison = new();
            FileSource source = FileSource.Closed(path, image.Length);
            foreach (TensorPiece piece in image.Pieces)
                comparison.Add(source, piece);
            comparison.Run(new() { Threads = threads }, cancellation);
            return comparison.First is null;
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    /// <summary>Whether a file is there with exactly these bytes.</summary>
    /// <exception cref="CheckpointException">The file is there and cannot be read.</exception>
    public static bool Holds(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (!File.Exists(path) || FileSystem.IsSpecial(path))
                return false;
            using SafeFileHandle handle = File.OpenHandle(path);
            return RandomAccess.GetLength(handle) == bytes.Length && Matches(handle, 0, bytes);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    private static bool Matches(SafeFileHandle handle, long offset, ReadOnlySpan<byte> expected)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (expected.Length > 0)
            {
                int read = RandomAccess.Read(
                    handle,
                    buffer.AsSpan(0, Math.Min(buffer.Length, expected.Length)),
                    offset
                );
                if (read == 0 || !expected[..read].SequenceEqual(buffer.AsSpan(0, read)))
                    return false;
                offset += read;
                expected = expected[read..];
            }

            return true;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
