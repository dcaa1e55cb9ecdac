using System.Text;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Layers that are not Keras' own, with a declaration of their weights.</summary>
public class CustomLayersTests
{
    private const string Mine =
        """{"module": "my.layers", "class_name": "Mine", "config": {"name": "mine", "units": 6,"""
        + """ "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": null}}},"""
        + """ "registered_name": "my>Mine"}""";

    [Fact]
    public void ADeclaredLayerHasItsWeights()
    {
        WeightPlan plan = Plan(
            """
            {"Mine": {
              "weights": [{"name": "kernel", "shape": ["input[-1]", "units"], "initializer": "kernel_initializer"},
                          {"name": "table", "shape": ["units * 2 + 1", "input[-1] // 3"],
                           "initializer": "glorot_uniform", "trainable": false}],
              "output": ["input[0]", "units"]}}
            """,
            Mine
        );
        plan.Select(static weight => $"{weight.Name} {weight.Shape} {weight.Trainable}")
            .ShouldBe([
                "mine/kernel (4, 6) True",
                "mine/table (13, 1) False",
                "after/kernel (6, 4) True",
                "after/bias (4,) True",
            ]);
        // The constructor draws for the kernel, the build for the table, then comes the next layer.
        plan.Where(static weight => weight.Seeds.Count > 0)
            .Select(static weight => weight.Seeds[0].DrawnAt)
            .ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void ALayerWithoutWeightsPassesOn()
    {
        WeightPlan plan = Plan("""{"Mine": "none"}""", Mine);
        plan.Select(static weight => weight.Name).ShouldBe(["after/kernel", "after/bias"]);
        plan.Draws.ShouldBe(1);
    }

    [Fact]
    public void TheDeclarationsOfTheDocumentationAreRead()
    {
        string page = File.ReadAllText(Path.Combine(Golden.Root, "docs", "models.md"));
        string block = page[(page.IndexOf("```json", StringComparison.Ordinal) + 7)..];
        WeightPlan plan = Plan(
            block[..block.IndexOf("```", StringComparison.Ordinal)],
            Mine.Replace("Mine", "LowRankDense", StringComparison.Ordinal)
                .Replace("\"units\": 6", "\"units\": 6, \"rank\": 2", StringComparison.Ordinal)
        );
        plan.Select(static weight => $"{weight.Name} {weight.Shape}")
            .ShouldBe([
                "mine/down (4, 2)",
                "mine/up (2, 6)",
                "mine/scale (3,)",
                "after/kernel (6, 4)",
                "after/bias (4,)",
            ]);
        // One initializer object draws both with one seed.
        plan["mine/down"].Seeds.ShouldBe(plan["mine/up"].Seeds);
    }

    [Theory]
    [InlineData("""["Mine"]""", "object")]
    [InlineData("""{"Mine": "nothing"}""", "nothing")]
    [InlineData("""{"Mine": {"weigths": []}}""", "weigths")]
    [InlineData("""{"Mine": {"weights": [{"shape": [1]}]}}""", "name")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": ["units +"]}]}}""", "units +")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": ["input[x]"]}]}}""", "input[x]")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": ["heads"]}]}}""", "heads")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": ["units // 0"]}]}}""", "divides by 0")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": ["units - 7"]}]}}""", "negative")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": ["input[0]"]}]}}""", "input[0]")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": ["units * 9223372036854775807 * 4"]}]}}""", "2^63")]
    [InlineData("""{"Mine": {"weights": [{"name": "k", "shape": [2], "initializer": "glorot"}]}}""", "glorot")]
    public void AWrongDeclarationIsRefusedInOneSentence(string declarations, string part) =>
        Should.Throw<ModelException>(() => Plan(declarations, Mine)).Message.ShouldContain(part);

    private static WeightPlan Plan(string declarations, string layer) =>
        Texts.Plan(
            Texts.Sequential(Texts.Input, layer, Texts.Dense("after")),
            new() { Custom = CustomLayers.Read(new MemoryStream(Encoding.UTF8.GetBytes(declarations))) }
        );
}
