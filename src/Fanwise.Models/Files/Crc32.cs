using System.Buffers.Binary;

namespace Fanwise.Models.Files;

/// <summary>The cyclic redundancy check of zip (polynomial 0xEDB88320, reflected), eight bytes a step, and the sum of
/// two neighbouring stretches from theirs.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Tables = MakeTables(); // [k * 256 + b]: the byte b, k zero bytes before the end

    /// <summary>The sum of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint sum = ~0u;
        uint[] tables = Tables;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ sum;
            sum =
                tables[(7 * 256) + (byte)word]
                ^ tables[(6 * 256) + (byte)(word >> 8)]
                ^ tables[(5 * 256) + (byte)(word >> 16)]
                ^ tables[(4 * 256) + (byte)(word >> 24)]
                ^ tables[(3 * 256) + (byte)(word >> 32)]
                ^ tables[(2 * 256) + (byte)(word >> 40)]
                ^ tables[256 + (byte)(word >> 48)]
                ^ tables[(byte)(word >> 56)];
            bytes = bytes[8..];
        }

        foreach (byte value in bytes)
            sum = tables[(byte)(sum ^ value)] ^ (sum >> 8);
        return ~sum;
    }

    /// <summary>The sum of a stretch from those of its first part and of its second part, which has
    /// <paramref name="secondLength"/> bytes.</summary>
    /// <remarks>Appending a zero bit multiplies the remainder by x modulo the polynomial; appending n bytes multiplies
    /// it by x^(8n), by squaring.</remarks>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        uint power = 0x8000_0000 >> 8,
            factor = 0x8000_0000; // x^8, and 1 (the highest bit is the lowest power)
        for (ulong n = (ulong)secondLength; n != 0; n >>= 1)
        {
            if ((n & 1) != 0)
                factor = Multiply(factor, power);
            power = Multiply(power, power);
        }

        return Multiply(factor, first) ^ second;
    }

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            if ((a & 0x8000_0000) != 0)
                product ^= b;
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint sum = value;
            for (int bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? (sum >> 1) ^ Polynomial : sum >> 1;
            tables[value] = sum;
        }

        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
