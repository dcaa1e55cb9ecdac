using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.TensorFlow;

/// <summary>Every rank from 0 to 8, dimensions of zero, tensors of 2^40 elements, every element type, in the
/// generations.</summary>
public class ShapesAndTypesTests
{
    public static TheoryData<string> Generations =>
        [
            .. Generation
                .All.Where(static generation => generation != Generation.TensorFlowJs)
                .Select(static generation => generation.Name),
        ];

    [Theory]
    [MemberData(nameof(Generations))]
    public void RanksFrom0To8(string name)
    {
        for (int rank = 0; rank <= 8; rank++)
        {
            long[] lengths = [.. Enumerable.Range(0, rank).Select(static d => (long)(d % 3 + 1))];
            Operation operation = Draw(name, lengths);
            operation.ToTensor<float>().FlattenedLength.ShouldBe((nint)operation.Shape.Elements);
            double fan = rank switch
            {
                0 => 1,
                1 => lengths[0],
                2 => lengths[0],
                _ => lengths[..^1].Aggregate(1L, static (product, length) => product * length),
            };
            operation.Draw!.Value.Multiplier.ShouldBe(
                (float)(Math.Sqrt(1 / Math.Max(1, fan)) / (name == "contrib" ? 1 : .87962566103423978))
            );
        }
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public void DimensionsOfZero(string name)
    {
        foreach (long[] lengths in new long[][] { [0], [0, 5], [5, 0], [3, 0, 2], [0, 0] })
            Draw(name, lengths).Values.ToTensor().Bytes.Length.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public void ASliceOfATensorOf2To40Elements(string name)
    {
        Values values = Draw(name, [1L << 20, 1L << 20]).Values;
        long start = (1L << 39) + 3;
        float[] slice = new float[10],
            shifted = new float[6];
        values.Fill(start, slice.AsSpan());
        values.Fill(start + 4, shifted.AsSpan());
        shifted.ShouldBe(slice[4..]);
        slice.ShouldAllBe(static value => value != 0);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public void EveryFloatingType(string name)
    {
        ElementType[] types = [ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16];
        foreach (ElementType type in types[..(name == "contrib" ? 3 : 4)]) // r1.2 draws no bfloat16
            Draw(name, [3, 5], type).Values.ToTensor().Bytes.Length.ShouldBe(15 * type.Size());
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public void ConstantsOfEveryType(string name)
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            Generation generation = Generation.Parse(name);
            byte[] zeros = generation
                .Construct("Zeros")
                .Call([3], Context(generation), type)
                .Values.ToTensor()
                .Bytes.ToArray();
            zeros.ShouldBe(new byte[3 * type.Size()]);
            TypedTensor ones = generation.Construct("Ones").Call([3], Context(generation), type).Values.ToTensor();
            type.Read(ones.Bytes[..type.Size()]).ShouldBe(1);
        }
    }

    [Fact]
    public void IntegersBeyond2To53StayExact()
    {
        const long large = (1L << 60) + 1;
        new CompatV1.Constant(large, dtype: "int64").Create<long>([2], new Graph()).ToArray().ShouldBe([large, large]);
        Should
            .Throw<InitializerException>(static () => new CompatV1.Constant(300, dtype: "int8").Call([2], new Graph()))
            .Message.ShouldBe("A value of int8 must be between -128 and 127; received 300.");
    }

    [Fact]
    public void BoolsAreFalseAndTrue() =>
        new CompatV1.Ones(dtype: "bool").Create<bool>([2], new Graph()).ToArray().ShouldBe([true, true]);

    [Fact]
    public void TypesThatAreNotMadeHereSaySoWhenTheirValuesAreAskedFor()
    {
        Operation strings = new CompatV1.Zeros(dtype: "string").Call([2], new Graph());
        Should
            .Throw<InitializerException>(() => strings.Values)
            .Message.ShouldBe(
                "Tensors of string are not made here: an element type is one of float32, float64, float16, "
                    + "bfloat16, int8, int32, int64, bool."
            );
    }

    [Fact]
    public void APartOfAnIdentityIsItsSlice()
    {
        float[] whole = new CompatV1.Identity(2.0).Create<float>([6, 4], new Graph()).ToArray();
        float[] part = new CompatV1.Identity(2.0)
            .Create<float>([3, 2], new Graph(), partition: new PartitionInfo([6, 4], 1, 1))
            .ToArray();
        part.ShouldBe([whole[5], whole[6], whole[9], whole[10], whole[13], whole[14]]);
        Should.Throw<InitializerException>(static () =>
            new CompatV1.Identity().Call([3, 2], new Graph(), partition: new PartitionInfo([6, 4], 4, 0)).Values
        );
    }

    private static DrawingContext Context(Generation generation) =>
        generation == Generation.Contrib ? new Graph(1, GraphRelease.TensorFlow12) : new EagerContext(1);

    private static Operation Draw(string name, Shape shape, ElementType type = ElementType.Float32)
    {
        Generation generation = Generation.Parse(name);
        return generation
            .Construct("VarianceScaling", default, default, default, 7)
            .Call(shape, Context(generation), type);
    }
}
