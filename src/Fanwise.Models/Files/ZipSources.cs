using System.IO.Compression;
using Fanwise.Python;

namespace Fanwise.Models.Files;

/// <summary>An entry that lies in its archive as it is.</summary>
internal sealed class StoredMember(ByteSource archive, ZipMember member, long offset)
    : ByteSource(archive.Name, member.Size)
{
    public override void Read(long start, Span<byte> destination)
    {
        if (start < 0 || start > Length - destination.Length)
            throw ZipMembers.Malformed(archive, $"'{JsonValue.Printable(member.Name)}' ends before its tables say");
        archive.Read(offset + start, destination);
    }

    public override void Check(CancellationToken cancellation)
    {
        PieceChecksum sum = new(Length);
        byte[] part = new byte[(int)Math.Min(Length, ChunkSize)];
        for (long start = 0; start < Length; start += part.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> bytes = part.AsSpan(0, (int)Math.Min(part.Length, Length - start));
            Read(start, bytes);
            sum.Add(start, bytes);
        }

        if (sum.Value != member.Checksum)
            throw ZipMembers.Malformed(
                archive,
                $"the bytes of '{JsonValue.Printable(member.Name)}' must have the checksum {member.Checksum:x8}; "
                    + $"they have {sum.Value:x8}"
            );
    }

    public override void Release() => archive.Release();
}

/// <summary>An entry that is deflated: unpacked in memory when it is first read, and again where the memory was given
/// back.</summary>
internal sealed class DeflatedMember(ByteSource archive, ZipMember member, long offset)
    : ByteSource(archive.Name, member.Size)
{
    private readonly Lock _lock = new();
    private WeakReference<byte[]>? _bytes;

    public override void Read(long start, Span<byte> destination)
    {
        if (start < 0 || start > Length - destination.Length)
            throw ZipMembers.Malformed(archive, $"'{JsonValue.Printable(member.Name)}' ends before its tables say");
        lock (_lock)
        {
            if (_bytes is null || !_bytes.TryGetTarget(out byte[]? bytes))
                _bytes = new(bytes = Unpack());
            bytes.AsSpan((int)start, destination.Length).CopyTo(destination);
        }
    }

    public override void Check(CancellationToken cancellation) => Read(0, default);

    public override void Release() => archive.Release();

    private byte[] Unpack()
    {
        if (member.Size > Array.MaxLength)
            throw CheckpointException.Request(
                $"'{JsonValue.Printable(member.Name)}' of '{archive.Name}' is packed and has 2^31 bytes or more: "
                    + "unpack it first."
            );
        try
        {
            using DeflateStream stream = new(
                new SourceStream(archive, offset, member.PackedSize),
                CompressionMode.Decompress
            );
            using MemoryStream unpacked = new();
            byte[] buffer = new byte[1 << 16];
            for (int read; unpacked.Length <= member.Size && (read = stream.Read(buffer)) > 0; )
                unpacked.Write(buffer, 0, read);
            byte[] bytes = unpacked.ToArray();
            return bytes.Length == member.Size && Crc32.Of(bytes) == member.Checksum ? bytes : throw Damaged();
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }

        CheckpointException Damaged() =>
            ZipMembers.Malformed(
                archive,
                $"'{JsonValue.Printable(member.Name)}' must unpack to the bytes that its tables say"
            );
    }
}

/// <summary>A stretch of a source as a stream.</summary>
internal sealed class SourceStream(ByteSource source, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(byte[] buffer, int start, int count) => Read(buffer.AsSpan(start, count));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Clamp(length - _position, 0, buffer.Length);
        source.Read(offset + _position, buffer[..count]);
        _position += count;
        return count;
    }

    public override long Seek(long distance, SeekOrigin origin) =>
        _position = origin switch
        {
            SeekOrigin.Begin => distance,
            SeekOrigin.Current => _position + distance,
            _ => length + distance,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int start, int count) => throw new NotSupportedException();
}
