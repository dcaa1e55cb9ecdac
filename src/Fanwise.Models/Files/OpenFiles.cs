using System.Globalization;

namespace Fanwise.Models.Files;

/// <summary>How many files may be open at once, by what the user or the container allows this process.</summary>
internal static class OpenFiles
{
    /// <summary>So few are allowed that every open file counts: the runtime itself keeps some dozens.</summary>
    private const int Scarce = 256;

    /// <summary>What a thread that writes has open at most.</summary>
    private const int EachWriter = 3;

    /// <summary>Files of a checkpoint that are kept open while it is read.</summary>
    public static int ForReading { get; } = Allowed() < Scarce ? 1 : 16;

    /// <summary>How many threads may write, of those that are asked for.</summary>
    public static int Writers(int threads)
    {
        int allowed = Allowed();
        return allowed >= Scarce ? threads : Math.Clamp((allowed - Used()) / 2 / EachWriter, 1, threads);
    }

    private static int Used() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    private static int Allowed()
    {
        const string name = "Max open files"; // then the soft limit, the hard one, and the unit
        if (!OperatingSystem.IsLinux())
            return int.MaxValue;
        try
        {
            string? line = File.ReadLines("/proc/self/limits")
                .FirstOrDefault(static line => line.StartsWith(name, StringComparison.Ordinal));
            return
                line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [string soft, ..]
                && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int allowed)
                ? allowed
                : int.MaxValue;
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            return int.MaxValue; // a container without /proc
        }
    }
}
