using System.Runtime.InteropServices;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>An output that is no file: a pipe, a terminal, a device, or an open file of this process such as
/// /dev/stdout. It is written from front to back and never replaced.</summary>
internal sealed class StreamOutput : IDisposable
{
    private const int WriteOnly = 1, // O_WRONLY
        CloseOnExecute = 0x80000; // O_CLOEXEC, as Linux numbers it
    private const int Interrupted = 4, // EINTR
        TryAgain = 11; // EAGAIN
    private const int LastStandard = 2; // stderr
    private readonly string _path;
    private readonly int _descriptor;
    private readonly bool _isOwn;

    private StreamOutput(string path, int descriptor, bool isOwn)
    {
        _path = path;
        _descriptor = descriptor;
        _isOwn = isOwn;
    }

    /// <summary>Whether a path names such an output. What a rename would replace wrongly and nothing can be written to,
    /// a disk or a kernel's own file, is none: <see cref="AtomicFile"/> refuses it.</summary>
    public static bool Is(string path)
    {
        if (string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal))
            return false;
        path = Path.GetFullPath(path);
        bool kernels = FileSystem.IsOfKernel(path, out int descriptor);
        if (FileSystem.IsSpecial(path))
            return !FileSystem.IsBlockDevice(path);
        // A file that the shell opened. Others than stdout and stderr would be overwritten from their beginning.
        return kernels && descriptor is > 0 and <= LastStandard && File.Exists(path);
    }

    /// <summary>Opens it; a pipe waits for its reader.</summary>
    /// <exception cref="CheckpointException">It cannot be opened.</exception>
    public static StreamOutput Open(string path)
    {
        string full = Path.GetFullPath(path);
        if (FileSystem.IsOfKernel(full, out int descriptor) && descriptor is > 0 and <= LastStandard)
            return new(path, descriptor, isOwn: false);
        int opened = FileSystem.Open(full, WriteOnly | (OperatingSystem.IsLinux() ? CloseOnExecute : 0));
        return opened >= 0
            ? new(path, opened, isOwn: true)
            : throw CheckpointException.From(FileSystem.Failure(Marshal.GetLastPInvokeError()), "written", path);
    }

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="CheckpointException">The reader is gone, or the device fails.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint written = FileSystem.Write(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length);
            if (written > 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            int error = written == 0 ? TryAgain : Marshal.GetLastPInvokeError();
            if (error is not (Interrupted or TryAgain))
                throw CheckpointException.From(FileSystem.Failure(error), "written", _path);
            Thread.Sleep(error == TryAgain ? 1 : 0); // a pipe that its reader made not to wait
        }
    }

    /// <summary>Writes an image from front to back.</summary>
    /// <exception cref="CheckpointException">Its header needs what comes after it, or the output fails.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what has been written is gone.</exception>
    public static void Write(FileImage image, string path, WriteOptions options, CancellationToken cancellation)
    {
        if (image.NeedsChecksums)
            throw CheckpointException.Request(
                $"'{path}' is written from front to back, and this format has checksums before the bytes: name a file, "
                    + "or another format."
            );
        IEnumerable<(long Offset, Literal? Literal, TensorPiece? Piece)> parts = image
            .Literals([])
            .Select(static literal => (literal.Offset, (Literal?)literal, (TensorPiece?)null))
            .Concat(image.Pieces.Select(static piece => (piece.Offset, (Literal?)null, (TensorPiece?)piece)))
            .OrderBy(static part => part.Offset);
        using StreamOutput output = Open(path);
        byte[] buffer = [];
        long done = 0;
        foreach ((_, Literal? literal, TensorPiece? piece) in parts)
        {
            cancellation.ThrowIfCancellationRequested();
            if (literal is { } bytes)
                output.Write(bytes.Bytes.Span);
            if (piece is not { Length: > 0 } tensor)
                continue;
            if (buffer.Length == 0)
                buffer = GC.AllocateUninitializedArray<byte>(ByteSource.ChunkSize);
            Fanwise.Draws.Values values = tensor.Values.NeedsWhole ? tensor.Values.Materialize() : tensor.Values;
            for (long start = 0; start < tensor.Length; start += buffer.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Length - start));
                TensorPump.Fill(values, tensor.Start + start, chunk);
                output.Write(chunk);
                options.Progress?.Report(done += chunk.Length);
            }
        }
    }

    public void Dispose()
    {
        if (_isOwn)
            _ = FileSystem.Close(_descriptor);
    }
}
