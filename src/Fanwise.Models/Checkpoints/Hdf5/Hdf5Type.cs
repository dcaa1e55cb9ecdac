namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>The datatype messages (version 1) of our element types, as h5py writes NumPy's.</summary>
/// <remarks>Source: HDF5 File Format Specification 3.0, IV.A.2.d. The first byte is class and version, three bytes of
/// flags follow, then the size in bytes and what the class adds.</remarks>
internal static class Hdf5Type
{
    /// <summary>A string of any length in UTF-8, kept in a global heap.</summary>
    public static ReadOnlySpan<byte> String =>
        [0x19, 0x01, 0x01, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];

    /// <summary>The message of one element type.</summary>
    /// <remarks>bfloat16, which HDF5 lacks, is two opaque bytes: what h5py makes of the type that Keras hands to
    /// it.</remarks>
    public static byte[] Of(ElementType type) =>
        type switch
        {
            ElementType.Float32 => Float(4, mantissa: 23, exponent: 8),
            ElementType.Float64 => Float(8, mantissa: 52, exponent: 11),
            ElementType.Float16 => Float(2, mantissa: 10, exponent: 5),
            ElementType.BFloat16 => [0x15, 0, 0, 0, 2, 0, 0, 0],
            ElementType.Int8 => Integer(1),
            ElementType.Int32 => Integer(4),
            ElementType.Int64 => Integer(8),
            // An enumeration over int8 of two members, as h5py stores NumPy's bool.
            ElementType.Bool =>
            [
                0x18,
                2,
                0,
                0,
                1,
                0,
                0,
                0,
                .. Integer(1),
                .. "FALSE\0\0\0"u8,
                .. "TRUE\0\0\0\0"u8,
                0,
                1,
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such element type."),
        };

    // signed; offset 0, precision
    private static byte[] Integer(byte size) => [0x10, 0x08, 0, 0, size, 0, 0, 0, 0, 0, (byte)(8 * size), 0];

    private static byte[] Float(byte size, byte mantissa, byte exponent)
    {
        int bias = (1 << (exponent - 1)) - 1;
        // The leading bit of the mantissa is not stored; sign; offset 0, precision; exponent's place and size;
        // mantissa's place and size; bias.
        return
        [
            0x11,
            0x20,
            (byte)(8 * size - 1),
            0,
            size,
            0,
            0,
            0,
            0,
            0,
            (byte)(8 * size),
            0,
            mantissa,
            exponent,
            0,
            mantissa,
            (byte)bias,
            (byte)(bias >> 8),
            0,
            0,
        ];
    }
}
