using System.Numerics;
using Fanwise.Generations;
using Fanwise.Streams;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.TensorFlow;

/// <summary>What <c>fanwise draw</c> does, as the library does it.</summary>
public class DrawRequestTests
{
    private const string Unseeded = """{"class_name": "VarianceScaling", "config": {"distribution": "uniform"}}""";

    [Fact]
    public void Keras3TakesTheInitializersSeed() =>
        Bytes(
            new()
            {
                Initializer = "he_normal",
                Shape = [3, 5],
                Seed = 42,
            }
        )[0]
            .ShouldBe(Initializers.HeNormal(42).Create([3, 5], ElementType.Float32).Bytes.ToArray());

    [Fact]
    public void TheSeedOverridesTheConfigurations() =>
        Bytes(
            new()
            {
                Initializer = """{"class_name": "HeNormal", "config": {"seed": 7}}""",
                Shape = [3, 5],
                Seed = 42,
            }
        )[0]
            .ShouldBe(Initializers.HeNormal(42).Create([3, 5], ElementType.Float32).Bytes.ToArray());

    [Fact]
    public void AMissingSeedIsDrawnFromSetRandomSeed() =>
        Bytes(
            new()
            {
                Initializer = "he_normal",
                Shape = [3, 5],
                GlobalSeed = 1,
            }
        )[0]
            .ShouldBe(
                Initializers
                    .HeNormal(new PythonRandom(1).NextKerasSeed())
                    .Create([3, 5], ElementType.Float32)
                    .Bytes.ToArray()
            );

    [Fact]
    public void CompatV1DrawsInAFreshGraphOrEagerly()
    {
        DrawRequest request = new()
        {
            Initializer = Unseeded,
            Generation = Generation.CompatV1,
            Shape = [4, 4],
            GlobalSeed = 1234,
            Times = 2,
        };
        CompatV1.VarianceScaling initializer = new(distribution: "uniform");
        Graph graph = new(1234);
        Bytes(request)
            .ShouldBe([
                initializer.Create([4, 4], graph).Bytes.ToArray(),
                initializer.Create([4, 4], graph).Bytes.ToArray(),
            ]);
        EagerContext context = new(1234);
        Bytes(request with { IsEager = true })
            .ShouldBe([
                initializer.Create([4, 4], context).Bytes.ToArray(),
                initializer.Create([4, 4], context).Bytes.ToArray(),
            ]);
    }

    [Fact]
    public void ContribDrawsInAGraphOf12() =>
        Bytes(
            new()
            {
                Initializer = "glorot_normal",
                Generation = Generation.Contrib,
                Shape = [4, 4],
                GlobalSeed = BigInteger.Pow(2, 100),
            }
        )[0]
            .ShouldBe(
                ContribKeras
                    .GlorotNormal()
                    .Create([4, 4], new Graph(BigInteger.Pow(2, 100), GraphRelease.TensorFlow12))
                    .Bytes.ToArray()
            );

    [Fact]
    public void PartsAreDrawnAsTheirGenerationDrawsThem()
    {
        DrawRequest request = new()
        {
            Initializer = Unseeded,
            Shape = [10, 5],
            Seed = 3,
            FullShape = [100, 5],
            Offset = [20, 0],
            GlobalSeed = 1,
        };
        Bytes(request with { Generation = Generation.CompatV1 })[0]
            .ShouldBe(
                new CompatV1.VarianceScaling(distribution: "uniform", seed: 3)
                    .Create([10, 5], new Graph(1), partition: new PartitionInfo([100, 5], 20, 0))
                    .Bytes.ToArray()
            );
        Bytes(request with { Generation = Generation.TfKeras215 })[0]
            .ShouldBe(
                new TfKeras.VarianceScaling(distribution: "uniform", seed: 3)
                    .Create([100, 5], partition: new Shard([10, 5], [20, 0]))
                    .Bytes.ToArray()
            );
        Should
            .Throw<InitializerException>(() => request.Run())
            .Message.ShouldBe("VarianceScaling.__call__() got an unexpected keyword argument 'partition_shape'");
        Should.Throw<InitializerException>(() => (request with { FullShape = null }).Run());
    }

    [Fact]
    public void TheElementTypeIsTheCalls()
    {
        new DrawRequest
        {
            Initializer = "zeros",
            Shape = [3],
            ElementType = ElementType.Int8,
        }
            .Run()
            .Operations[0]
            .Values.ElementType.ShouldBe(ElementType.Int8);
        new DrawRequest
        {
            Initializer = "glorot_uniform",
            Generation = Generation.CompatV1,
            Shape = [3],
            ElementType = ElementType.Float64,
            Seed = 1,
        }
            .Run()
            .Operations[0]
            .Values.ElementType.ShouldBe(ElementType.Float64);
    }

    [Fact]
    public void RequestsThatAreWrong()
    {
        Should.Throw<InitializerException>(static () =>
            new DrawRequest { Initializer = "he_normal", Shape = [3] }.Run()
        );
        Should
            .Throw<InitializerException>(static () =>
                new DrawRequest
                {
                    Initializer = "he_normal",
                    Shape = [3],
                    Seed = 1,
                    Times = 0,
                }.Run()
            )
            .Message.ShouldBe("The number of calls must be 1 or more; received 0.");
        Should
            .Throw<InitializerException>(static () =>
                new DrawRequest
                {
                    Initializer = "zeros",
                    Shape = [3],
                    Seed = 1,
                }.Run()
            )
            .Message.ShouldBe("Zeros takes no seed; received 1.");
        Should
            .Throw<InitializerException>(static () =>
                new DrawRequest
                {
                    Initializer = "he_normal",
                    Shape = [3],
                    GlobalSeed = -1,
                }.Run()
            )
            .Message.ShouldBe(
                "The global seed of keras.initializers of Keras 3.15 is that of set_random_seed, 0 to 2^32 - 1; "
                    + "received -1."
            );
        Should
            .Throw<InitializerException>(static () =>
                new DrawRequest
                {
                    Initializer = "he_normal",
                    Generation = Generation.TensorFlowJs,
                    Shape = [3],
                    Seed = 1,
                }.Run()
            )
            .Message.ShouldBe(
                "The numbers of TensorFlow.js layers 4 are not drawn here; convert the configuration to another "
                    + "generation."
            );
    }

    [Fact]
    public void TheFansAreTheLayersWhereTheRequestSaysHowTheyAreCounted()
    {
        DrawRequest request = new()
        {
            Initializer = "he_normal",
            Shape = [3, 4, 5],
            Seed = 1,
        };
        request.Run().Fans.ShouldBe(new Fans(12, 15));
        (request with { Layer = FanRule.Parse("embedding") }).Run().Fans.ShouldBe(FanRule.Embedding.Of([3, 4, 5]));
        (request with { Initializer = "zeros", Seed = null }).Run().Fans.ShouldBeNull();
    }

    [Fact]
    public void AnOrthogonalInitializerSaysThatItIsOne()
    {
        DrawRequest request = new()
        {
            Initializer = "orthogonal",
            Shape = [4, 5],
            Seed = 1,
        };
        request.Run().IsOrthogonal.ShouldBeTrue();
        (request with { Initializer = "he_normal" }).Run().IsOrthogonal.ShouldBeFalse();
    }

    private static byte[][] Bytes(DrawRequest request) =>
        [.. request.Run().Operations.Select(static operation => operation.Values.ToTensor().Bytes.ToArray())];
}
