using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fanwise.Testing;

/// <summary>Values drawn by the real frameworks: every file of a folder that $FANWISE_GOLDEN can put in the place of
/// the project's own.</summary>
internal static class Golden
{
    /// <summary>The project's root, where the solution is.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where the golden files come from; plain files and <c>.gz</c> files lie side by side there.</summary>
    public static string Source { get; } =
        Environment.GetEnvironmentVariable("FANWISE_GOLDEN") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(Root, "tests", "golden");

    /// <summary>Whether the files are the project's own copy, whose numbers of cases the tests state.</summary>
    public static bool IsOwnCopy { get; } = Source == Path.Combine(Root, "tests", "golden");

    /// <summary>The golden files, every one unpacked: <c>name.gz</c> of the source is <c>name</c> here.</summary>
    public static string Folder { get; } = Unpack();

    /// <summary>The files of one kind, by name; none where the folder lacks it.</summary>
    public static IEnumerable<string> Files(string kind, string pattern) =>
        Directory.Exists(Path.Combine(Folder, kind))
            ? Directory.EnumerateFiles(Path.Combine(Folder, kind), pattern).Order(StringComparer.Ordinal)
            : [];

    /// <summary>The path of a file that a record names, with or without its <c>.gz</c>.</summary>
    public static string Find(string kind, string name) => Path.Combine(Folder, kind, WithoutGz(name));

    /// <summary>A loop over golden files has seen as many cases as the project's own copy has; of another folder, which
    /// may lack a kind, any number.</summary>
    public static void ShouldHaveSeen(int seen, int inOwnCopy)
    {
        if (IsOwnCopy)
            seen.ShouldBe(inOwnCopy);
    }

    /// <summary>A JSON document; Python writes a bare NaN, which is not JSON and becomes the string "nan".</summary>
    public static JsonElement Read(string path)
    {
        string json = File.ReadAllText(path).Replace(": NaN", ": \"nan\"", StringComparison.Ordinal);
        return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 }).RootElement;
    }

    /// <summary>The SHA-256 of bytes as the golden files write it.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Unpacks the source once; a later run, and another process, finds what is there by the source's
    /// names, sizes and times.</summary>
    private static string Unpack()
    {
        FileInfo[] files =
        [
            .. new DirectoryInfo(Source)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderBy(static file => file.FullName, StringComparer.Ordinal),
        ];
        string listing = string.Join(
            '\n',
            files.Select(static f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}")
        );
        string parent = Path.Combine(Root, "artifacts", "golden");
        string target = Path.Combine(parent, Hash(Encoding.UTF8.GetBytes(listing))[..16]);
        if (Directory.Exists(target))
            return target;
        string begun = Directory.CreateDirectory(Path.Combine(parent, $"begun-{Guid.NewGuid():N}")).FullName;
        foreach (FileInfo file in files)
        {
            string path = Path.Combine(begun, WithoutGz(Path.GetRelativePath(Source, file.FullName)));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using FileStream from = file.OpenRead();
            using Stream plain = file.Name.EndsWith(".gz", StringComparison.Ordinal)
                ? new GZipStream(from, CompressionMode.Decompress)
                : from;
            using FileStream to = File.Create(path);
            plain.CopyTo(to);
        }

        try
        {
            Directory.Move(begun, target);
        }
        catch (IOException) when (Directory.Exists(target)) // Another process was quicker.
        {
            Directory.Delete(begun, recursive: true);
        }

        return target;
    }

    private static string WithoutGz(string name) => name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fanwise.slnx")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("The tests run from a build folder below Fanwise.slnx.");
    }
}
