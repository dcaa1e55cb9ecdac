namespace Fanwise.Models.Files;

/// <summary>The CRC-32 of a piece whose chunks come in any order from several threads.</summary>
internal sealed class PieceChecksum(long length)
{
    private readonly uint[] _chunks = new uint[(length + ByteSource.ChunkSize - 1) / ByteSource.ChunkSize];

    /// <summary>The sum, once every chunk was added.</summary>
    public uint Value
    {
        get
        {
            uint sum = 0;
            for (int i = 0; i < _chunks.Length; i++)
                sum = Crc32.Combine(
                    sum,
                    _chunks[i],
                    Math.Min(ByteSource.ChunkSize, length - ((long)i * ByteSource.ChunkSize))
                );
            return sum;
        }
    }

    /// <summary>Takes one chunk, which begins at <paramref name="start"/>.</summary>
    public void Add(long start, ReadOnlySpan<byte> bytes) => _chunks[start / ByteSource.ChunkSize] = Crc32.Of(bytes);
}
