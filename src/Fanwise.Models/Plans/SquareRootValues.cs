using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>The square root of other values, in their element type: <c>destination[i] = sqrt(source[i])</c>.</summary>
/// <remarks>IEEE 754's root is exact, so the same everywhere; the half types take it in float32 and round
/// once.</remarks>
internal sealed record SquareRootValues(Values Source) : Values(Source.Shape, Source.ElementType)
{
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("square-root");
        writer.Write(Source);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        FillSlice(Source, start, destination);
        switch (ElementType)
        {
            case ElementType.Float32:
                foreach (ref float value in MemoryMarshal.Cast<byte, float>(destination))
                    value = MathF.Sqrt(value);
                break;
            case ElementType.Float64:
                foreach (ref double value in MemoryMarshal.Cast<byte, double>(destination))
                    value = Math.Sqrt(value);
                break;
            case ElementType.Float16:
                foreach (ref Half value in MemoryMarshal.Cast<byte, Half>(destination))
                    value = (Half)MathF.Sqrt((float)value);
                break;
            case ElementType.BFloat16:
                foreach (ref BFloat16 value in MemoryMarshal.Cast<byte, BFloat16>(destination))
                    value = (BFloat16)MathF.Sqrt((float)value);
                break;
            default:
                throw new InitializerException(
                    $"A square root needs floating elements; received {ElementType.Name()}."
                );
        }
    }
}
