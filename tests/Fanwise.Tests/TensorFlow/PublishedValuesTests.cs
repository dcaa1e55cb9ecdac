using System.Numerics.Tensors;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.TensorFlow;

/// <summary>Values that others published, in documentation, answers and issues, from TensorFlow 0.7 to Keras
/// 3.</summary>
[Trait("Category", "Sampling")]
public class PublishedValuesTests
{
    [Fact]
    public void EagerNormalsOfSeed5() =>
        Same(new EagerContext(5).RandomNormal([2, 2], seed: 1), -1.3768897f, -0.01258316f, -0.169515f, 1.0824056f);

    [Fact]
    public void EagerIntegersOfSeed5DifferFromCallToCall()
    {
        EagerContext context = new(5);
        new[] { 0, 1 }.Select(_ => context.RandomIntegers([], 0, 3, seed: 10).ToTensor<int>()[[0]]).ShouldBe([2, 0]);
    }

    [Fact]
    public void EagerUniformsOfSeed1234()
    {
        EagerContext context = new(1234);
        Same(context.RandomUniform([1]), 0.5380393f);
        Same(context.RandomUniform([1]), 0.3253647f);
        context.SetSeed(1234);
        Same(context.RandomUniform([1]), 0.5380393f);
        Same(context.RandomNormal([1]), 1.1468066f);
    }

    [Fact]
    public void EagerNormalsOfSeed42() =>
        Same(
            new EagerContext(42).RandomNormal([9]),
            .3274685f,
            -.8426258f,
            .3194337f,
            -1.4075519f,
            -2.3880599f,
            -1.0392479f,
            -.5573232f,
            .539707f,
            1.6994323f
        );

    [Fact]
    public void GeneratorNormalsOfSeed42() =>
        Same(
            new DrawnValues(
                [3, 2],
                Draw.Standard(DrawKind.Normal, ElementType.Float32),
                Generator.FromSeed(42).Next(6)
            ).ToTensor<float>(),
            -.7565803f,
            -.06854702f,
            .07595026f,
            -1.2573844f,
            -.23193763f,
            -1.8107855f
        );

    [Fact]
    public void StatelessSplitFoldInAndUniform()
    {
        StatelessSeed seed = new(1, 2);
        seed.Split(3).ShouldBe([new(1105988140, 1738052849), new(-335576002, 370444179), new(10670227, -246211131)]);
        seed.FoldIn(3).ShouldBe(new StatelessSeed(1105988140, 3));
        Same(
            new DrawnValues(
                [2, 2],
                Draw.Standard(DrawKind.Uniform, ElementType.Float32),
                seed.Stream
            ).ToTensor<float>(),
            .8440604f,
            .19204533f,
            .9962232f,
            .1603874f
        );
    }

    [Theory]
    [InlineData("VarianceScaling", 0.017981600016355515)]
    [InlineData("GlorotNormal", 0.017981600016355515)]
    [InlineData("LecunNormal", 0.017981600016355515)]
    [InlineData("HeNormal", 0.025429822504520416)]
    [InlineData("GlorotUniform", -0.7536736726760864)]
    [InlineData("LecunUniform", -0.7536736726760864)]
    [InlineData("HeUniform", -1.065855622291565)]
    public void Keras3OfSeed42AndShape1By1(string name, double value) =>
        (
            (double)
                Generation.Keras.ConstructWith(name, PythonValue.Dictionary(("seed", 42))).Create<float>([1, 1])[[0, 0]]
        ).ShouldBe(value);

    [Theory]
    [InlineData(1234, 1892932127, 501869158, 32175636)]
    [InlineData(0, 1654615998, 1806341205, 173879092)]
    public void EagerOperationSeeds(int seed, params int[] seeds)
    {
        EagerContext context = new(seed);
        seeds.Select(_ => (int)context.RandomUniform([1]).Seeds!.Value.Seed2).ToArray().ShouldBe(seeds);
    }

    [Theory]
    [InlineData(0, 906691060, 413654000, 813847340, 955892129, 451585302, 43469774, 278009743, 548977049)]
    [InlineData(42, 686579304, 119540832, 26855093, 796233791, 295310486, 262950629, 239670712, 149827707)]
    public void PythonsIntegers(int seed, params int[] integers)
    {
        PythonRandom random = new(seed);
        integers.Select(_ => (int)random.NextKerasSeed()).ToArray().ShouldBe(integers);
    }

    [Theory]
    [InlineData(0, 3, 0.47769845f, -1.17613626f, -1.06156325f, -0.85632306f, -0.62591958f)]
    [InlineData(3, 6, 1.58872545f, 0.94011414f, -1.35924089f, 1.19359171f, 1.48940694f)]
    public void GetVariableOfTensorFlow07(int operationsBefore, long seed2, params float[] values)
    {
        Graph graph = new(42, GraphRelease.TensorFlow1);
        graph.AddOperations(operationsBefore);
        Operation initial = graph.GetVariable("w", [1, 5], new CompatV1Core.UniformUnitScaling()).InitialValue;
        initial.Seeds.ShouldBe((42, seed2));
        Same(initial, values);
    }

    [Fact]
    public void TruncatedNormalsOfTensorFlow11TellTheLogarithmsApart()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        // An operation that initialises variables stands before the draws.
        graph.AddOperations(1);
        Operation first = graph.TruncatedNormal([1]),
            second = graph.TruncatedNormal([1]);
        (first.Seeds, second.Seeds).ShouldBe(((1, 4), (1, 10)));
        Same(first, 1.05293429f);
        second.ToTensor<float>()[[0]].ShouldBe(-0.4487586f);
        second.ToTensor<float>()[[0]].ShouldNotBe(-0.44875857f);
    }

    [Fact]
    public void LinearRegressionOfSeed777()
    {
        Graph graph = new(777, GraphRelease.TensorFlow1);
        Variable weight = graph.AddVariable(graph.RandomNormal([1])),
            bias = graph.AddVariable(graph.RandomNormal([1]));
        (weight.InitialValue.Seeds, bias.InitialValue.Seeds).ShouldBe(((777, 3), (777, 12)));
        Same(weight.InitialValue, 2.2086694f);
        Same(bias.InitialValue, -0.82041824f);
        // One step of rate 0.01 down the gradient of mean((W x + b - x)^2), x = 1, 2, 3.
        double w = weight.InitialValue.ToTensor<float>()[[0]],
            b = bias.InitialValue.ToTensor<float>()[[0]];
        double[] xs = [1, 2, 3];
        double stepW = xs.Average(x => 2 * (w * x + b - x) * x),
            stepB = xs.Average(x => 2 * (w * x + b - x));
        (w - 0.01 * stepW).ShouldBe(2.12867713, 1e-6);
        (b - 0.01 * stepB).ShouldBe(-0.85235667, 1e-6);
        xs.Average(x => Math.Pow((w - 0.01 * stepW) * x + b - 0.01 * stepB - x, 2)).ShouldBe(2.82329, 1e-4);
    }

    [Fact]
    public void VariablesOfTensorFlow114()
    {
        Graph graph = new(66, GraphRelease.TensorFlow1);
        Same(graph.AddVariable(graph.RandomNormal([1])).InitialValue, 0.06524777f);
        Same(graph.AddVariable(graph.RandomNormal([1])).InitialValue, 1.4264158f);
    }

    [Fact]
    public void UniformsOf1xGraphsOfSeed2()
    {
        Graph graph = new(2, GraphRelease.TensorFlow1);
        Operation[] draws = [.. Enumerable.Range(0, 6).Select(_ => graph.RandomUniform([], -10, 10))];
        draws.Select(static draw => draw.Seeds!.Value.Seed2).ShouldBe([3, 10, 17, 24, 31, 38]);
        Same(draws[0], -4.00752f);
        Same(draws[1], -2.98339f);
        Same(draws[4], 9.123926f);
        Same(draws[5], -4.5340395f);
    }

    [Fact]
    public void AnOperationSeedWithoutAGraphSeed()
    {
        Graph graph = new();
        Operation draw = graph.RandomUniform([], -10, 10, seed: 2);
        Session session = new(graph);
        draw.Seeds.ShouldBe((OperationSeeds.DefaultGlobalSeed, 2));
        Same(session.Run(draw).ToTensor<float>(), 3.574932f);
        Same(session.Run(draw).ToTensor<float>(), -5.97319f);
    }

    private static void Same(Operation operation, params float[] printed) => Same(operation.ToTensor<float>(), printed);

    /// <summary>Printed values have six to nine figures.</summary>
    private static void Same(Tensor<float> drawn, params float[] printed)
    {
        drawn.FlattenedLength.ShouldBe(printed.Length);
        int i = 0;
        foreach (float value in drawn)
            value.ShouldBe(printed[i], Math.Max(2e-6 * Math.Abs(printed[i++]), 1e-8));
    }
}
