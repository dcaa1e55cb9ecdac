using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Everything that decides the bytes of values, written down in one specified form and hashed.</summary>
/// <remarks>
/// The form is version 1. Each item is a tag of one byte and then: an integer or a truth value as 8 bytes, a 128-bit
/// integer as 16, a double by the 8 bytes of its bits, all little-endian; text and bytes behind their length in bytes
/// (8 bytes), text in UTF-8. Nothing depends on a culture, on names of members or on a compiler. The hash is XXH3 of
/// 128 bits (System.IO.Hashing.XxHash128): it tells plans apart, it does not resist forgery.
/// A change of one byte of this form is a new version: folders that were begun with another one cannot be resumed.
/// </remarks>
public sealed class IdentityWriter
{
    /// <summary>The version of the form.</summary>
    public const int Version = 1;

    private readonly XxHash128 _hash = new();

    /// <summary>A writer that has written its version.</summary>
    public IdentityWriter() => Write((long)Version);

    private enum Tag : byte
    {
        Integer = 1,
        WideInteger = 2,
        Double = 3,
        Text = 4,
        Bytes = 5,
        Values = 6,
    }

    /// <summary>An integer or a truth value (0 or 1).</summary>
    public void Write(long value) => Append(Tag.Integer, value);

    /// <summary>An unsigned integer, by its bits.</summary>
    public void Write(ulong value) => Append(Tag.Integer, unchecked((long)value));

    /// <summary>A 128-bit integer.</summary>
    public void Write(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[17];
        bytes[0] = (byte)Tag.WideInteger;
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[1..], value);
        _hash.Append(bytes);
    }

    /// <summary>A number, by its bits: -0.0 and every NaN are what they are.</summary>
    public void Write(double value) => Append(Tag.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A truth value.</summary>
    public void Write(bool value) => Write(value ? 1L : 0);

    /// <summary>A text.</summary>
    public void Write(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Append(Tag.Text, bytes.Length);
        _hash.Append(bytes);
    }

    /// <summary>Bytes.</summary>
    public void Write(ReadOnlySpan<byte> value)
    {
        Append(Tag.Bytes, value.Length);
        _hash.Append(value);
    }

    /// <summary>A shape: its rank and its lengths.</summary>
    public void Write(Shape value)
    {
        Write((long)value.Rank);
        foreach (long length in value.Lengths)
            Write(length);
    }

    /// <summary>Values: their shape, element type, kind and all that decides their elements.</summary>
    public void Write(Values values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Append(Tag.Values, 0);
        Write(values.Shape);
        Write(values.ElementType.Name());
        Values.WriteIdentity(values, this);
    }

    /// <summary>A draw: its kind and its parameters, which are already in the element type.</summary>
    public void Write(in Draw draw)
    {
        Write((long)draw.Kind);
        Write(draw.ElementType.Name());
        Write(draw.Multiplier);
        Write(draw.Addend);
        Write(draw.DoubleLogarithm);
        Write(draw.Low);
        Write(draw.Range);
    }

    /// <summary>A stream: its key and its counter.</summary>
    public void Write(PhiloxStream stream)
    {
        Write(stream.Key);
        Write(stream.Counter);
    }

    /// <summary>A Mersenne Twister: its seed, and the words of its key where it was seeded by an array.</summary>
    internal void Write(Mt19937Stream stream)
    {
        Write((long)stream.Seed);
        Write((long)stream.Key.Length);
        foreach (uint word in stream.Key)
            Write((long)word);
    }

    /// <summary>The hash of what has been written: <c>xxh128:</c> and 32 hexadecimal digits.</summary>
    public string Digest() => DigestOf(_hash);

    /// <summary>The hash of some bytes, as files name it: <c>xxh128:</c> and 32 hexadecimal digits.</summary>
    public static string DigestOf(ReadOnlySpan<byte> bytes)
    {
        XxHash128 hash = new();
        hash.Append(bytes);
        return DigestOf(hash);
    }

    private static string DigestOf(XxHash128 hash) => "xxh128:" + Convert.ToHexStringLower(hash.GetCurrentHash());

    private void Append(Tag tag, long value)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = (byte)tag;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], value);
        _hash.Append(bytes);
    }
}
