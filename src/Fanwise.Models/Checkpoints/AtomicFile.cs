using Fanwise.Models.Files;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Checkpoints;

/// <summary>A file that appears whole under its name or not at all: written beside it under another name, flushed to
/// disk, renamed.</summary>
/// <remarks>
/// The temporary name is <c>.NAME.HOST-PROCESS-RANDOM.tmp</c> in the same folder, so no two writers share one. When two
/// may overwrite, the last rename wins; when they may not, one of them is refused.
/// A link to a file is replaced by the file; what it leads to stays.
/// Writes may come from several threads.
/// </remarks>
public sealed class AtomicFile : IDisposable
{
    private const int PreallocationFailed = unchecked((int)0x80131620); // what .NET throws when fallocate finds no room
    private readonly SafeFileHandle _handle;
    private readonly string _temporary;
    private readonly long _length;
    private readonly bool _overwrite,
        _sync;
    private BeforeDiskStep? _beforeStep;
    private string? _accessOf;
    private bool _committed;

    private AtomicFile(string path, string temporary, long length, bool overwrite, bool sync, SafeFileHandle handle)
    {
        Path = path;
        _temporary = temporary;
        _length = length;
        _overwrite = overwrite;
        _sync = sync;
        _handle = handle;
    }

    /// <summary>The full path that <see cref="Commit"/> gives the file.</summary>
    public string Path { get; }

    /// <summary>Starts a file; nothing appears under its name.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="length">How many bytes it will have: they are reserved on the disk.</param>
    /// <param name="overwrite">Whether it may take the place of a file.</param>
    /// <param name="sync">Whether <see cref="Commit"/> waits until everything is on the disk.</param>
    /// <exception cref="CheckpointException">A file is there and may not be replaced; the path names a folder or a
    /// device; the folder is missing or cannot be written; the disk is full.</exception>
    public static AtomicFile Create(string path, long length, bool overwrite = false, bool sync = true) =>
        Create(path, length, overwrite, sync, null);

    /// <summary>The same, told of each change of the disk before it is made.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="length">How many bytes it will have.</param>
    /// <param name="overwrite">Whether it may take the place of a file.</param>
    /// <param name="sync">Whether <see cref="Commit"/> waits until everything is on the disk.</param>
    /// <param name="beforeStep">Who is told.</param>
    /// <param name="accessOf">Whose permissions and owner it takes where it replaces none; null for those of any new
    /// file.</param>
    internal static AtomicFile Create(
        string path,
        long length,
        bool overwrite,
        bool sync,
        BeforeDiskStep? beforeStep,
        string? accessOf = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        path = CheckTarget(path, overwrite);
        string temporary = Temporaries.NameFor(path);
        try
        {
            beforeStep?.Invoke(DiskStep.Create, temporary);
            return new(
                path,
                temporary,
                length,
                overwrite,
                sync,
                File.OpenHandle(
                    temporary,
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    FileOptions.None,
                    length
                )
            )
            {
                _beforeStep = beforeStep,
                _accessOf = accessOf,
            };
        }
        catch (IOException exception) when (exception.HResult == PreallocationFailed && length > 0)
        {
            Temporaries.Forget(temporary);
            throw new CheckpointException(
                FanwiseError.InputOutput,
                $"'{path}' cannot be written: {CheckpointException.FullDisk(length)}.",
                exception
            );
        }
        catch (Exception exception)
        {
            Temporaries.Forget(temporary);
            if (CheckpointException.IsSystems(exception))
                throw CheckpointException.From(exception, "written", path, length);
            throw;
        }
    }

    /// <summary>Writes a whole file, or to what stands for none: a pipe, a device, /dev/stdout.</summary>
    /// <param name="path">Where.</param>
    /// <param name="bytes">All of its bytes.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellation">Ends the work; the target is as it was.</param>
    /// <exception cref="CheckpointException">A file is there and may not be replaced, or it cannot be
    /// written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void WriteAll(
        string path,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ImageWriter.Write(new FileImage(bytes.Length, [], [new Literal(0, bytes)]), path, options, cancellation);
    }

    /// <summary>Writes bytes at an offset from the file's start.</summary>
    /// <exception cref="CheckpointException">The disk is full or fails.</exception>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset < 0 || offset > _length - bytes.Length)
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                offset,
                $"A write must lie within the {_length} bytes of the file; received {bytes.Length} bytes at {offset}."
            );
        _beforeStep?.Invoke(DiskStep.Write, _temporary);
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", Path, _length);
        }
    }

    /// <summary>Gives the file its name; the one thing that others see. What it replaces keeps its permissions and
    /// owner.</summary>
    /// <exception cref="CheckpointException">The disk is full or fails, or a file has appeared under the name that may
    /// not be replaced.</exception>
    public void Commit()
    {
        try
        {
            if (RandomAccess.GetLength(_handle) != _length)
                throw new InvalidOperationException(
                    $"A file must be written whole before it gets its name; '{Path}' has "
                        + $"{RandomAccess.GetLength(_handle)} of {_length} bytes."
                );
            if (_sync)
                RandomAccess.FlushToDisk(_handle);
            if (!_overwrite && File.Exists(Path))
                throw Exists(Path);
            string? like = _overwrite && File.Exists(Path) ? Path : _accessOf;
            if (like is not null)
                FileSystem.KeepAccess(like, _temporary);
            // Whoever sees the name may read; the lock that says that this process lives is given up last.
            FileSystem.ShareWithReaders(_handle);
            _beforeStep?.Invoke(DiskStep.Rename, Path);
            if (OperatingSystem.IsWindows())
                _handle.Dispose();
            if (_overwrite)
                File.Move(_temporary, Path, overwrite: true);
            else
                FileSystem.MoveToFreeName(_temporary, Path);
            _committed = true;
            _handle.Dispose();
            Temporaries.Forget(_temporary);
        }
        catch (IOException) when (!_overwrite && File.Exists(Path))
        {
            throw Exists(Path);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", Path, _length);
        }

        if (_sync)
            FlushName(Path);
    }

    /// <summary>Makes a name durable that has just been given.</summary>
    /// <exception cref="CheckpointException">The disk fails; the sentence says that the file is there.</exception>
    internal static void FlushName(string path)
    {
        try
        {
            FileSystem.FlushFolder(System.IO.Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw new CheckpointException(
                FanwiseError.InputOutput,
                $"'{path}' was written, but its name may not outlive a power cut: {exception.Message.TrimEnd('.')}.",
                exception
            );
        }
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_committed)
            return;
        _beforeStep?.Invoke(DiskStep.Delete, _temporary);
        try
        {
            _handle.Dispose();
            File.Delete(_temporary);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            // The error that brought us here says more than that its remains could not be removed.
        }

        Temporaries.Forget(_temporary);
    }

    /// <summary>The full path, once it is clear that a file may be made there.</summary>
    internal static string CheckTarget(string path, bool overwrite)
    {
        if (string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal))
            throw CheckpointException.Request($"A file needs a name; received '{path}'.");
        path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(path) || System.IO.Path.EndsInDirectorySeparator(path))
            throw CheckpointException.Request($"'{path}' is a folder; a file's name is needed.");
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path)))
            throw new CheckpointException(
                FanwiseError.InputOutput,
                $"'{path}' cannot be written: its folder does not exist."
            );
        if (FileSystem.IsSpecial(path) || FileSystem.IsOfKernel(path, out _))
            throw CheckpointException.Request($"'{path}' is neither a file nor a folder and cannot be replaced.");
        if (!overwrite && File.Exists(path))
            throw Exists(path);
        if (FileSystem.IsMountPoint(path))
            throw CheckpointException.Request(
                $"'{path}' is a file that is mounted there, and cannot be replaced; mount the folder around it."
            );
        return path;
    }

    private static CheckpointException Exists(string path) =>
        CheckpointException.OnRequest($"'{path}' exists; it is replaced");
}
