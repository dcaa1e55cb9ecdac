using Fanwise.Generations;

namespace Fanwise.Tests.Generations;

/// <summary>The axes by which Keras 3.15 counts fans: lists, single ones, negative ones, and those that no shape
/// has.</summary>
public class AxesTests
{
    /// <summary>Keras' own examples.</summary>
    [Fact]
    public void AxesInListsGiveTheProductsOfTheirDimensions()
    {
        Fans([512, 8, 64], Axes(0), Axes(1, 2)).ShouldBe(new Fans(512, 512));
        Fans([512, 8, 64], Axes(0, 1), Axes(2)).ShouldBe(new Fans(4096, 64));
    }

    [Fact]
    public void OneAxisIsAListOfOne() => Fans([2, 3, 5], 0, 2).ShouldBe(Fans([2, 3, 5], Axes(0), Axes(2)));

    [Fact]
    public void NegativeAxesCountFromTheEnd() =>
        Fans([2, 3, 5], Axes(-3, -2), -1).ShouldBe(Fans([2, 3, 5], Axes(0, 1), 2));

    [Fact]
    public void NoAxesAreAFanOfOne() => Fans([2, 3, 5], Axes(), Axes(2)).ShouldBe(new Fans(1, 5));

    /// <summary>A shape of the most dimensions has axes from -32 to 31.</summary>
    [Theory]
    [InlineData(31)]
    [InlineData(-32)]
    public void TheFirstAndTheLastAxisOfTheLongestShapeAreTaken(int axis)
    {
        long[] lengths = [.. Enumerable.Repeat(1L, Shape.MaxRank)];
        lengths[axis < 0 ? 0 : axis] = 7;
        Fans([.. lengths], axis, 1).ShouldBe(new Fans(7, 1));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(-33)]
    public void AnAxisThatNoShapeHasIsRefused(int axis)
    {
        Refusal([2, 3], axis, 1).ShouldBe($"A fan's axes must be dimensions of the shape; received {axis}.");
        Refusal([2, 3], 0, Axes(1, axis)).ShouldBe($"A fan's axes must be dimensions of the shape; received {axis}.");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-3)]
    public void AnAxisThatTheShapeLacksIsRefused(int axis) =>
        Refusal([2, 3], axis, 1).ShouldBe($"A fan's axes must be dimensions of the shape (2, 3); received {axis}.");

    [Fact]
    public void AnAxisIsAnInteger() =>
        Refusal([2, 3], 0.5, 1).ShouldBe("A fan's axes must be dimensions of the shape; received 0.5.");

    [Fact]
    public void AFanBeyond63BitsIsRefused()
    {
        Shape shape = [1L << 31, 1L << 31];
        Fans(shape, 0, Axes(0, 1)).ShouldBe(new Fans(1L << 31, 1L << 62));
        Refusal(shape, 0, Axes(0, 1, 0)).ShouldBe($"A fan must be below 2^63; the axes 0, 1, 0 of {shape} give more.");
    }

    private static PythonValue Axes(params int[] axes) => axes;

    private static Fans Fans(Shape shape, PythonValue input, PythonValue output) =>
        Generation
            .Keras.ConstructWith(
                "VarianceScaling",
                PythonValue.Dictionary(("input_axes", input), ("output_axes", output))
            )
            .FansOf(shape);

    private static string Refusal(Shape shape, PythonValue input, PythonValue output) =>
        Should.Throw<InitializerException>(() => Fans(shape, input, output)).Message;
}
