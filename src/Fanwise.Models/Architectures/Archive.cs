using System.IO.Compression;
using Fanwise.Models.Configurations;
using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Architectures;

/// <summary>A <c>.keras</c> archive: a zip of which <c>config.json</c> describes the model. Nothing else of it is
/// unpacked, and nothing is written.</summary>
internal static class Archive
{
    /// <summary>Up to this length a description may be packed however tightly: what it takes in memory is
    /// small.</summary>
    private const int FreeLength = 32 << 20;

    /// <summary>Beyond it, so many times its packed size. Descriptions of models pack 10 to 50 times.</summary>
    private const int MaxRatio = 64;

    private const string ConfigName = "config.json",
        MetadataName = "metadata.json";

    /// <summary>A seekable archive is read in place; another is first read into memory.</summary>
    public static Architecture Read(Stream stream, ReadOnlySpan<byte> head)
    {
        if (stream.CanSeek)
        {
            stream.Seek(-head.Length, SeekOrigin.Current);
            return Read(stream);
        }

        using MemoryStream copy = new(
            ArchitectureReader.ReadAll(stream, head, "An archive that is not given as a file")
        );
        return Read(copy);
    }

    private static Architecture Read(Stream stream)
    {
        try
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            byte[] text = Config(zip, stream.Length);
            return Of(text, Version(zip));
        }
        catch (Exception error)
            when (error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            throw new ModelException(
                "The file begins as a zip archive but cannot be read as one: it is cut, damaged or encrypted.",
                error
            );
        }
    }

    /// <summary>Whether a folder is an archive that was unpacked, or that Keras saved so.</summary>
    public static bool IsFolder(string path) => File.Exists(Path.Combine(path, ConfigName));

    /// <summary>The model of an unpacked archive.</summary>
    public static Architecture ReadFolder(string path)
    {
        string metadata = Path.Combine(path, MetadataName);
        return Of(Text(Path.Combine(path, ConfigName)), File.Exists(metadata) ? Version(Text(metadata)) : null);

        static byte[] Text(string file)
        {
            using FileStream stream = File.OpenRead(file);
            return ArchitectureReader.ReadAll(stream, default, $"'{file}'");
        }
    }

    private static Architecture Of(byte[] text, string? version)
    {
        bool isOld = version?.StartsWith("2.", StringComparison.Ordinal) == true;
        JsonValue json = ModelJson.Read(text);
        if (json["class_name"]?.AsString is null)
            throw new ModelException("config.json of the archive must have a class_name; it has none.");
        Architecture architecture =
            Keras2.IsOld(json) || isOld
                ? Keras2.Rewrite(json, ModelForm.Archive)
                : new Architecture(json, ModelForm.Archive);
        return architecture with
        {
            SharesObjects = true,
            KerasVersion = version ?? json["keras_version"]?.AsString,
            Digest = ArchitectureReader.Digest(text),
        };
    }

    private static byte[] Config(ZipArchive zip, long length)
    {
        ZipArchiveEntry? config = null;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            string name = entry.FullName;
            if (name.StartsWith('/') || name.Contains('\\') || name.Contains(':') || name.Split('/').Contains(".."))
                throw new ModelException(
                    $"An archive must not have names that lead out of it; received '{JsonValue.Printable(name)}'."
                );
            if (name != ConfigName)
                continue;
            if (config is not null)
                throw new ModelException("An archive must have one config.json; this one has two.");
            config = entry;
        }

        if (config is null)
            throw new ModelException(
                "A .keras archive must have a config.json, which describes the model; this one has none."
            );
        if (config.Length > ArchitectureReader.MaxTextLength)
            throw TooLong();
        long packed = Math.Min(config.CompressedLength, length);
        if (config.Length > Math.Max(FreeLength, packed * MaxRatio))
            throw new ModelException(
                $"config.json of the archive must unpack to at most {MaxRatio} times its size, beyond "
                    + $"{FreeLength >> 20} MiB; received {packed} bytes that unpack to {config.Length}."
            );
        return Unpack(config, "config.json of the archive");

        static ModelException TooLong() =>
            new(
                $"config.json of the archive must have at most {ArchitectureReader.MaxTextLength >> 20} MiB; it "
                    + "has more."
            );
    }

    /// <summary>Archives exist since tf.keras 2.12; their metadata.json says who wrote them.</summary>
    private static string? Version(ZipArchive zip) =>
        zip.GetEntry(MetadataName) is { Length: < 1 << 20 } entry
            ? Version(Unpack(entry, "metadata.json of the archive"))
            : null;

    private static string? Version(byte[] metadata) => ModelJson.Read(metadata)["keras_version"]?.AsString;

    /// <summary>The bytes of a member, which must have the length and the checksum that the archive's table
    /// says.</summary>
    private static byte[] Unpack(ZipArchiveEntry entry, string what)
    {
        using Stream unpacked = entry.Open();
        using MemoryStream bytes = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = unpacked.Read(buffer)) > 0; )
        {
            if (bytes.Length + read > entry.Length)
                throw new ModelException(
                    $"{what} must have the {entry.Length} bytes that the table says; it has more."
                );
            bytes.Write(buffer, 0, read);
        }

        byte[] text = bytes.ToArray();
        return text.Length == entry.Length && Crc32.Of(text) == entry.Crc32
            ? text
            : throw new ModelException(
                $"{what} is damaged: its length or checksum is not what the archive's table says."
            );
    }
}
