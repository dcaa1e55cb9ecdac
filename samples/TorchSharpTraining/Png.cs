using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace TorchSharpTraining;

/// <summary>Pixels as a PNG file (W3C, PNG specification, third edition): one header, one block of data, one
/// end.</summary>
internal static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes rows of pixels, each 0xRRGGBB.</summary>
    public static void Write(string path, int[,] pixels)
    {
        int height = pixels.GetLength(0),
            width = pixels.GetLength(1);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits for each of three colours
        header[9] = 2; // colours without a palette
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0); // the row as it stands, no filter
                for (int x = 0; x < width; x++)
                    zlib.Write([(byte)(pixels[y, x] >> 16), (byte)(pixels[y, x] >> 8), (byte)pixels[y, x]]);
            }

        using FileStream file = File.Create(path);
        file.Write(Signature);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
    }

    private static void Chunk(FileStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        Crc32 checksum = new();
        checksum.Append(type);
        checksum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
