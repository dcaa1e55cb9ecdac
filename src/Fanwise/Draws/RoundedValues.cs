using System.Buffers;
using System.Runtime.InteropServices;

namespace Fanwise.Draws;

/// <summary>float32 values rounded to a half precision, so that a model has one start at every precision:
/// <c>destination[i] = round(single[i])</c>, ties to even.</summary>
public sealed record RoundedValues : Values
{
    private const int PartLength = 4096;

    /// <summary>These values in float16 or bfloat16.</summary>
    /// <exception cref="InitializerException">The values are not float32, or the type is no half precision.</exception>
    public RoundedValues(Values single, ElementType type)
        : base((single ?? throw new ArgumentNullException(nameof(single))).Shape, type)
    {
        if (single.ElementType != ElementType.Float32 || type is not (ElementType.Float16 or ElementType.BFloat16))
            throw new InitializerException(
                $"float32 values are rounded to float16 or bfloat16; received {single.ElementType.Name()} and "
                    + $"{type.Name()}."
            );
        Single = single;
    }

    /// <summary>The values before they are rounded.</summary>
    public Values Single { get; }

    /// <inheritdoc/>
    public override bool NeedsWhole => Single.NeedsWhole;

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("rounded");
        writer.Write(Single);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        int length = destination.Length / ElementType.Size();
        // Values that cost as much by the slice as whole are made once; others by parts that stay in the cache.
        int part = NeedsWhole ? length : Math.Min(length, PartLength);
        float[] singles = ArrayPool<float>.Shared.Rent(part);
        try
        {
            for (int done = 0; done < length; done += part)
            {
                Span<float> source = singles.AsSpan(0, Math.Min(part, length - done));
                FillSlice(Single, start + done, MemoryMarshal.AsBytes(source));
                Round(source, destination[(done * ElementType.Size())..]);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(singles);
        }
    }

    private void Round(ReadOnlySpan<float> source, Span<byte> destination)
    {
        if (ElementType == ElementType.Float16)
        {
            Span<Half> halves = MemoryMarshal.Cast<byte, Half>(destination);
            System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(source, halves);
        }
        else
        {
            Span<BFloat16> brains = MemoryMarshal.Cast<byte, BFloat16>(destination);
            for (int i = 0; i < source.Length; i++)
                brains[i] = (BFloat16)source[i];
        }
    }
}
