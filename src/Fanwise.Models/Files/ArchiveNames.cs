using System.Text;

namespace Fanwise.Models.Files;

/// <summary>The names of an archive's members: whoever unpacks it gets each in a file of its own, within the
/// folder.</summary>
internal static class ArchiveNames
{
    /// <summary>A member's name as a zip archive has it, in UTF-8.</summary>
    /// <exception cref="CheckpointException">It leads out of the folder, or has more than 65,535 bytes.</exception>
    public static byte[] Bytes(string name)
    {
        if (!IsWithinFolder(name))
            throw CheckpointException.Request(
                "A name in an archive must stay within its folder, without '.', '..' or nothing between slashes, and "
                    + $"without NUL; received '{name.Replace("\0", "\\0", StringComparison.Ordinal)}'."
            );
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return bytes.Length <= ushort.MaxValue
            ? bytes
            : throw CheckpointException.Request(
                $"A name in a zip archive has at most {ushort.MaxValue} bytes; received one of {bytes.Length}."
            );
    }

    /// <summary>A name as those read it to whom a backslash is a slash too.</summary>
    public static string WithSlashes(string name) => name.Replace('\\', '/');

    /// <summary>Whether a name, with slashes or backslashes between folders, names one place within a folder.</summary>
    public static bool IsWithinFolder(string name) =>
        !name.Contains('\0', StringComparison.Ordinal)
        && !WithSlashes(name).Split('/').Any(static part => part is "" or "." or "..")
        && !(name.Length > 1 && char.IsAsciiLetter(name[0]) && name[1] == ':');
}
