namespace Fanwise.Draws.Xla;

using Fanwise.Simd;
using Fanwise.Streams;

/// <summary>A draw of JAX's under a key.</summary>
/// <param name="Shape">The lengths.</param>
/// <param name="Draw">What is drawn.</param>
/// <param name="Stream">Whose numbers.</param>
internal sealed record XlaValues(Shape Shape, XlaDraw Draw, ThreefryStream Stream) : Values(Shape, Draw.Type)
{
    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("threefry");
        writer.Write((long)Draw.Kind);
        writer.Write(Draw.Range);
        writer.Write(Draw.Low);
        writer.Write(Draw.Least);
        writer.Write(Draw.Greatest);
        writer.Write(Draw.Multiplier);
        writer.Write(Draw.Addend);
        writer.Write((long)Stream.Key0);
        writer.Write((long)Stream.Key1);
        writer.Write(Stream.Original);
    }

    protected override void FillSlice(long start, Span<byte> destination) =>
        XlaSampler.Fill(Draw, Stream, Shape.Elements, start, destination, Dispatch.Best);
}
