using Fanwise.Generations;
using Fanwise.Streams;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.TensorFlow;

/// <summary>Graphs, sessions, eager contexts, functions and generators of seeds: who shares what with whom.</summary>
public class ContextsTests
{
    [Fact]
    public void ASessionsRunsGoOnAndAFreshSessionBeginsAnew()
    {
        Graph graph = new(1);
        Operation operation = graph.RandomNormal([4]);
        Session session = new(graph);
        float[] first = session.Run(operation).ToTensor<float>().ToArray(),
            second = session.Run(operation).ToTensor<float>().ToArray();
        first.ShouldNotBe(second);
        new Session(graph).Run(operation).ToTensor<float>().ToArray().ShouldBe(first);
        operation.ToTensor<float>().ToArray().ShouldBe(first);
    }

    [Fact]
    public void VariablesAreASessionsAndHaveNames()
    {
        Graph graph = new(1);
        Variable variable = graph.GetVariable("w", [2, 2], new CompatV1.GlorotUniform());
        Should
            .Throw<InitializerException>(() => new Session(graph).Read(variable))
            .Message.ShouldBe("Attempting to use uninitialized value w.");
        Should
            .Throw<InitializerException>(() => graph.GetVariable("w", [2, 2], new CompatV1.Zeros()))
            .Message.ShouldBe("Variable w already exists, disallowed.");
        Should
            .Throw<InitializerException>(() => graph.GetPartitionedVariable("p", [2, 2], 3, new CompatV1.Zeros()))
            .Message.ShouldBe("A dimension of length 2 is cut into 1 to 2 parts; received 3.");
        Session session = new(graph);
        session.InitializeVariables();
        session.Read(variable).ToTensor<float>().ToArray().ShouldBe(variable.InitialValue.ToTensor<float>().ToArray());
    }

    [Fact]
    public void PartsWithOneOperationSeedBeginAlikeAndWithoutOneDiffer()
    {
        Graph graph = new(1);
        float[][] Parts(string name, PythonValue seed) =>
            [
                .. graph
                    .GetPartitionedVariable(name, [4, 3], 2, new CompatV1.VarianceScaling(seed: seed))
                    .Select(static part => part.InitialValue.ToTensor<float>().ToArray()),
            ];
        float[][] seeded = Parts("a", 5),
            unseeded = Parts("b", PythonValue.None);
        seeded[0].ShouldBe(seeded[1]);
        unseeded[0].ShouldNotBe(unseeded[1]);
    }

    [Fact]
    public void OperationSeed0And2To31Minus1AreOneSeed()
    {
        Graph graph = new(0);
        graph.RandomNormal([2], seed: 0).Seeds.ShouldBe((0, OperationSeeds.Modulus));
        graph.RandomNormal([2], seed: int.MaxValue).Seeds.ShouldBe((0, OperationSeeds.Modulus));
        graph.RandomNormal([2], seed: -3).Seeds.ShouldBe((0, OperationSeeds.Modulus - 3));
    }

    [Fact]
    public void TwoFunctionsWithOneBodyDrawAlikeAndLeaveTheEagerStreamAlone()
    {
        EagerContext context = new(5);
        Function one = new(context, static trace => [trace.RandomNormal([3])]),
            two = new(context, static trace => [trace.RandomNormal([3])]);
        float[] first = one.Call()[0].ToTensor<float>().ToArray();
        two.Call()[0].ToTensor<float>().ToArray().ShouldBe(first);
        one.Call()[0].ToTensor<float>().ToArray().ShouldNotBe(first);
        one.Call(signature: 1)[0].ToTensor<float>().ToArray().ShouldBe(first); // a trace of its own
        context.RandomNormal([3]).Seeds.ShouldBe(new EagerContext(5).RandomNormal([3]).Seeds);
    }

    [Fact]
    public void ASeedGeneratorIsSharedByWhoeverDraws()
    {
        SeedGenerator shared = new(42);
        HeAndGlorot(shared).ShouldBe((KerasSeeds.Stream(42, 0), KerasSeeds.Stream(42, 1)));
        shared.Uses.ShouldBe(2);
        float[] third = Initializers.HeNormal(0).Create<float>([2, 2], shared).ToArray();
        third.ShouldBe(
            Initializers
                .HeNormal(0)
                .ValuesFor([2, 2], ElementType.Float32, KerasSeeds.Stream(42, 2))
                .ToTensor<float>()
                .ToArray()
        );

        static (PhiloxStream, PhiloxStream) HeAndGlorot(SeedGenerator shared)
        {
            ConfiguredInitializer he = Generation.Keras.Construct("HeNormal", shared),
                glorot = Generation.Keras.Construct("GlorotUniform", shared);
            return (
                ((Fanwise.Draws.DrawnValues)he.Call([2, 2]).Values).Stream,
                ((Fanwise.Draws.DrawnValues)glorot.Call([2, 2]).Values).Stream
            );
        }
    }

    [Fact]
    public void UnseededRecordsAreSeededInTheOrderOfAsking()
    {
        PythonRandom random = new(0);
        new RandomNormal().Seeded(random).Seed.ShouldBe(906691060);
        Initializers.HeNormal(3).Seeded(random).Seed.ShouldBe(3);
        new RandomNormal().Seeded(random).Seed.ShouldBe(413654000);
    }

    [Fact]
    public void PythonsHashOfTuples()
    {
        PythonHash.Of([0, 0]).ShouldBe(-8458139203682520985);
        PythonHash.Of([5, 0]).ShouldBe(-3054609118068388172);
        PythonHash.Of(-1).ShouldBe(-2);
    }
}
