using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>The group of each element, as float32: <c>destination[i] = floor(i / size)</c>.</summary>
internal sealed record GroupIndexValues : Values
{
    private readonly long _size;

    /// <param name="shape">The shape, one axis.</param>
    /// <param name="size">How many elements make a group.</param>
    public GroupIndexValues(Shape shape, long size)
        : base(shape, ElementType.Float32) => _size = size;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("group-index");
        writer.Write(_size);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
        for (int i = 0; i < values.Length; i++)
            values[i] = (start + i) / _size;
    }

    public override string ToString() => $"GroupIndexValues {{ Shape = {Shape}, Size = {_size} }}";
}
