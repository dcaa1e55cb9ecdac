using System.ComponentModel;
using Fanwise.Models.Checkpoints;

namespace Fanwise.Models;

/// <summary>A checkpoint that could not be read or written: the message is one sentence with the place and the received
/// value.</summary>
public sealed class CheckpointException : FanwiseException
{
    private const int NoSpace = 28,
        TooLarge = 27,
        ReadOnly = 30,
        OverQuota = 122; // Linux' error numbers, as IOException.HResult has them
    private const int WindowsDiskFull = unchecked((int)0x80070070),
        WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>An error of a kind.</summary>
    /// <param name="code">The kind.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="cause">The system's own error, if there was one.</param>
    public CheckpointException(FanwiseError code, string message, Exception? cause = null)
        : base(message, cause) => Code = code;

    /// <summary>What is there and is not replaced or removed without being told to: it would be done where
    /// <see cref="WriteOptions.Overwrite"/> asks for it.</summary>
    internal static CheckpointException OnRequest(string message) =>
        new(FanwiseError.TargetExists, message + " only on request.");

    internal static CheckpointException Request(string message) => new(FanwiseError.Request, message);

    internal static CheckpointException Malformed(string message, Exception? cause = null) =>
        new(FanwiseError.Malformed, message, cause);

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
        return new(FanwiseError.InputOutput, $"'{path}' cannot be {action}: {why}.", cause);
    }

    internal static string FullDisk(long length) =>
        length >= 0 ? $"the disk is full (the file needs {length} bytes)" : "the disk is full";

    /// <summary>Whether this is what the system throws at files, and not a mistake of the program.</summary>
    internal static bool IsSystems(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or Win32Exception or NotSupportedException;
}
