using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>Which files of a folder its format wrote.</summary>
/// <param name="Main">The file that readers begin with; without it the others are no checkpoint.</param>
/// <param name="WrittenIn">The names that the main file of a folder lists, itself included; null where it does not say
/// that this format wrote it.</param>
/// <param name="IsName">Whether a name is one that such a folder holds.</param>
internal sealed record FolderFiles(
    string Main,
    Func<string, IReadOnlyCollection<string>?> WrittenIn,
    Func<string, bool> IsName
);

/// <summary>A folder that appears with all of its files or not at all: filled beside its place under another name,
/// flushed to disk, renamed.</summary>
/// <remarks>
/// An existing folder is exchanged for the new one in one step, and then removed file by file: those that it says it
/// was written with, and no others. Where the system cannot exchange names it is moved away before; for that moment
/// there is none, never a mixture.
/// A folder where something is mounted cannot be renamed. It is filled within: its main file goes first and comes
/// last, so that it is one checkpoint or none.
/// </remarks>
internal sealed class AtomicFolder : IDisposable
{
    private readonly bool _overwrite,
        _sync,
        _isMounted;
    private readonly FolderFiles _files;
    private bool _committed;

    private AtomicFolder(string path, bool isMounted, FolderFiles files, bool overwrite, bool sync)
    {
        Path = path;
        _isMounted = isMounted;
        _files = files;
        _overwrite = overwrite;
        _sync = sync;
        TemporaryPath = Temporaries.NameFor(isMounted ? Within(path) : path);
    }

    /// <summary>The full path that <see cref="Commit"/> gives the folder.</summary>
    public string Path { get; }

    /// <summary>Where the files are put before.</summary>
    public string TemporaryPath { get; }

    /// <summary>Starts a folder; nothing appears under its name.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="files">Which files are its format's: only a folder of nothing else is replaced.</param>
    /// <param name="overwrite">Whether it may take the place of such a folder.</param>
    /// <param name="sync">Whether <see cref="Commit"/> waits until the names are on the disk.</param>
    /// <exception cref="CheckpointException">Something is there that may not be replaced; the folder around it is
    /// missing or cannot be written.</exception>
    public static AtomicFolder Create(string path, FolderFiles files, bool overwrite = false, bool sync = true)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal))
            throw CheckpointException.Request($"A folder needs a name; received '{path}'.");
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (System.IO.Path.GetDirectoryName(path) is not { } parent)
            throw CheckpointException.Request($"'{path}' cannot be replaced.");
        if (!Directory.Exists(parent))
            throw new CheckpointException(
                FanwiseError.InputOutput,
                $"'{path}' cannot be written: its folder does not exist."
            );
        bool isMounted = FileSystem.IsMountPoint(path);
        string name = Temporaries.Shortened(System.IO.Path.GetFileName(path));
        Temporaries.RemoveDead(isMounted ? path : parent, other => other == name, files.IsName);
        try
        {
            Check(path, files, overwrite);
            AtomicFolder folder = new(path, isMounted, files, overwrite, sync);
            Directory.CreateDirectory(folder.TemporaryPath);
            return folder;
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", path);
        }
    }

    /// <summary>Gives the folder its name.</summary>
    /// <exception cref="CheckpointException">The disk fails, or something has appeared under the name that may not be
    /// replaced.</exception>
    public void Commit()
    {
        string? old;
        try
        {
            if (_sync)
                FileSystem.FlushFolder(TemporaryPath);
            IReadOnlyCollection<string> before = Check(Path, _files, _overwrite, TemporaryPath);
            KeepAccess();
            if (_isMounted)
            {
                Fill(before);
                old = null;
            }
            else
            {
                old = Replace();
            }

            _committed = true;
            if (old is not null)
                Remove(old, before);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "written", Path);
        }

        Temporaries.Forget(TemporaryPath);
        if (_sync)
            AtomicFile.FlushName(_isMounted ? Within(Path) : Path);
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

        Temporaries.Forget(TemporaryPath);
    }

    /// <summary>The new folder under the name; the old one's path, where there was one.</summary>
    private string? Replace()
    {
        if (!Directory.Exists(Path))
        {
            Directory.Move(TemporaryPath, Path);
            return null;
        }

        if (FileSystem.TryExchange(TemporaryPath, Path))
        {
            Temporaries.Forget(TemporaryPath); // it is the old folder now, of which only our files may go
            return TemporaryPath;
        }

        string old = TemporaryPath + ".old"; // no temporary name: a later run must not remove it
        Directory.Move(Path, old);
        try
        {
            Directory.Move(TemporaryPath, Path);
        }
        catch
        {
            Directory.Move(old, Path);
            throw;
        }

        return old;
    }

    /// <summary>The new files in the folder: its main file goes first and comes last.</summary>
    private void Fill(IReadOnlyCollection<string> before)
    {
        foreach (string name in before.OrderByDescending(name => name == _files.Main))
        {
            File.Delete(In(Path, name));
            if (name == _files.Main && _sync)
                FileSystem.FlushFolder(Path); // no new file may reach the disk before it has left it
        }

        foreach (
            string name in Directory
                .EnumerateFiles(TemporaryPath)
                .Select(static file => System.IO.Path.GetFileName(file))
                .OrderBy(name => name == _files.Main)
                .ToArray()
        )
        {
            if (name == _files.Main && _sync)
                FileSystem.FlushFolder(Path);
            File.Move(In(TemporaryPath, name), In(Path, name));
        }

        Directory.Delete(TemporaryPath);
    }

    private void Remove(string old, IReadOnlyCollection<string> written)
    {
        foreach (string name in written)
            File.Delete(In(old, name));
        if (Directory.EnumerateFileSystemEntries(old).Any())
            throw new CheckpointException(
                FanwiseError.InputOutput,
                $"'{Path}' was written; what came into its old folder meanwhile is kept in '{old}'."
            );
        Directory.Delete(old);
    }

    /// <summary>Permissions and owners of what is replaced; of a file that was not there those of the main
    /// one.</summary>
    private void KeepAccess()
    {
        if (!Directory.Exists(Path))
            return;
        if (!_isMounted)
            FileSystem.KeepAccess(Path, TemporaryPath);
        if (!File.Exists(In(Path, _files.Main)))
            return;
        foreach (string file in Directory.EnumerateFiles(TemporaryPath))
        {
            string before = In(Path, System.IO.Path.GetFileName(file));
            FileSystem.KeepAccess(File.Exists(before) ? before : In(Path, _files.Main), file);
        }
    }

    /// <summary>Refuses what may not be replaced.</summary>
    /// <returns>The names of the files that the folder was written with and still has.</returns>
    private static IReadOnlyCollection<string> Check(
        string path,
        FolderFiles files,
        bool overwrite,
        string? temporary = null
    )
    {
        if (File.Exists(path))
            throw CheckpointException.Request($"'{path}' is a file; a folder's name is needed.");
        if (!Directory.Exists(path))
            return [];
        string[] entries = [.. Directory.EnumerateFileSystemEntries(path).Where(entry => entry != temporary)];
        if (entries.Length == 0)
            return [];
        // Of a name of the format, a plain file, and named by a main file that says who wrote it: a folder under a
        // file's name holds what others put there, and another program's model has the same names.
        IReadOnlyCollection<string> written =
            File.Exists(In(path, files.Main)) && IsPlainFile(In(path, files.Main)) ? files.WrittenIn(path) ?? [] : [];
        string? foreign = entries
            .Where(entry => !written.Contains(System.IO.Path.GetFileName(entry)) || !IsPlainFile(entry))
            .Select(System.IO.Path.GetFileName)
            .FirstOrDefault();
        if (foreign is not null)
            throw CheckpointException.Request(
                $"The folder '{path}' is not replaced: it holds '{foreign}', which does not say that it was written "
                    + "here; remove it or choose another folder."
            );
        if (!overwrite)
            throw CheckpointException.OnRequest($"'{path}' exists; it is replaced");
        return [.. entries.Select(static entry => System.IO.Path.GetFileName(entry)!)];
    }

    private static bool IsPlainFile(string path) =>
        File.Exists(path) && !FileSystem.IsSpecial(path) && new FileInfo(path).LinkTarget is null;

    private static string In(string folder, string name) => System.IO.Path.Combine(folder, name);

    /// <summary>The folder itself, as something within it.</summary>
    private static string Within(string folder) => In(folder, System.IO.Path.GetFileName(folder));
}
