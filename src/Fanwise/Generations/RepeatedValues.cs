using Fanwise.Draws;

namespace Fanwise.Generations;

/// <summary>Given elements in row-major order, the last of them repeated to the end.</summary>
internal sealed record RepeatedValues(Shape Shape, ElementType ElementType, byte[] Given) : Values(Shape, ElementType)
{
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("repeated");
        writer.Write(Given);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        ReadOnlySpan<byte> last = Given.AsSpan(Given.Length - size);
        long from = Math.Min(start, Given.Length / size) * size;
        int listed = (int)Math.Min(Given.Length - from, destination.Length);
        Given.AsSpan((int)from, listed).CopyTo(destination);
        destination = destination[listed..];
        if (destination.IsEmpty)
            return;
        // Doubling copies: as fast as a fill, for any size of element.
        last.CopyTo(destination);
        for (int done = size; done < destination.Length; done *= 2)
            destination[..Math.Min(done, destination.Length - done)].CopyTo(destination[done..]);
    }
}
