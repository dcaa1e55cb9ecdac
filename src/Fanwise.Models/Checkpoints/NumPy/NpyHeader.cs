using System.Globalization;
using System.Text;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.NumPy;

/// <summary>What a <c>.npy</c> file begins with: magic, version 1.0, and a Python dictionary padded with spaces to a
/// multiple of 64 bytes, as <c>numpy.save</c> writes it.</summary>
/// <remarks>Source: numpy/lib/format.py, <c>_write_array_header</c>.</remarks>
internal static class NpyHeader
{
    private const int Alignment = 64;

    /// <summary>NumPy grows the first axis in place; it keeps room for that many digits.</summary>
    private const int GrowthDigits = 21;

    /// <summary>The file of one tensor.</summary>
    /// <exception cref="CheckpointException">NumPy lacks the element type.</exception>
    public static FileImage Image(PlannedWeight weight)
    {
        byte[] header = Bytes(weight);
        return new(
            checked(header.Length + weight.Values.Bytes),
            [new(weight.Name, weight.Values, header.Length)],
            [new Literal(0, header)]
        );
    }

    /// <summary>The header of one tensor.</summary>
    /// <exception cref="CheckpointException">NumPy lacks the element type.</exception>
    public static byte[] Bytes(PlannedWeight weight)
    {
        string text = $"{{'descr': '{Description(weight)}', 'fortran_order': False, 'shape': {weight.Shape}, }}";
        if (weight.Shape.Rank > 0)
            text = text.PadRight(
                text.Length + GrowthDigits - weight.Shape[0].ToString(CultureInfo.InvariantCulture).Length
            );
        const int Before = 10; // magic, version, length
        int length = (Before + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        return
        [
            .. FileSignatures.NumPyArray,
            1,
            0,
            (byte)(length - Before),
            (byte)((length - Before) >> 8),
            .. Encoding.ASCII.GetBytes(text.PadRight(length - Before - 1)),
            (byte)'\n',
        ];
    }

    private static string Description(PlannedWeight weight) =>
        weight.ElementType switch
        {
            ElementType.Float32 => "<f4",
            ElementType.Float64 => "<f8",
            ElementType.Float16 => "<f2",
            ElementType.Int8 => "|i1",
            ElementType.Int32 => "<i4",
            ElementType.Int64 => "<i8",
            ElementType.Bool => "|b1",
            _ => throw CheckpointException.Request(
                $"NumPy files cannot hold {weight.ElementType.Name()}, which '{weight.Name}' is: write "
                    + "safetensors instead, or draw it in float32."
            ),
        };
}
