using System.Buffers.Binary;
using System.Text;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>The bytes of an HDF5 file that is read: every stretch lies within the file before anything is reserved for
/// it, and all together are at most a small multiple of it.</summary>
internal sealed class Hdf5Bytes(ByteSource source)
{
    /// <summary>Tables of a file may be read more than once, but not more often than this on average: else they refer
    /// to each other in circles.</summary>
    private const int MostTimes = 8;

    private const int Free = 1 << 20;
    private long _left = Math.Min(long.MaxValue / MostTimes, source.Length) * MostTimes + Free;

    /// <summary>The file.</summary>
    public ByteSource Source => source;

    /// <summary>A stretch of the file.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="what">What stands there, for the sentence that refuses it.</param>
    /// <exception cref="CheckpointException">It does not lie within the file.</exception>
    public byte[] Read(long offset, long length, string what)
    {
        Demand(offset, length, what);
        Charge(length);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)Math.Min(length, Array.MaxLength)));
        if (bytes.Length < length)
            throw Malformed($"{what} must have fewer than 2^31 bytes; it has {length}");
        source.Read(offset, bytes);
        return bytes;
    }

    /// <summary>Counts bytes that are made of the file's; all work is counted so.</summary>
    /// <exception cref="CheckpointException">They are too many for a file of this size.</exception>
    public void Charge(long length)
    {
        _left -= length + 1;
        if (_left < 0)
            throw Malformed("its tables refer to each other more often than a file of its size can");
    }

    /// <summary>Refuses a stretch that does not lie within the file.</summary>
    public void Demand(long offset, long length, string what)
    {
        if (offset < 0 || length < 0 || offset > source.Length || length > source.Length - offset)
            throw Malformed(
                $"{what} must lie within its {source.Length} bytes; received {Unsigned(length)} bytes at "
                    + $"{Unsigned(offset)}"
            );
    }

    /// <summary>A cursor over a stretch.</summary>
    public Hdf5Cursor At(long offset, long length, string what) => new(this, Read(offset, length, what), what);

    /// <summary>The error of a file that is not what the format allows.</summary>
    public CheckpointException Malformed(string why) =>
        CheckpointException.Malformed($"'{source.Name}' is a damaged or incomplete HDF5 file: {why}.");

    /// <summary>The error of a file with what is not read.</summary>
    public CheckpointException NotRead(string what) =>
        CheckpointException.Malformed(
            $"'{source.Name}' is an HDF5 file with {what}, which Keras does not write and which is not read: "
                + "load and save it once more in Python."
        );

    private static ulong Unsigned(long number) => unchecked((ulong)number);
}

/// <summary>Little-endian numbers one after the other; reading past the end is an error of the file.</summary>
internal sealed class Hdf5Cursor(Hdf5Bytes file, ReadOnlyMemory<byte> bytes, string what)
{
    /// <summary>Where the cursor is.</summary>
    public int Position { get; private set; }

    /// <summary>How many bytes are left.</summary>
    public int Left => bytes.Length - Position;

    /// <summary>What the stretch is, for sentences.</summary>
    public string What => what;

    public ReadOnlyMemory<byte> Take(long length)
    {
        if (length < 0 || length > Left)
            throw file.Malformed($"{what} ends within a field");
        ReadOnlyMemory<byte> taken = bytes.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }

    public void Skip(long length) => Take(length);

    public byte U8() => Take(1).Span[0];

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span);

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    /// <summary>A length or an address: negative where it is 2^63 or more.</summary>
    public long U64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);

    /// <summary>An unsigned number of 1, 2, 4 or 8 bytes.</summary>
    public long Unsigned(int size) =>
        size switch
        {
            1 => U8(),
            2 => U16(),
            4 => U32(),
            _ => U64(),
        };

    /// <summary>Four letters that must stand here.</summary>
    public void Expect(ReadOnlySpan<byte> signature)
    {
        if (!Take(signature.Length).Span.SequenceEqual(signature))
            throw file.Malformed($"{what} must begin with {Encoding.ASCII.GetString(signature)}");
    }

    /// <summary>A text that ends in a zero byte.</summary>
    public string Text()
    {
        int end = bytes.Span[Position..].IndexOf((byte)0);
        if (end < 0)
            throw file.Malformed($"{what} has a name without an end");
        file.Charge(end);
        string text = Encoding.UTF8.GetString(bytes.Span.Slice(Position, end));
        Position += end + 1;
        return text;
    }
}
