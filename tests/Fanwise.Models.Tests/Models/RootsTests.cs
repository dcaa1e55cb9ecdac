using System.Runtime.InteropServices;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Weights that begin as roots: BatchNormalization with <c>renorm</c>.</summary>
public class RootsTests
{
    [Theory]
    [InlineData(Backend.TensorFlow, true)]
    [InlineData(Backend.Jax, true)]
    [InlineData(Backend.NumPy, true)]
    [InlineData(Backend.Torch, false)]
    public void TheRootOfANegativeNumberHasTheBackendsSign(Backend backend, bool isNegative)
    {
        string text = Texts.Sequential(
            Texts.Input,
            Texts.Layer(
                "BatchNormalization",
                "\"name\": \"b\", \"renorm\": true, \"moving_variance_initializer\": \"random_normal\""
            )
        );
        WeightPlan plan = Texts.Plan(text, new() { Backend = backend });
        PlannedWeight roots = plan.Single(static weight =>
            weight.Name.EndsWith("renorm_stddev", StringComparison.Ordinal)
        );
        float[] none = [.. MemoryMarshal.Cast<byte, float>(roots.Values.ToTensor().Bytes).ToArray().Where(float.IsNaN)];
        none.ShouldNotBeEmpty();
        none.ShouldAllBe(value => float.IsNegative(value) == isNegative);
    }
}
