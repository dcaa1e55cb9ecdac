using Fanwise.Models.Plans;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Quantized policies: read where Keras 3.15 has them, refused where it has not.</summary>
public class QuantizedLayersTests
{
    [Theory]
    [InlineData("Dense", "\"units\": 3", "gptq")]
    [InlineData("Dense", "\"units\": 3", "awq")]
    [InlineData("Dense", "\"units\": 3", "ternary")]
    public void AModeWhoseValuesComeFromDataIsRefused(string className, string config, string mode) =>
        Should.Throw<ModelException>(() => Plan(className, config, mode)).Message.ShouldContain(mode);

    // A symbolic call asks for shapes alone (operation.py, symbolic_call): no layer is refused for its policy.
    [Theory]
    [InlineData("int8")]
    [InlineData("int4")]
    [InlineData("float8")]
    public void ALayerThatKerasDoesNotQuantizeIsMadeAsAlways(string mode)
    {
        const string config = "\"filters\": 4, \"kernel_size\": [3, 3]";
        WeightPlan plan = Plan("Conv2D", config, mode);
        plan.Select(static weight => $"{weight.Variable} {weight.ElementType} {weight.Shape}")
            .ShouldBe(["kernel Float32 (3, 3, 2, 4)", "bias Float32 (4,)"]);
        plan[0].Seeds.Count.ShouldBe(1);
        Plan("ReLU", "\"max_value\": null", mode).Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("Dense", "\"units\": 3", "int8", "kernel Int8, kernel_scale Float32, bias Float32", 0)]
    [InlineData("Dense", "\"units\": 3", "int4", "kernel Int8, kernel_scale Float32, bias Float32", 0)]
    [InlineData(
        "EinsumDense",
        "\"equation\": \"abcd,de->abce\", \"output_shape\": [null, null, 3], \"bias_axes\": null",
        "int8",
        "kernel Int8, kernel_scale Float32",
        0
    )]
    public void AQuantizedMatrixIsMadeOfZerosAndScales(
        string className,
        string config,
        string mode,
        string weights,
        int seeds
    )
    {
        WeightPlan plan = Plan(className, config, mode);
        plan.Select(static weight => $"{weight.Variable} {weight.ElementType}")
            .Order()
            .ShouldBe(weights.Split(", ").Order());
        plan.Sum(static weight => weight.Seeds.Count).ShouldBe(seeds);
    }

    [Fact]
    public void UnderFloat8TheKernelIsDrawnAsAlways()
    {
        WeightPlan plan = Plan("Dense", "\"units\": 3", "float8");
        plan.Count.ShouldBe(8);
        plan.Single(static weight => weight.Variable == "kernel").Seeds.Count.ShouldBe(1);
    }

    private static WeightPlan Plan(string className, string config, string mode) =>
        Texts.Plan(
            Texts.Sequential(
                """{"module": "keras.layers", "class_name": "InputLayer", "config": {"name": "input","""
                    + """ "batch_shape": [null, 8, 8, 2], "dtype": "float32"}, "registered_name": null}""",
                Texts.Layer(className, $"\"name\": \"under\", \"dtype\": \"{mode}_from_float32\", {config}")
            )
        );
}
