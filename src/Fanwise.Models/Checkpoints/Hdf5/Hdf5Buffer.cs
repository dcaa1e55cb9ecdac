using System.Buffers.Binary;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>The growing metadata of a file: room is taken at its end, at multiples of 8 bytes, and filled later; all of
/// it begins as zeros.</summary>
internal sealed class Hdf5Buffer
{
    private byte[] _bytes = new byte[1 << 16];

    /// <summary>The bytes taken so far.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Takes room and returns where it is: its address in the file.</summary>
    /// <exception cref="CheckpointException">The metadata would be 2^31 bytes or more.</exception>
    public int Take(int length)
    {
        int address = Length;
        long end = address + (((long)length + 7) & ~7L);
        if (end > Array.MaxLength)
            throw CheckpointException.Request(
                "The names and tables of an HDF5 file must be smaller than 2^31 bytes; this one's are not."
            );
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * _bytes.Length)));
        Length = (int)end;
        return address;
    }

    /// <summary>A place to write at.</summary>
    public Cursor At(int address) => new(this, address);

    /// <summary>Little-endian numbers one after the other.</summary>
    public struct Cursor(Hdf5Buffer buffer, int at)
    {
        private int _at = at;

        public Cursor U8(params ReadOnlySpan<byte> values)
        {
            values.CopyTo(buffer._bytes.AsSpan(_at));
            _at += values.Length;
            return this;
        }

        public Cursor U16(int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(buffer._bytes.AsSpan(_at), checked((ushort)value));
            _at += 2;
            return this;
        }

        public Cursor U32(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer._bytes.AsSpan(_at), value);
            _at += 4;
            return this;
        }

        public Cursor U64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(buffer._bytes.AsSpan(_at), value);
            _at += 8;
            return this;
        }
    }
}
