using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Fanwise.Models.Checkpoints;

/// <summary>What .NET's files lack on Linux and macOS: the flush of a folder's entries to disk, and what kind of thing
/// a path names.</summary>
internal static partial class FileSystem
{
    private const int ReadOnlyDirectory = 0; // O_RDONLY; a folder can only be opened so
    private const int CurrentFolder = -100,
        ModeMask = 1,
        ModeOffset = 28,
        StatxSize = 256;
    private const int KindMask = 0xF000,
        RegularFile = 0x8000,
        Folder = 0x4000;

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
            // Some network file systems cannot flush a folder and say EINVAL (22): they keep names in order themselves.
            if (Flush(descriptor) != 0 && Marshal.GetLastPInvokeError() != 22)
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
            $"{Random.Shared.NextInt64(long.MinValue, long.MaxValue):x16}{Random.Shared.NextInt64(long.MinValue, long.MaxValue):x16}"
        );

    /// <summary>Whether a path names something that is neither a file nor a folder, such as /dev/null: a rename would
    /// take its place.</summary>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        Span<byte> status = stackalloc byte[StatxSize];
        if (Statx(CurrentFolder, path, 0, ModeMask, ref MemoryMarshal.GetReference(status)) != 0)
            return false;
        int kind = MemoryMarshal.Read<ushort>(status[ModeOffset..]) & KindMask;
        return kind is not (RegularFile or Folder);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
