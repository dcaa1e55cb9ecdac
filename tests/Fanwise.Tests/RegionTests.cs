namespace Fanwise.Tests;

public class RegionTests
{
    private static readonly RandomNormal Initializer = Initializers.RandomNormal(42);

    public static TheoryData<long[], long[], long[]> Regions =>
        new()
        {
            { [7], [2], [3] },
            { [7, 5], [2, 0], [3, 5] },
            { [7, 5], [2, 1], [3, 3] },
            { [7, 5], [6, 4], [1, 1] },
            { [7, 5], [0, 0], [7, 5] },
            { [7, 5], [3, 2], [0, 2] },
            { [7, 5], [7, 0], [0, 5] },
            { [7, 5], [2], [4] },
            { [3, 4, 5], [1, 1, 1], [2, 2, 3] },
            { [3, 4, 5], [1, 1, 0], [2, 2, 5] },
            { [3, 4, 5], [1, 0, 0], [1, 4, 5] },
            { [3, 4, 5], [0, 3, 4], [3, 1, 1] },
            { [2, 3, 4, 5], [1, 1, 1, 1], [1, 2, 2, 3] },
            { [2, 3, 4, 5], [0, 1, 0, 0], [2, 1, 4, 5] },
            { [2, 3, 4, 5], [], [] },
            { [2, 0, 4], [0, 0, 0], [2, 0, 4] },
            { [1, 1, 5], [0, 0, 1], [1, 1, 2] },
        };

    [Theory]
    [MemberData(nameof(Regions))]
    public void ARegionEqualsThatBlockOfTheWhole(long[] shape, long[] offset, long[] extent)
    {
        float[] whole = new float[((Shape)shape).Elements];
        Initializer.Fill<float>(shape, whole);
        Region region = new(offset, extent);
        float[] block = new float[region.ElementsIn(shape)];
        Initializer.Fill<float>(shape, region, block);
        block.ShouldBe(Block(whole, shape, offset, extent));
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public void ARegionOfAnOrthogonalMatrixEqualsThatBlockOfTheWhole(long[] shape, long[] offset, long[] extent)
    {
        if (shape.Length < 2)
            return;
        Orthogonal orthogonal = Initializers.Orthogonal(7);
        float[] whole = new float[((Shape)shape).Elements];
        orthogonal.Fill<float>(shape, whole);
        Region region = new(offset, extent);
        float[] block = new float[region.ElementsIn(shape)];
        orthogonal.Fill<float>(shape, region, block);
        block.ShouldBe(Block(whole, shape, offset, extent));
    }

    [Fact]
    public void RowsAreWholeRowsOfTheOutermostDimension()
    {
        float[] whole = new float[60],
            rows = new float[30];
        Initializer.Fill<float>([6, 10], whole);
        Initializer.Fill<float>([6, 10], Region.Rows(2, 3), rows);
        rows.ShouldBe(whole[20..50]);
    }

    [Theory]
    [InlineData(
        new[] { 5L },
        new[] { 3L },
        "A region must lie within the shape (7, 5); received offset (5), extent (3)."
    )]
    [InlineData(
        new[] { 0L, 0, 0 },
        new[] { 1L, 1, 1 },
        "A region has at most the rank of the shape (7, 5); received offset (0, 0, 0), extent (1, 1, 1)."
    )]
    [InlineData(
        new[] { long.MaxValue, 0 },
        new[] { long.MaxValue, 0 },
        "A region must lie within the shape (7, 5); received offset (9223372036854775807, 0), extent "
            + "(9223372036854775807, 0)."
    )]
    public void ARegionOutsideTheShapeIsRefused(long[] offset, long[] extent, string message) =>
        Should
            .Throw<InitializerException>(() => new Region(offset, extent).ElementsIn([7, 5]))
            .Message.ShouldBe(message);

    [Fact]
    public void ADestinationOfAnotherLengthIsRefused() =>
        Should
            .Throw<InitializerException>(() => Initializer.Fill<float>([6, 10], Region.Rows(2, 1), new float[9]))
            .Message.ShouldBe(
                "The destination must have the 10 elements of the region (offset (2), extent (1)); received 9."
            );

    [Fact]
    public void ASliceOfATensorThatNoMachineHoldsIsDrawn()
    {
        Shape shape = [1L << 20, 1L << 20];
        float[] rows = new float[1 << 20],
            tail = new float[16];
        Initializer.Fill<float>(shape, Region.Rows(1 << 19, 1), rows);
        Initializer.Fill(shape, (1L << 39) + (1 << 20) - 16, tail.AsSpan());
        rows[^16..].ShouldBe(tail);
    }

    /// <summary>The block by plain index arithmetic.</summary>
    private static float[] Block(float[] whole, long[] shape, long[] offset, long[] extent)
    {
        List<float> block = [];
        for (int i = 0; i < whole.Length; i++)
        {
            int rest = i;
            bool inside = true;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                (rest, int index) = Math.DivRem(rest, (int)shape[d]);
                inside &= d >= offset.Length || (index >= offset[d] && index < offset[d] + extent[d]);
            }

            if (inside)
                block.Add(whole[i]);
        }

        return [.. block];
    }
}
