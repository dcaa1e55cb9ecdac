using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Checkpoints;

/// <summary>A file that appears whole under its name or not at all: written beside it under another name, flushed to
/// disk, renamed.</summary>
/// <remarks>
/// The temporary name is <c>.NAME.HOST-PROCESS-RANDOM.tmp</c> in the same folder, so no two writers share one; when two
/// finish, the last rename wins.
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
    private bool _committed;

    private AtomicFile(string path, string temporary, long length, bool overwrite, bool sync, SafeFileHandle handle) =>
        (Path, _temporary, _length, _overwrite, _sync, _handle) = (path, temporary, length, overwrite, sync, handle);

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
    internal static AtomicFile Create(string path, long length, bool overwrite, bool sync, BeforeDiskStep? beforeStep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        path = CheckTarget(path, overwrite);
        string temporary = TemporaryName(path);
        beforeStep?.Invoke(DiskStep.Create, temporary);
        try
        {
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
            };
        }
        catch (IOException exception) when (exception.HResult == PreallocationFailed && length > 0)
        {
            throw new CheckpointException(
                CheckpointError.InputOutput,
                $"'{path}' cannot be written: {CheckpointException.FullDisk(length)}.",
                exception
            );
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", path, length);
        }
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

    /// <summary>Gives the file its name; the one thing that others see.</summary>
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
            _handle.Dispose();
            if (!_overwrite && File.Exists(Path))
                throw Exists(Path);
            _beforeStep?.Invoke(DiskStep.Rename, Path);
            File.Move(_temporary, Path, overwrite: true);
            _committed = true;
            if (_sync)
                FileSystem.FlushFolder(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", Path, _length);
        }
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        if (_committed)
            return;
        _beforeStep?.Invoke(DiskStep.Delete, _temporary);
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            // The error that brought us here says more than that its remains could not be removed.
        }
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
                CheckpointError.InputOutput,
                $"'{path}' cannot be written: its folder does not exist."
            );
        if (FileSystem.IsSpecial(path))
            throw CheckpointException.Request($"'{path}' is neither a file nor a folder and cannot be replaced.");
        if (!overwrite && File.Exists(path))
            throw Exists(path);
        return path;
    }

    /// <summary>A name beside <paramref name="path"/> that no other writer has and that globs for the real one pass
    /// over.</summary>
    internal static string TemporaryName(string path)
    {
        string name = System.IO.Path.GetFileName(path),
            host = string.Concat(
                Environment.MachineName.Where(static c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(40)
            );
        if (name.Length > 50)
            name = name[..50]; // at most 200 bytes, for file systems that end names at 255
        return System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(path)!,
            $".{name}.{host}-{Environment.ProcessId}-{FileSystem.UniqueWord()}.tmp"
        );
    }

    private static CheckpointException Exists(string path) =>
        CheckpointException.Request($"'{path}' exists; it is replaced only on request (--overwrite).");
}
