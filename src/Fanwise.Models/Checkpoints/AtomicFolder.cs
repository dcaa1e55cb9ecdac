namespace Fanwise.Models.Checkpoints;

/// <summary>A folder that appears with all of its files or not at all: filled beside its place under another name,
/// flushed to disk, renamed.</summary>
/// <remarks>An existing folder is moved away before and removed after the new one has its name; for that moment there
/// is none, never a mixture.</remarks>
internal sealed class AtomicFolder : IDisposable
{
    private readonly bool _overwrite,
        _sync;
    private readonly Func<string, bool> _isOurs;
    private bool _committed;

    private AtomicFolder(string path, string temporary, bool overwrite, bool sync, Func<string, bool> isOurs) =>
        (Path, TemporaryPath, _overwrite, _sync, _isOurs) = (path, temporary, overwrite, sync, isOurs);

    /// <summary>The full path that <see cref="Commit"/> gives the folder.</summary>
    public string Path { get; }

    /// <summary>Where the files are put before.</summary>
    public string TemporaryPath { get; }

    /// <summary>Starts a folder; nothing appears under its name.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="isOurs">Whether a file's name is one that this kind of folder holds: only a folder of nothing else
    /// is replaced.</param>
    /// <param name="overwrite">Whether it may take the place of such a folder.</param>
    /// <param name="sync">Whether <see cref="Commit"/> waits until the names are on the disk.</param>
    /// <exception cref="CheckpointException">Something is there that may not be replaced; the folder around it is
    /// missing or cannot be written.</exception>
    public static AtomicFolder Create(string path, Func<string, bool> isOurs, bool overwrite = false, bool sync = true)
    {
        ArgumentNullException.ThrowIfNull(isOurs);
        if (string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal))
            throw CheckpointException.Request($"A folder needs a name; received '{path}'.");
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (System.IO.Path.GetDirectoryName(path) is not { } parent)
            throw CheckpointException.Request($"'{path}' cannot be replaced.");
        if (!Directory.Exists(parent))
            throw new CheckpointException(
                CheckpointError.InputOutput,
                $"'{path}' cannot be written: its folder does not exist."
            );
        CheckExisting(path, overwrite, isOurs);
        string temporary = AtomicFile.TemporaryName(path);
        try
        {
            Directory.CreateDirectory(temporary);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", path);
        }

        return new(path, temporary, overwrite, sync, isOurs);
    }

    /// <summary>Gives the folder its name.</summary>
    /// <exception cref="CheckpointException">The disk fails, or something has appeared under the name that may not be
    /// replaced.</exception>
    public void Commit()
    {
        try
        {
            if (_sync)
                FileSystem.FlushFolder(TemporaryPath);
            CheckExisting(Path, _overwrite, _isOurs);
            string? old = Directory.Exists(Path) ? AtomicFile.TemporaryName(Path) : null;
            if (old is not null)
                Directory.Move(Path, old);
            Directory.Move(TemporaryPath, Path);
            _committed = true;
            if (_sync)
                FileSystem.FlushFolder(System.IO.Path.GetDirectoryName(Path)!);
            if (old is not null)
                Directory.Delete(old, recursive: true);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", Path);
        }
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_committed)
            return;
        try
        {
            Directory.Delete(TemporaryPath, recursive: true);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            // The error that brought us here says more than that its remains could not be removed.
        }
    }

    private static void CheckExisting(string path, bool overwrite, Func<string, bool> isOurs)
    {
        if (File.Exists(path))
            throw CheckpointException.Request($"'{path}' is a file; a folder's name is needed.");
        if (!Directory.Exists(path))
            return;
        string? foreign = Directory
            .EnumerateFileSystemEntries(path)
            .Select(System.IO.Path.GetFileName)
            .FirstOrDefault(name => !isOurs(name!));
        if (foreign is not null)
            throw CheckpointException.Request(
                $"The folder '{path}' is not replaced: it holds '{foreign}', which was not written by this format."
            );
        if (!overwrite && Directory.EnumerateFileSystemEntries(path).Any())
            throw CheckpointException.Request($"'{path}' exists; it is replaced only on request (--overwrite).");
    }
}
