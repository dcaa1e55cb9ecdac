using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Files;

/// <summary>What .NET's files lack on Linux and macOS: the flush of a folder's entries to disk, what kind of thing a
/// path names, and renames that replace nothing or exchange two names.</summary>
internal static partial class FileSystem
{
    private const int ReadOnlyDirectory = 0; // O_RDONLY; a folder can only be opened so
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoSuchCall = 38, // ENOSYS, and what file systems answer that cannot do it
        NotPermitted = 1,
        NotSupported = 95,
        Invalid = 22,
        ThereAlready = 17;
    private const int SharedLock = 1, // LOCK_SH, the lock of .NET's readers
        WithoutWaiting = 4; // LOCK_NB
    private const uint Exchanging = 2; // RENAME_EXCHANGE
    private const int MaxLinks = 40; // as many as Linux follows

    // The fields of Linux' struct statx, by their bit in the mask or their place.
    private const uint ModeMask = 1,
        OwnersMask = 0x18;
    private const int StatxSize = 256,
        AttributesOffset = 8,
        OwnerOffset = 20,
        GroupOffset = 24,
        ModeOffset = 28;
    private const ulong MountRoot = 0x2000; // STATX_ATTR_MOUNT_ROOT
    private const int KindMask = 0xF000,
        RegularFile = 0x8000,
        Folder = 0x4000,
        BlockDevice = 0x6000;

    /// <summary>Makes the names in a folder durable: a renamed file is on disk under its name only after
    /// this.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return; // which keeps names with the journal
        int descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        try
        {
            // Some network file systems cannot flush a folder and say EINVAL: they keep names in order themselves.
            if (Flush(descriptor) != 0 && Marshal.GetLastPInvokeError() != Invalid)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>A word for a temporary name that no other writer has. It needs no secret, so no cryptography, which a
    /// container without devices lacks.</summary>
    public static string UniqueWord() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Random.Shared.NextInt64(long.MinValue, long.MaxValue):x16}"
                + $"{Random.Shared.NextInt64(long.MinValue, long.MaxValue):x16}"
        );

    /// <summary>Whether a path names something that is neither a file nor a folder, such as /dev/null: a rename would
    /// take its place.</summary>
    public static bool IsSpecial(string path) => Kind(path) is not (null or RegularFile or Folder);

    /// <summary>Whether a path names a disk, to which nothing is ever written.</summary>
    public static bool IsBlockDevice(string path) => Kind(path) == BlockDevice;

    /// <summary>Whether a file or folder is where something is mounted: it cannot be renamed.</summary>
    public static bool IsMountPoint(string path)
    {
        Span<byte> status = stackalloc byte[StatxSize];
        return TryStatus(path, ModeMask, status)
            && (MemoryMarshal.Read<ulong>(status[AttributesOffset..]) & MountRoot) != 0;
    }

    /// <summary>Whether a path leads into the kernel's own folders, by itself or by a link: /dev/stdout is a link to
    /// whatever the shell opened, and a rename would take the link's place.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="descriptor">The open file of this process that it stands for; -1 where it stands for
    /// none.</param>
    public static bool IsOfKernel(string path, out int descriptor)
    {
        descriptor = -1;
        if (OperatingSystem.IsWindows())
            return false;
        bool isKernels = false;
        string? place = path;
        for (int links = 0; place is not null && descriptor < 0 && links < MaxLinks; links++)
        {
            if (Descriptor.Match(place) is { Success: true } match)
                descriptor = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
            isKernels |= IsIn(place, "/proc/") || (IsIn(place, "/dev/") && !IsIn(place, "/dev/shm/"));
            string? target = new FileInfo(place).LinkTarget;
            place = target is null ? null : Path.GetFullPath(target, Path.GetDirectoryName(place)!);
        }

        return isKernels;
    }

    /// <summary>Gives a file or folder the permissions of the one that it will replace and, where the process may, its
    /// owner and group.</summary>
    public static void KeepAccess(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            Span<byte> status = stackalloc byte[StatxSize];
            if (TryStatus(from, OwnersMask, status))
            {
                // Only root may give files away; of another's file the group and the permissions are kept.
                uint owner = MemoryMarshal.Read<uint>(status[OwnerOffset..]),
                    group = MemoryMarshal.Read<uint>(status[GroupOffset..]);
                if (ChangeOwner(to, owner, group) != 0)
                    _ = ChangeOwner(to, uint.MaxValue, group);
            }

            File.SetUnixFileMode(to, File.GetUnixFileMode(from)); // after the owner, whose change clears bits of it
        }
        catch (FileNotFoundException)
        {
            // It went away in between: there is nothing to keep.
        }
    }

    /// <summary>Gives a file a name that nothing has; of two processes that do so at once, one succeeds.</summary>
    /// <exception cref="IOException">The name is taken, or cannot be given.</exception>
    public static void MoveToFreeName(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: false);
            return;
        }

        // A second name for the file is made only where there is none; .NET's move looks first and renames then.
        if (Link(from, to) == 0)
        {
            File.Delete(from);
            return;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == ThereAlready)
            throw Failure(error);
        File.Move(from, to, overwrite: false); // a file system without second names
    }

    /// <summary>Exchanges two names in one step.</summary>
    /// <returns>Whether the system can; nothing has changed where it cannot.</returns>
    public static bool TryExchange(string left, string right)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            if (Rename(CurrentFolder, left, CurrentFolder, right, Exchanging) == 0)
                return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // an old C library
        }

        int error = Marshal.GetLastPInvokeError();
        return error is NoSuchCall or Invalid or NotSupported or NotPermitted ? false : throw Failure(error);
    }

    /// <summary>Lets others read a file that is still open for writing here; it stays locked against writers.</summary>
    public static void ShareWithReaders(SafeFileHandle handle)
    {
        // A file system without locks has none to loosen: what it answers does not matter.
        if (!OperatingSystem.IsWindows())
            _ = Lock(handle, SharedLock | WithoutWaiting);
    }

    /// <summary>Whether nobody has a file open for writing, as far as the file system keeps locks.</summary>
    public static bool IsUnlocked(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            return false;
        }
    }

    /// <summary>Whether a process of this number runs on this machine, as far as we can see.</summary>
    public static bool IsProcess(int number)
    {
        if (OperatingSystem.IsLinux())
            return Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{number}"));
        try
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.GetProcessById(number);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>What the system says, as .NET says it.</summary>
    public static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    private static bool IsIn(string path, string folder) => path.StartsWith(folder, StringComparison.Ordinal);

    private static int? Kind(string path)
    {
        Span<byte> status = stackalloc byte[StatxSize];
        return TryStatus(path, ModeMask, status) ? MemoryMarshal.Read<ushort>(status[ModeOffset..]) & KindMask : null;
    }

    private static bool TryStatus(string path, uint mask, Span<byte> status) =>
        OperatingSystem.IsLinux() && Statx(CurrentFolder, path, 0, mask, ref MemoryMarshal.GetReference(status)) == 0;

    [GeneratedRegex(
        @"\A/(dev|proc/(self|thread-self|[0-9]+))/fd/(?<number>[0-9]{1,6})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Descriptor { get; }

    /// <summary>Reads all of a stretch of an open file.</summary>
    /// <exception cref="CheckpointException">The file ends before.</exception>
    public static void Read(SafeFileHandle handle, long offset, Span<byte> buffer, string path)
    {
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0)
                throw CheckpointException.Malformed($"'{path}' is cut short: it ends at byte {offset}.");
            offset += read;
            buffer = buffer[read..];
        }
    }

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, ref byte bytes, nint count);

    [LibraryImport("libc", EntryPoint = "flock")]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
