using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>The square root of other values, in their element type: <c>destination[i] = sqrt(source[i])</c>.</summary>
/// <param name="Source">The other values.</param>
/// <param name="OfNegative">The NaN that stands for the root of a negative number; processors differ in its
/// sign.</param>
/// <remarks>IEEE 754's root is exact, so the same everywhere; the half types take it in float32 and round
/// once.</remarks>
internal sealed record SquareRootValues(Values Source, double OfNegative) : Values(Source.Shape, Source.ElementType)
{
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("square-root");
        writer.Write(Source);
        // The form is older than this number: it stands only where it is not x86's.
        if (!double.IsNegative(OfNegative))
            writer.Write("of-negative-positive");
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        FillSlice(Source, start, destination);
        switch (ElementType)
        {
            case ElementType.Float32:
                foreach (ref float value in MemoryMarshal.Cast<byte, float>(destination))
                    value = value < 0 ? (float)OfNegative : MathF.Sqrt(value);
                break;
            case ElementType.Float64:
                foreach (ref double value in MemoryMarshal.Cast<byte, double>(destination))
                    value = value < 0 ? OfNegative : Math.Sqrt(value);
                break;
            case ElementType.Float16:
                foreach (ref Half value in MemoryMarshal.Cast<byte, Half>(destination))
                    value = (float)value < 0 ? (Half)OfNegative : (Half)MathF.Sqrt((float)value);
                break;
            case ElementType.BFloat16:
                foreach (ref BFloat16 value in MemoryMarshal.Cast<byte, BFloat16>(destination))
                    value = (float)value < 0 ? (BFloat16)(float)OfNegative : (BFloat16)MathF.Sqrt((float)value);
                break;
            default:
                throw new InitializerException(
                    $"A square root needs floating elements; received {ElementType.Name()}."
                );
        }
    }
}
