using Fanwise.Draws;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>Values that lie one after the other in a source, little-endian and row by row; read when they are asked
/// for.</summary>
internal sealed record SourceValues(Shape Shape, ElementType ElementType, ByteSource Source, long Offset)
    : Values(Shape, ElementType)
{
    private const int PartBytes = 1 << 20;

    /// <summary>What is in the source, not where it lies.</summary>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        writer.Write("stored");
        int elements = PartBytes / ElementType.Size();
        byte[] part = new byte[(int)Math.Min(Bytes, elements * ElementType.Size())];
        for (long start = 0; start < Shape.Elements; start += elements)
        {
            int bytes = (int)Math.Min(elements, Shape.Elements - start) * ElementType.Size();
            FillSlice(start, part.AsSpan(0, bytes));
            writer.Write(part.AsSpan(0, bytes));
        }
    }

    protected override void FillSlice(long start, Span<byte> destination) =>
        Source.Read(Offset + (start * ElementType.Size()), destination);
}
