using Fanwise.Draws.Xla;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Tests.Draws;

public class XlaWidthsTests
{
    private const int Elements = 100_003;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryWidthGivesTheBitsOfTheScalarLanes(bool original)
    {
        ThreefryStream stream = new(3, 4, original);
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(static type => type.IsFloating()))
        foreach (XlaDraw draw in Draws(type))
        {
            byte[] expected = Fill(draw, stream, 0, Elements, VectorWidth.Scalar);
            foreach (VectorWidth width in Dispatch.Supported)
            {
                Fill(draw, stream, 0, Elements, width).ShouldBe(expected, $"{draw.Kind} {type} {width}");
                int size = type.Size();
                Fill(draw, stream, 50_001, 2_000, width)
                    .ShouldBe(expected[(50_001 * size)..(52_001 * size)], $"{draw.Kind} {type} {width}, a slice");
            }
        }
    }

    [Fact]
    public void CountersGoOnBeyond32Bits()
    {
        ThreefryStream stream = new(0, 42, Original: false);
        XlaDraw draw = XlaDraw.Uniform(ElementType.Float32, 0, 1);
        long border = 1L << 32;
        byte[] across = new byte[16 * 4],
            after = new byte[8 * 4];
        XlaSampler.Fill(draw, stream, border + 8, border - 8, across, Dispatch.Best);
        XlaSampler.Fill(draw, stream, border + 8, border, after, VectorWidth.Scalar);
        across[32..].ShouldBe(after);
        (uint first, uint second) = stream.Block(1, 0);
        BitConverter.ToSingle(after).ShouldBe(((first ^ second) >> 9) * (1 / 8388608f));
    }

    private static IEnumerable<XlaDraw> Draws(ElementType type) =>
        [
            XlaDraw.Uniform(type, -0.3, 0.7),
            XlaDraw.Normal(type) with
            {
                Multiplier = 0.5,
                Addend = 0.25,
            },
            XlaDraw.TruncatedNormal(type, -2, 2),
            XlaDraw.TruncatedNormal(type, -1, 30),
        ];

    private static byte[] Fill(XlaDraw draw, ThreefryStream stream, long start, int count, VectorWidth width)
    {
        byte[] bytes = new byte[count * draw.Type.Size()];
        XlaSampler.Fill(draw, stream, Elements, start, bytes, width);
        return bytes;
    }
}
