using Fanwise.Draws;

namespace Fanwise.Tests.Draws;

/// <summary>Arithmetic at the edge of the numbers that are not subnormal. The expected values are an x86 processor's
/// with flush-to-zero and denormals-are-zero, as TensorFlow sets them.</summary>
public class ElementsTests
{
    private const double SmallestDouble = 2.2250738585072014E-308,
        SmallestSingle = 1.1754943508222875E-38;

    [Theory]
    [InlineData(ElementType.Float64, 0.9999999999999999, SmallestDouble)]
    [InlineData(ElementType.Float64, SmallestDouble, -0.9999999999999999)]
    [InlineData(ElementType.Float32, 0.9999999403953552, SmallestSingle)]
    public void AProductThatOnlyGradualUnderflowRoundsUpToANormalNumberIsZero(ElementType type, double a, double b) =>
        Elements.Multiply(a, b, type).ShouldBe(Math.CopySign(0, a * b));

    [Theory]
    [InlineData(ElementType.Float64, 0.5000000000000001, 4.4501477170144023E-308, SmallestDouble)]
    [InlineData(ElementType.Float64, 1, SmallestDouble, SmallestDouble)]
    [InlineData(ElementType.Float32, 1, SmallestSingle, SmallestSingle)]
    public void AProductThatIsANormalNumberStays(ElementType type, double a, double b, double product) =>
        Elements.Multiply(a, b, type).ShouldBe(product);

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void ProductsAroundTheSmallestNormalNumberAreThoseOfPlainArithmetic(ElementType type)
    {
        Random random = new(5);
        double smallest = type == ElementType.Float32 ? SmallestSingle : SmallestDouble;
        for (int i = 0; i < 100_000; i++)
        {
            double a = 1 - random.Next(8) * (type == ElementType.Float32 ? 5.96e-8 : 1.11e-16),
                b = smallest * (1 + random.Next(8) * (type == ElementType.Float32 ? 1.2e-7 : 2.3e-16));
            double expected =
                type == ElementType.Float32
                    ? PlainArithmetic.Product((float)a, (float)b)
                    : PlainArithmetic.Product(a, b);
            if (type == ElementType.Float32)
                (a, b) = ((float)a, (float)b);
            Elements.Multiply(a, b, type).ShouldBe(expected);
        }
    }
}
