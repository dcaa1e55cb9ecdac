using Fanwise.Streams;

namespace Fanwise.Tests;

public class BackendTests
{
    [Fact]
    public void EveryNameParsesToItsBackend()
    {
        Backends.Names.ShouldBe(["tensorflow", "jax", "torch", "numpy"]);
        foreach (Backend backend in Enum.GetValues<Backend>())
            Backends.Parse(backend.Name()).ShouldBe(backend);
        Should
            .Throw<InitializerException>(static () => Backends.Parse("numpi"))
            .Message.ShouldBe(
                "A backend is one of tensorflow, jax, torch, numpy; received 'numpi'; did you mean 'numpy'?"
            );
    }

    [Fact]
    public void TensorFlowIsTheDefaultAndNamingItChangesNothing()
    {
        Initializers.HeNormal(42).ShouldBe(Initializers.HeNormal(42, Backend.TensorFlow));
        Shape shape = [3, 5];
        Values(Initializers.HeNormal(42, Backend.TensorFlow).ValuesFor(shape, ElementType.Float32))
            .ShouldBe(Values(Initializers.HeNormal(42).ValuesFor(shape, ElementType.Float32, KerasSeeds.Stream(42))));
    }

    [Fact]
    public void TheSecondUseOfAGeneratorIsThePairOfItsSeedAndOne()
    {
        SeedGenerator generator = new(7);
        RandomUniform uniform = new();
        _ = uniform.Create<float>([4], generator);
        float[] second = [.. uniform.Create<float>([4], generator)];
        second.ShouldBe(Values(uniform.ValuesFor([4], ElementType.Float32, 7, 1)));
    }

    private static float[] Values(Fanwise.Draws.Values values) => [.. values.ToTensor<float>()];
}
