namespace Fanwise.Tests;

public class FansTests
{
    [Theory]
    [InlineData(new long[0], 1, 1)]
    [InlineData(new long[] { 7 }, 7, 7)]
    [InlineData(new long[] { 5, 8 }, 5, 8)]
    [InlineData(new long[] { 3, 3, 64, 128 }, 576, 1152)]
    [InlineData(new long[] { 5, 6, 4 }, 30, 20)]
    [InlineData(new long[] { 0, 2 }, 0, 2)]
    public void AreTheProductsThatTheReferenceTakes(long[] shape, long fanIn, long fanOut) =>
        Fans.Of(shape).ShouldBe(new(fanIn, fanOut));

    [Theory]
    [InlineData(new long[] { 512, 8, 64 }, new[] { 0 }, new[] { 1, 2 }, 512, 512)]
    [InlineData(new long[] { 512, 8, 64 }, new[] { 0, 1 }, new[] { 2 }, 4096, 64)]
    [InlineData(new long[] { 512, 8, 64 }, new[] { -3 }, new[] { -1, -2 }, 512, 512)]
    public void AreTheProductsOfTheAxesWhereTheyAreNamed(
        long[] shape,
        int[] input,
        int[] output,
        long fanIn,
        long fanOut
    ) => Fans.Of(shape, input, output).ShouldBe(new(fanIn, fanOut));

    [Fact]
    public void AnAxisThatTheShapeLacksIsRefused() =>
        Should
            .Throw<InitializerException>(() => Fans.Of([5, 8], [2], [1]))
            .Message.ShouldBe("A fan's axes must be dimensions of the shape (5, 8); received 2.");

    [Fact]
    public void TheirMeanIsATrueDivision() => new Fans(2, 3).For(FanMode.FanAverage).ShouldBe(2.5);

    [Fact]
    public void TheirMeanDoesNotOverflow() =>
        new Fans(long.MaxValue, long.MaxValue).For(FanMode.FanAverage).ShouldBe(9223372036854775807.0);
}
