using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Fanwise.Testing;

/// <summary>Values drawn by the real frameworks: every file of a folder that $FANWISE_GOLDEN can put in the place of
/// the project's own.</summary>
internal static class Golden
{
    /// <summary>The project's root, where the solution is.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the golden files.</summary>
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("FANWISE_GOLDEN") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Root, "tests", "golden");

    /// <summary>The files of one kind, by name; none where the folder lacks it.</summary>
    public static IEnumerable<string> Files(string kind, string pattern) =>
        Directory.Exists(Path.Combine(Folder, kind))
            ? Directory.EnumerateFiles(Path.Combine(Folder, kind), pattern).Order(StringComparer.Ordinal)
            : [];

    /// <summary>A JSON document, unpacked where its name ends in .gz.</summary>
    public static JsonElement Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using StreamReader reader = new(text);
        // Python writes a bare NaN, which is not JSON; the files write it as "nan" elsewhere.
        string json = reader.ReadToEnd().Replace(": NaN", ": \"nan\"", StringComparison.Ordinal);
        return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 }).RootElement;
    }

    /// <summary>The SHA-256 of bytes as the golden files write it.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fanwise.slnx")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("The tests run from a build folder below Fanwise.slnx.");
    }
}
