namespace Fanwise.Tests;

public class ShapeTests
{
    [Theory]
    [InlineData(new long[0], 1, "()")]
    [InlineData(new long[] { 3 }, 3, "(3,)")]
    [InlineData(new long[] { 3, 5 }, 15, "(3, 5)")]
    [InlineData(new long[] { 0, 2 }, 0, "(0, 2)")]
    [InlineData(new long[] { 1L << 20, 1L << 20 }, 1L << 40, "(1048576, 1048576)")]
    public void CountsItsElementsAndPrintsAsPythonDoes(long[] lengths, long elements, string text)
    {
        Shape shape = lengths;
        shape.Elements.ShouldBe(elements);
        shape.Rank.ShouldBe(lengths.Length);
        shape.ToString().ShouldBe(text);
    }

    [Fact]
    public void EqualLengthsAreEqualShapes()
    {
        Shape one = [3, 5],
            two = new[] { 3, 5 };
        (one == two).ShouldBeTrue();
        one.GetHashCode().ShouldBe(two.GetHashCode());
        (one != new[] { 5, 3 }).ShouldBeTrue();
        default(Shape).ShouldBe([]);
    }

    [Theory]
    [InlineData(new[] { -1L }, "A shape's dimensions must not be negative; received (-1,).")]
    [InlineData(
        new[] { 1L << 32, 1L << 31 },
        "A shape must have fewer than 2^63 elements; received (4294967296, 2147483648)."
    )]
    [InlineData(
        new[] { 0, long.MaxValue, 2L },
        "A shape must have fewer than 2^63 elements; received (0, 9223372036854775807, 2)."
    )]
    public void ImpossibleLengthsAreRefused(long[] lengths, string message) =>
        Should.Throw<InitializerException>(() => Shape.Create(lengths)).Message.ShouldBe(message);

    [Fact]
    public void MoreThan32DimensionsAreRefused() =>
        Should
            .Throw<InitializerException>(() => Shape.Create(new long[33]))
            .Message.ShouldBe("A shape has at most 32 dimensions; received 33.");
}
