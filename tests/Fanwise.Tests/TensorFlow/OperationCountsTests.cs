using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.TensorFlow;

/// <summary>In graphs of 1.x a draw without a seed takes the number of operations before it: as counted by TensorFlow
/// 1.2.1.</summary>
public class OperationCountsTests
{
    [Fact]
    public void UniformsTake7OperationsEach() => Draws(static graph => graph.RandomUniform([2]), 3, 10, 17);

    [Fact]
    public void IntegersTake4OperationsEach() => Draws(static graph => graph.RandomIntegers([2], 0, 9), 3, 7, 11);

    [Fact]
    public void NormalsTake6OperationsEach()
    {
        Draws(static graph => graph.RandomNormal([2]), 3, 9, 15);
        Draws(static graph => graph.TruncatedNormal([2]), 3, 9, 15);
    }

    [Fact]
    public void OrthogonalTakes22OperationsAndWideOnes25()
    {
        Draws(static graph => new ContribKeras.Orthogonal().Call([4, 4], graph), 3, 25, 47);
        Draws(static graph => new ContribKeras.Orthogonal().Call([3, 5], graph), 3, 28, 53);
    }

    [Fact]
    public void SeededDrawsCountAndTakeNothing()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        graph.RandomNormal([2], seed: 5).Seeds.ShouldBe((1, 5));
        graph.RandomNormal([2]).Seeds.ShouldBe((1, 9));
    }

    [Fact]
    public void ConstantsAndInitializersOfConstantsAreOneOperation()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        graph.AddConstant();
        new ContribKeras.Zeros().Call([2], graph);
        new ContribKeras.Ones().Call([2], graph);
        new ContribKeras.Constant(3).Call([2], graph);
        graph.Operations.ShouldBe(4);
        graph.RandomNormal([2]).Seeds.ShouldBe((1, 7));
    }

    [Fact]
    public void VariablesAdd3AndResourceVariables4()
    {
        Variables(isResource: false, new ContribKeras.VarianceScaling(), 3, 12);
        Variables(isResource: false, new ContribKeras.VarianceScaling(distribution: "uniform"), 3, 13);
        Variables(isResource: true, new ContribKeras.VarianceScaling(), 3, 13);
        Variables(isResource: false, new ContribKeras.Orthogonal(), 3, 28);
    }

    [Fact]
    public void WideOrthogonalVariables()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        graph.GetVariable("a", [3, 5], new ContribKeras.Orthogonal()).InitialValue.Seeds.ShouldBe((1, 3));
        graph.GetVariable("b", [3, 5], new ContribKeras.Orthogonal()).InitialValue.Seeds.ShouldBe((1, 31));
    }

    [Fact]
    public void AVariableOfZerosAdds4()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        graph.GetVariable("zeros", [2], new ContribKeras.Zeros());
        graph.GetVariable("w", [2, 2], ContribKeras.GlorotUniform()).InitialValue.Seeds.ShouldBe((1, 7));
    }

    [Fact]
    public void PartitionedVariablesCountPartByPart()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        ContribKeras.VarianceScaling initializer = new();
        graph
            .GetPartitionedVariable("a", [4, 2], 2, initializer)
            .Concat(graph.GetPartitionedVariable("b", [4, 2], 2, initializer))
            .Select(static part => part.InitialValue.Seeds!.Value.Seed2)
            .ShouldBe([3, 12, 21, 30]);
    }

    [Fact]
    public void InitialisingAllVariablesIsAnOperation()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        new Session(graph).InitializeVariables();
        graph.Operations.ShouldBe(1);
    }

    [Fact]
    public void SettingTheSeedChangesTheFirstWordAlone()
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        graph.RandomNormal([2]);
        graph.SetSeed(7);
        graph.RandomNormal([2]).Seeds.ShouldBe((7, 9));
    }

    [Fact]
    public void AGraphOfTensorFlow2CountsDrawsThatTookASeed()
    {
        Graph graph = new(1);
        graph.AddConstant();
        graph.RandomNormal([2], seed: 4);
        graph.RandomNormal([2]).Seeds.ShouldBe((1, 0));
        graph.RandomUniform([2]).Seeds.ShouldBe((1, 1));
    }

    private static void Draws(Func<Graph, Operation> draw, params long[] seeds)
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        seeds.Select(_ => draw(graph).Seeds!.Value.Seed2).ToArray().ShouldBe(seeds);
    }

    private static void Variables(bool isResource, ConfiguredInitializer initializer, params long[] seeds)
    {
        Graph graph = new(1, GraphRelease.TensorFlow12);
        seeds
            .Select(
                (_, i) =>
                    graph
                        .GetVariable($"v{i}", [4, 4], initializer, isResource: isResource)
                        .InitialValue.Seeds!.Value.Seed2
            )
            .ToArray()
            .ShouldBe(seeds);
    }
}
