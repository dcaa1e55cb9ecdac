using System.Buffers.Binary;
using Fanwise.Models.Files;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>A safetensors file that was read strictly: everything that its header says is true of its length and of
/// each other. The tensors' bytes stay on the disk.</summary>
/// <remarks>
/// Stricter than the reference reader, which takes some names twice and products that overflow beside a zero. Memory is
/// bounded by a small multiple of the header,
/// whose length is compared with the file's before anything is reserved for it.
/// </remarks>
public sealed class SafetensorsFile
{
    private const int LengthSize = 8;

    private SafetensorsFile(SafetensorsHeaderReader header, long dataOffset, long length)
    {
        (DataOffset, Length) = (dataOffset, length);
        Tensors = header.Tensors;
        Metadata = header.Metadata;
        Warnings = header.Warnings;
    }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Strings about the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What is allowed and still strange, a sentence each (at most 20): names that are empty or have a NUL,
    /// tensors that are not aligned to their elements.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Where the tensors' bytes begin in the file.</summary>
    public long DataOffset { get; }

    /// <summary>The file's size in bytes.</summary>
    public long Length { get; }

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="CheckpointException">The file cannot be read, or is not what the format allows.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (FileSystem.IsSpecial(path))
                throw CheckpointException.Request($"'{path}' is neither a file nor a folder and cannot be read.");
            using SafeFileHandle handle = File.OpenHandle(path);
            return Read(handle, path);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    /// <summary>Reads the header of an open file.</summary>
    internal static SafetensorsFile Read(SafeFileHandle handle, string path)
    {
        long length = RandomAccess.GetLength(handle);
        return Read(
            length,
            (offset, buffer) =>
            {
                while (buffer.Length > 0)
                {
                    int read = RandomAccess.Read(handle, buffer, offset);
                    if (read == 0)
                        throw CheckpointException.Malformed($"'{path}' became shorter while it was read.");
                    offset += read;
                    buffer = buffer[read..];
                }
            },
            path
        );
    }

    /// <summary>Reads the header of a file in memory.</summary>
    /// <exception cref="CheckpointException">It is not what the format allows.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes) =>
        Read(bytes.Length, (offset, buffer) => bytes.Span.Slice((int)offset, buffer.Length).CopyTo(buffer), "the file");

    private delegate void ReadAt(long offset, Span<byte> buffer);

    private static SafetensorsFile Read(long length, ReadAt read, string path)
    {
        if (length < LengthSize)
            throw CheckpointException.Malformed(
                $"'{path}' is no safetensors file: it must begin with the header's length in 8 bytes; it has {length}."
            );
        Span<byte> prefix = stackalloc byte[LengthSize];
        read(0, prefix);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (size > SafetensorsHeader.MaxLength)
        {
            string why =
                Instead(FileSignatures.Of(prefix))
                ?? $"a header has at most {SafetensorsHeader.MaxLength} bytes; received {size}";
            throw CheckpointException.Malformed($"'{path}' is no safetensors file: {why}.");
        }

        if (size > (ulong)(length - LengthSize))
            throw CheckpointException.Malformed(
                $"'{path}' is cut short: its header has {size} bytes; {length - LengthSize} are there."
            );
        byte[] json = GC.AllocateUninitializedArray<byte>((int)size);
        read(LengthSize, json);
        long data = LengthSize + (long)size;
        return new(SafetensorsHeaderReader.Read(json, length - data, path), data, length);
    }

    /// <summary>What a file is instead, told by bytes that are no header's length; null where that is not
    /// known.</summary>
    private static string? Instead(FileSignature signature) =>
        signature switch
        {
            FileSignature.Json => "it is JSON, which may describe a model but holds no weights",
            FileSignature.Zip => "it is a zip archive, as .keras and .npz are",
            FileSignature.Hdf5 => "it is HDF5, as .weights.h5 is",
            FileSignature.NumPy => "it is a NumPy array",
            _ => null,
        };
}
