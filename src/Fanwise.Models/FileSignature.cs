using System.Buffers.Binary;

namespace Fanwise.Models;

/// <summary>What the first bytes of a file say that it is.</summary>
internal enum FileSignature
{
    /// <summary>Nothing that is known.</summary>
    Other,

    /// <summary>A JSON object or list.</summary>
    Json,

    /// <summary>A zip archive: .keras, .npz.</summary>
    Zip,

    /// <summary>HDF5: .h5, .weights.h5.</summary>
    Hdf5,

    /// <summary>A file compressed by gzip.</summary>
    Gzip,

    /// <summary>A NumPy array, .npy.</summary>
    NumPy,

    /// <summary>safetensors: the length of a header, and the header, a JSON object.</summary>
    Safetensors,
}

/// <summary>Tells files apart by their first bytes.</summary>
internal static class FileSignatures
{
    /// <summary>So many bytes are looked at.</summary>
    public const int Length = 16;

    /// <summary>What a file is that begins with these bytes, <see cref="Length"/> of them if it has as many.</summary>
    public static FileSignature Of(ReadOnlySpan<byte> head)
    {
        // The upper half of a header's length is zero, which no other of these files has together with the brace.
        if (
            head.Length > sizeof(ulong)
            && BinaryPrimitives.ReadUInt64LittleEndian(head) <= uint.MaxValue
            && head[sizeof(ulong)] == '{'
        )
            return FileSignature.Safetensors;
        if (head.StartsWith("PK\u0003\u0004"u8))
            return FileSignature.Zip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return FileSignature.Hdf5;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return FileSignature.Gzip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            return FileSignature.NumPy;
        ReadOnlySpan<byte> text = (head.StartsWith("\uFEFF"u8) ? head[3..] : head).TrimStart(" \t\r\n"u8);
        return text is [(byte)'{' or (byte)'[', ..] ? FileSignature.Json : FileSignature.Other;
    }
}
