using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>Vectors one after the other: an LSTM's bias of two draws with ones between.</summary>
internal sealed record ConcatenatedValues : Values
{
    private readonly Values[] _parts;

    public ConcatenatedValues(Values[] parts)
        : base([parts.Sum(static part => part.Shape.Elements)], parts[0].ElementType) => _parts = parts;

    /// <summary>Every part, since a plan's digest is made of descriptions.</summary>
    public override string ToString() => $"{nameof(ConcatenatedValues)} [{string.Join(", ", (object[])_parts)}]";

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("concatenated");
        writer.Write((long)_parts.Length);
        foreach (Values part in _parts)
            writer.Write(part);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        foreach (Values part in _parts)
        {
            if (destination.IsEmpty)
                return;
            if (start < part.Shape.Elements)
            {
                int count = (int)Math.Min(part.Shape.Elements - start, destination.Length / size);
                FillSlice(part, start, destination[..(count * size)]);
                destination = destination[(count * size)..];
                start += count;
            }

            start -= part.Shape.Elements;
        }
    }
}
