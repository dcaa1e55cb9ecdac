namespace Fanwise.Draws.Xla;

using Fanwise.Simd;
using Fanwise.Streams;

/// <summary>A draw of JAX's under a key.</summary>
/// <param name="Shape">The lengths.</param>
/// <param name="Draw">What is drawn.</param>
/// <param name="Stream">Whose numbers.</param>
internal sealed record XlaValues(Shape Shape, XlaDraw Draw, ThreefryStream Stream) : Values(Shape, Draw.Type)
{
    internal override DeclaredDistribution? Declared =>
        Draw.Multiplier == 0
            ? new PointDistribution(Draw.Addend)
            : Draw.Kind switch
            {
                DrawKind.Uniform => new UniformDistribution(
                    Draw.Low * Draw.Multiplier + Draw.Addend,
                    (Draw.Low + Draw.Range) * Draw.Multiplier + Draw.Addend
                ),
                DrawKind.Normal => NormalDistribution.Of(Draw.Addend, Draw.Multiplier),
                DrawKind.TruncatedNormal when Draw.Multiplier > 0 => BoundedNormalDistribution.Of(
                    Draw.Addend,
                    Draw.Multiplier,
                    Draw.Addend + Draw.Least * Draw.Multiplier,
                    Draw.Addend + Draw.Greatest * Draw.Multiplier
                ),
                _ => null,
            };

    internal override Values? Reseeded(long seed) => this with { Stream = Stream with { Key0 = (uint)seed, Key1 = 0 } };

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
