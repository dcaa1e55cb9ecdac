using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Files;

/// <summary>A file, open from a reading until it is released or until many others have been read since: a checkpoint
/// may have more files than a process may open.</summary>
internal sealed class FileSource : ByteSource
{
    /// <summary>So many files are open at once, of a whole process.</summary>
    public static int MostOpen => OpenFiles.ForReading;

    /// <summary>Those that are open, the one read longest ago first.</summary>
    private static readonly LinkedList<FileSource> Opened = new();
    private static readonly Lock Gate = new();
    private readonly LinkedListNode<FileSource> _place;
    private SafeFileHandle? _handle;

    private FileSource(string path, long length)
        : base(path, length) => _place = new(this);

    /// <summary>A file of a known length, which is opened when it is read.</summary>
    public static FileSource Closed(string path, long length) => new(path, length);

    /// <summary>Opens a file.</summary>
    /// <exception cref="CheckpointException">It cannot be opened, or is something that is neither file nor
    /// folder.</exception>
    public static FileSource Open(string path)
    {
        try
        {
            if (FileSystem.IsSpecial(path))
                throw CheckpointException.Request($"'{path}' is neither a file nor a folder and cannot be read.");
            using SafeFileHandle handle = File.OpenHandle(path);
            return new(path, RandomAccess.GetLength(handle));
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    public override void Read(long offset, Span<byte> destination)
    {
        try
        {
            while (!TryRead(offset, destination))
            {
                // Another thread's reading closed the file in between.
            }
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", Name);
        }
    }

    public override void Release()
    {
        lock (Gate)
            Close();
    }

    private bool TryRead(long offset, Span<byte> destination)
    {
        SafeFileHandle handle = Handle();
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld); // whoever closes it meanwhile closes it after us
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        try
        {
            FileSystem.Read(handle, offset, destination, Name);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false; // closed for new readings, which a long stretch may need
        }
        finally
        {
            if (isHeld)
                handle.DangerousRelease();
        }
    }

    private SafeFileHandle Handle()
    {
        lock (Gate)
        {
            if (_handle is null)
            {
                while (Opened.Count >= MostOpen)
                    Opened.First!.Value.Close();
                _handle = File.OpenHandle(Name);
            }
            else
            {
                Opened.Remove(_place);
            }

            Opened.AddLast(_place);
            return _handle;
        }
    }

    private void Close()
    {
        if (_handle is null)
            return;
        _handle.Dispose();
        _handle = null;
        Opened.Remove(_place);
    }
}
