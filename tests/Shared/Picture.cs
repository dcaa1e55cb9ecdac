using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Fanwise.Testing;

/// <summary>The pixels of a PNG file of 8 bits a channel, not interlaced: what a browser writes.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">0xRRGGBB, row after row.</param>
/// <remarks>Source: the PNG specification, third edition, sections 5, 7 and 9.</remarks>
internal sealed record Picture(int Width, int Height, int[] Pixels)
{
    /// <summary>How many colours there are.</summary>
    public int Colours => Pixels.Distinct().Count();

    /// <summary>The share of the pixels that have the most frequent colour.</summary>
    public double Background =>
        Pixels.CountBy(static pixel => pixel).Max(static colour => colour.Value) / (double)Pixels.Length;

    /// <summary>The mean of red, green and blue of all pixels, from 0 (black) to 1 (white).</summary>
    public double Lightness =>
        Pixels.Average(static pixel => (pixel >> 16 & 255) + (pixel >> 8 & 255) + (pixel & 255)) / (3 * 255);

    /// <summary>Decodes a file's bytes.</summary>
    public static Picture Read(ReadOnlySpan<byte> png)
    {
        png[1..4].SequenceEqual("PNG"u8).ShouldBeTrue();
        using MemoryStream data = new();
        int width = 0,
            height = 0,
            channels = 0;
        for (int at = 8; at < png.Length; )
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            ReadOnlySpan<byte> chunk = png.Slice(at + 8, length);
            switch (Encoding.ASCII.GetString(png.Slice(at + 4, 4)))
            {
                case "IHDR":
                    (width, height) = (
                        BinaryPrimitives.ReadInt32BigEndian(chunk),
                        BinaryPrimitives.ReadInt32BigEndian(chunk[4..])
                    );
                    chunk[8].ShouldBe((byte)8, "bits a channel");
                    chunk[12].ShouldBe((byte)0, "interlacing");
                    channels = chunk[9] switch
                    {
                        2 => 3,
                        6 => 4,
                        _ => throw new InvalidDataException($"A PNG of colours is read; received type {chunk[9]}."),
                    };
                    break;
                case "IDAT":
                    data.Write(chunk);
                    break;
            }

            at += length + 12;
        }

        data.Position = 0;
        using ZLibStream plain = new(data, CompressionMode.Decompress);
        int stride = width * channels;
        byte[] before = new byte[stride],
            row = new byte[stride];
        int[] pixels = new int[width * height];
        for (int y = 0; y < height; y++)
        {
            int filter = plain.ReadByte();
            plain.ReadExactly(row);
            Unfilter(filter, row, before, channels);
            for (int x = 0; x < width; x++)
                pixels[y * width + x] = row[x * channels] << 16 | row[x * channels + 1] << 8 | row[x * channels + 2];
            (before, row) = (row, before);
        }

        return new(width, height, pixels);
    }

    private static void Unfilter(int filter, byte[] row, byte[] above, int size)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < size ? 0 : row[i - size],
                up = above[i],
                corner = i < size ? 0 : above[i - size];
            int predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => throw new InvalidDataException($"A PNG's filter is 0 to 4; received {filter}."),
            };
            row[i] = (byte)(row[i] + predicted);
        }
    }

    /// <summary>The neighbour that is nearest to left + up - corner.</summary>
    private static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner),
            toUp = Math.Abs(left - corner),
            toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left
            : toUp <= toCorner ? up
            : corner;
    }
}
