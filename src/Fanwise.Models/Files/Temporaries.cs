using System.Globalization;
using System.Text.RegularExpressions;

namespace Fanwise.Models.Files;

/// <summary>Files and folders under temporary names, <c>.NAME.HOST-PROCESS-RANDOM.tmp</c> beside the name that they
/// will get; and what is done with those of processes that died.</summary>
internal static partial class Temporaries
{
    private const int MostOfName = 50, // at most 200 bytes, for file systems that end names at 255
        MostOfHost = 40;

    /// <summary>This process's own, which another thread of it must not take for a dead process's.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal);

    /// <summary>A process that ends in order takes its temporary files with it, whoever ended it.</summary>
    static Temporaries() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => RemoveOwn();

    private static string Host { get; } =
        string.Concat(
            Environment.MachineName.Where(static c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(MostOfHost)
        );

    /// <summary>A name beside <paramref name="path"/> that no other writer has and that globs for the real one pass
    /// over; this process's until <see cref="Forget"/>.</summary>
    public static string NameFor(string path)
    {
        string temporary = Path.Combine(
            Path.GetDirectoryName(path)!,
            string.Create(
                CultureInfo.InvariantCulture,
                $".{Shortened(Path.GetFileName(path))}.{Host}-{Environment.ProcessId}-{FileSystem.UniqueWord()}.tmp"
            )
        );
        lock (Own)
            Own.Add(temporary);
        return temporary;
    }

    /// <summary>Says that a temporary name is used no more.</summary>
    public static void Forget(string temporary)
    {
        lock (Own)
            Own.Remove(temporary);
    }

    /// <summary>Removes what dead processes of this machine left beside files of some names: of each killed run the
    /// next one that writes the same name. What cannot be removed stays; it harms nobody.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="isName">Whether a name, cut as temporary names cut it, is one of those that are written.</param>
    /// <param name="isInFolder">Whether a name is that of a file in a temporary folder; null where folders are
    /// none.</param>
    public static void RemoveDead(string folder, Func<string, bool> isName, Func<string, bool>? isInFolder = null)
    {
        try
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(folder, ".*.tmp"))
                if (
                    Pattern.Match(Path.GetFileName(path)) is { Success: true } match
                    && isName(match.Groups["name"].Value)
                )
                    RemoveIfDead(path, match.Groups["host"].Value, match.Groups["process"].Value, isInFolder);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            // Another process removes them too, or they may not be removed: the work itself does not need it.
        }
    }

    /// <summary>A name as temporary names have it.</summary>
    public static string Shortened(string name) => name.Length > MostOfName ? name[..MostOfName] : name;

    private static bool IsOwn(string path)
    {
        lock (Own)
            return Own.Contains(path);
    }

    private static void RemoveOwn()
    {
        string[] left;
        lock (Own)
            left = [.. Own];
        foreach (string path in left)
            try
            {
                if (Directory.Exists(path))
                    Directory.Delete(path, recursive: true);
                else
                    File.Delete(path);
            }
            catch (Exception exception) when (CheckpointException.IsSystems(exception))
            {
                // A later run removes it.
            }
    }

    private static void RemoveIfDead(string path, string host, string process, Func<string, bool>? isInFolder)
    {
        if (host != Host || IsOwn(path) || IsAlive(process))
            return;
        if (!Directory.Exists(path))
        {
            // Its writer holds a lock on it, also from another container with this host's name.
            if (!FileSystem.IsSpecial(path) && FileSystem.IsUnlocked(path))
                File.Delete(path);
            return;
        }

        if (isInFolder is null)
            return;
        foreach (string file in Directory.EnumerateFiles(path))
            if (isInFolder(Path.GetFileName(file)) || Pattern.IsMatch(Path.GetFileName(file)))
                File.Delete(file);
        Directory.Delete(path); // which fails, rightly, where something else is in it
    }

    /// <summary>Whether a process of this number runs. One with our own number that is not ours ran in a container
    /// before us, where the numbers begin anew.</summary>
    private static bool IsAlive(string process) =>
        !int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        || (number != Environment.ProcessId && FileSystem.IsProcess(number));

    [GeneratedRegex(
        @"\A\.(?<name>.+)\.(?<host>[A-Za-z0-9-]*)-(?<process>[0-9]+)-[0-9a-f]{32}\.tmp\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline
    )]
    internal static partial Regex Pattern { get; }
}
