using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Fanwise.Models.Checkpoints;

/// <summary>Elements of any type that is read, as doubles.</summary>
internal static class Numbers
{
    private delegate void Conversion(ReadOnlySpan<byte> bytes, Span<double> destination);

    private static readonly Dictionary<string, Conversion> Conversions = new(StringComparer.Ordinal)
    {
        ["float32"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, float>(bytes), destination),
        ["float64"] = static (bytes, destination) => MemoryMarshal.Cast<byte, double>(bytes).CopyTo(destination),
        ["float16"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, Half>(bytes), destination),
        ["bfloat16"] = static (bytes, destination) =>
            Each(
                MemoryMarshal.Cast<byte, ushort>(bytes),
                destination,
                static bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)
            ),
        ["int8"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(bytes), destination),
        ["U8"] = static (bytes, destination) => TensorPrimitives.ConvertTruncating(bytes, destination),
        ["I16"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, short>(bytes), destination),
        ["U16"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, ushort>(bytes), destination),
        ["int32"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(bytes), destination),
        ["U32"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, uint>(bytes), destination),
        ["int64"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, long>(bytes), destination),
        ["U64"] = static (bytes, destination) =>
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, ulong>(bytes), destination),
        ["bool"] = static (bytes, destination) => TensorPrimitives.ConvertTruncating(bytes, destination),
    };

    /// <summary>Our name of a file's type where there is one, else the file's.</summary>
    public static string NameOf(SafetensorsType type) => type.ElementType?.Name() ?? type.Name;

    public static bool CanConvert(string type) => Conversions.ContainsKey(type);

    public static void Convert(ReadOnlySpan<byte> bytes, string type, Span<double> destination) =>
        Conversions[type](bytes, destination);

    private static void Each(ReadOnlySpan<ushort> source, Span<double> destination, Func<ushort, double> convert)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = convert(source[i]);
    }
}
