namespace Fanwise.Draws.Xla;

using Fanwise.Simd;
using Fanwise.Streams;

/// <summary>A draw of JAX's under a key.</summary>
/// <param name="Shape">The lengths.</param>
/// <param name="Draw">What is drawn.</param>
/// <param name="Stream">Whose numbers.</param>
internal sealed record XlaValues(Shape Shape, XlaDraw Draw, ThreefryStream Stream) : Values(Shape, Draw.Type)
{
    protected override void FillSlice(long start, Span<byte> destination) =>
        XlaSampler.Fill(Draw, Stream, Shape.Elements, start, destination, Dispatch.Best);
}
