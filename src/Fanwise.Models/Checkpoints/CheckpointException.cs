using System.ComponentModel;

namespace Fanwise.Models.Checkpoints;

/// <summary>Why a checkpoint could not be read or written.</summary>
public enum CheckpointError
{
    /// <summary>The machine could not do it: no such folder, no permission, a full disk.</summary>
    InputOutput,

    /// <summary>What was asked for cannot be: an existing file, an element type that the format lacks, an unknown
    /// format.</summary>
    Request,

    /// <summary>What was read is not what its format allows.</summary>
    Malformed,
}

/// <summary>A checkpoint that could not be read or written: the message is one sentence with the place and the received
/// value.</summary>
/// <param name="error">Why.</param>
/// <param name="message">The sentence.</param>
/// <param name="cause">The system's own error, if there was one.</param>
public sealed class CheckpointException(CheckpointError error, string message, Exception? cause = null)
    : Exception(Sentences.Bounded(message), cause)
{
    private const int NoSpace = 28,
        TooLarge = 27,
        ReadOnly = 30,
        OverQuota = 122; // Linux' error numbers, as IOException.HResult has them
    private const int WindowsDiskFull = unchecked((int)0x80070070),
        WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Why.</summary>
    public CheckpointError Error { get; } = error;

    /// <summary>Whether it would be done where <see cref="WriteOptions.Overwrite"/> asks for it.</summary>
    public bool AsksToOverwrite { get; private init; }

    /// <summary>What is there and is not replaced or removed without being told to.</summary>
    internal static CheckpointException OnRequest(string message) =>
        new(CheckpointError.Request, message + " only on request.") { AsksToOverwrite = true };

    internal static CheckpointException Request(string message) => new(CheckpointError.Request, message);

    internal static CheckpointException Malformed(string message, Exception? cause = null) =>
        new(CheckpointError.Malformed, message, cause);

    /// <summary>The sentence for what the system says when <paramref name="path"/> cannot be read or written;
    /// <paramref name="length"/> is what was asked of the disk.</summary>
    internal static CheckpointException From(Exception cause, string action, string path, long length = -1)
    {
        string why = cause switch
        {
            CheckpointException => throw new InvalidOperationException(
                "A checkpoint's error is passed on as it is.",
                cause
            ),
            IOException { HResult: NoSpace or OverQuota or WindowsDiskFull or WindowsHandleDiskFull } => FullDisk(
                length
            ),
            IOException { HResult: TooLarge } => "the file system allows no file of that size",
            IOException { HResult: ReadOnly } => "the file system is read-only",
            DirectoryNotFoundException => "its folder does not exist",
            FileNotFoundException => "it does not exist",
            UnauthorizedAccessException => "permission denied",
            PathTooLongException => "the name is too long",
            Win32Exception => cause.Message,
            _ => cause.Message.TrimEnd('.'),
        };
        return new(CheckpointError.InputOutput, $"'{path}' cannot be {action}: {why}.", cause);
    }

    internal static string FullDisk(long length) =>
        length >= 0 ? $"the disk is full (the file needs {length} bytes)" : "the disk is full";

    /// <summary>Whether this is what the system throws at files, and not a mistake of the program.</summary>
    internal static bool IsSystems(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or Win32Exception or NotSupportedException;
}
