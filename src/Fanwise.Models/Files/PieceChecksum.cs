using Fanwise.Models.Checkpoints;

namespace Fanwise.Models.Files;

/// <summary>The CRC-32 of a piece whose chunks come in any order from several threads.</summary>
internal sealed class PieceChecksum(long length)
{
    private readonly uint[] _chunks = new uint[(length + TensorPump.ChunkSize - 1) / TensorPump.ChunkSize];

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
                    Math.Min(TensorPump.ChunkSize, length - ((long)i * TensorPump.ChunkSize))
                );
            return sum;
        }
    }

    /// <summary>Takes one chunk, which begins at <paramref name="start"/>.</summary>
    public void Add(long start, ReadOnlySpan<byte> bytes) => _chunks[start / TensorPump.ChunkSize] = Crc32.Of(bytes);
}
