using Fanwise.Draws;
using Fanwise.Draws.Frameworks;
using Fanwise.Draws.Xla;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Tests.Draws;

/// <summary>The bits of what is no number: the same on every processor, though processors differ in them.</summary>
[Trait("Category", "Sampling")]
public class NotANumberTests
{
    // Of float32, float64, float16 and bfloat16, the sign clear and set; the last byte comes first.
    private static readonly Dictionary<ElementType, (string Clear, string Set)> Bits = new()
    {
        [ElementType.Float32] = ("0000C07F", "0000C0FF"),
        [ElementType.Float64] = ("000000000000F87F", "000000000000F8FF"),
        [ElementType.Float16] = ("007E", "00FE"),
        [ElementType.BFloat16] = ("C07F", "C0FF"),
    };

    public static TheoryData<ElementType> Types { get; } = [.. Bits.Keys];

    [Theory]
    [MemberData(nameof(Types))]
    public void ADrawWithPythonsNaNIsPythonsNaN(ElementType type)
    {
        double none = PythonNumbers.NaN;
        foreach (
            Draw draw in (Draw[])
                [
                    Draw.Uniform(type, none, 1, ParameterRounding.Keras3),
                    Draw.Uniform(type, 0, none, ParameterRounding.Keras3),
                    Draw.Uniform(type, -none, none, ParameterRounding.Keras3),
                    Draw.Normal(type, none, 1, ParameterRounding.Keras3),
                    Draw.Normal(type, 0, none, ParameterRounding.Keras3),
                    Draw.TruncatedNormal(type, none, none, ParameterRounding.Keras3),
                ]
        )
            Distinct(new DrawnValues([300], draw, default)).ShouldBe([Bits[type].Clear]);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AnOperationWithoutAResultIsX86sNaN(ElementType type)
    {
        // The range is infinite minus infinite.
        Draw draw = Draw.Uniform(type, double.PositiveInfinity, double.PositiveInfinity, ParameterRounding.Keras3);
        Distinct(new DrawnValues([300], draw, default)).ShouldBe([Bits[type].Set]);
        Written(Elements.Multiply(0, double.PositiveInfinity, type), type).ShouldBe(Bits[type].Set);
        Written(Elements.Add(double.PositiveInfinity, double.NegativeInfinity, type), type).ShouldBe(Bits[type].Set);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AUniformOfJaxsWithoutARangeIsX86sNaNAtEveryWidth(ElementType type)
    {
        double infinite = double.PositiveInfinity,
            none = PythonNumbers.NaN;
        foreach (VectorWidth width in Dispatch.Supported)
        {
            Drawn(none, 1, width).ShouldBe([Bits[type].Clear]);
            Drawn(0, none, width).ShouldBe([Bits[type].Clear]);
            Drawn(infinite, infinite, width).ShouldBe([Bits[type].Set]);
            Drawn(-infinite, infinite, width).ShouldBe([Bits[type].Set]);
            Drawn(infinite, 0, width).ShouldBe([Bits[type].Set]);
            // Infinite but where the fraction is 0.
            Drawn(0, infinite, width).ShouldBe([Of(infinite)]);
            // Below the lower bound, which stays.
            Drawn(0.5, -infinite, width).ShouldBe([Of(0.5)]);
        }

        string Of(double value) => Written(value, type);

        IEnumerable<string> Drawn(double low, double high, VectorWidth width)
        {
            // Elements in which no fraction is 0.
            byte[] elements = new byte[2 * type.Size()];
            XlaSampler.Fill(
                XlaDraw.Uniform(type, low, high),
                new ThreefryStream(0, 42, Original: false),
                2,
                0,
                elements,
                width
            );
            return Distinct(elements, type);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void TheFirstOperandThatIsNoNumberIsTheResult(ElementType type)
    {
        double clear = PythonNumbers.NaN,
            set = Elements.InvalidNaN;
        Written(Elements.Add(clear, set, type), type).ShouldBe(Bits[type].Clear);
        Written(Elements.Add(set, clear, type), type).ShouldBe(Bits[type].Set);
        Written(Elements.Multiply(1, set, type), type).ShouldBe(Bits[type].Set);
        Written(Elements.Subtract(1, clear, type), type).ShouldBe(Bits[type].Clear);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AConstantNaNIsPythonsOnEveryBackend(ElementType type)
    {
        foreach (BackendRow backend in BackendRow.All)
            Written(backend.Constant(PythonNumbers.NaN, isInteger: false, type), type).ShouldBe(Bits[type].Clear);
    }

    private static IEnumerable<string> Distinct(DrawnValues values) =>
        Distinct(values.ToTensor().Bytes.ToArray(), values.ElementType);

    private static IEnumerable<string> Distinct(byte[] elements, ElementType type) =>
        elements.Chunk(type.Size()).Select(Convert.ToHexString).Distinct(StringComparer.Ordinal);

    private static string Written(double value, ElementType type)
    {
        byte[] element = new byte[type.Size()];
        Elements.Store(value, type, element);
        return Convert.ToHexString(element);
    }
}
