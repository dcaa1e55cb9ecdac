using System.Text.Json;
using Fanwise.Models.Plans;
using static Fanwise.Models.Tests.Reports.SmallModels;

namespace Fanwise.Models.Tests.Reports;

public class PlanExplanationTests
{
    private const string He = "\"kernel_initializer\": \"he_normal\"",
        Image = "[null, 8, 8, 16]";

    private static IEnumerable<WarningKind> Kinds(PlanExplanation explanation, string weight) =>
        explanation.Single(row => row.Weight.Name == weight).Warnings.Select(static warning => warning.Kind);

    public static TheoryData<string, string, string, WarningKind?, double> Kernels =>
        new()
        {
            // layer, input, weight, expected, factor counted by hand
            {
                Layer("DepthwiseConv2D", "x", "\"kernel_size\": [3, 3], \"depthwise_initializer\": \"he_normal\""),
                Image,
                "x/kernel",
                WarningKind.DepthwiseFans,
                16
            },
            {
                Layer(
                    "SeparableConv2D",
                    "x",
                    "\"filters\": 8, \"kernel_size\": [3, 3], \"depthwise_initializer\": \"he_normal\""
                ),
                Image,
                "x/depthwise_kernel",
                WarningKind.DepthwiseFans,
                16
            },
            {
                Layer("SeparableConv2D", "x", "\"filters\": 8, \"kernel_size\": [3, 3]"),
                Image,
                "x/pointwise_kernel",
                null,
                1
            },
            {
                Layer("Conv2D", "x", "\"filters\": 32, \"kernel_size\": [3, 3], \"groups\": 4"),
                Image,
                "x/kernel",
                WarningKind.GroupedFans,
                (36 + 288) / (36 + 72.0)
            },
            {
                Layer("Conv2D", "x", "\"filters\": 32, \"kernel_size\": [3, 3], \"groups\": 4, " + He),
                Image,
                "x/kernel",
                null,
                1
            },
            { Layer("Conv2D", "x", "\"filters\": 32, \"kernel_size\": [3, 3]"), Image, "x/kernel", null, 1 },
            {
                Layer("Conv2DTranspose", "x", "\"filters\": 32, \"kernel_size\": [4, 4], \"strides\": [2, 2], " + He),
                Image,
                "x/kernel",
                WarningKind.TransposedFans,
                32 * 16 / (16 * 4.0)
            },
            {
                Layer("Conv2DTranspose", "x", "\"filters\": 4, \"kernel_size\": [4, 4], \"strides\": [2, 2], " + He),
                Image,
                "x/kernel",
                null,
                1
            },
            {
                Layer("EinsumDense", "x", "\"equation\": \"abc,cde->abde\", \"output_shape\": [null, 4, 6], " + He),
                "[null, 5, 16]",
                "x/kernel",
                null,
                1
            },
            {
                Layer(
                    "Embedding",
                    "x",
                    "\"input_dim\": 1000, \"output_dim\": 16, \"embeddings_initializer\": \"he_normal\""
                ),
                "[null, 5]",
                "x/embeddings",
                WarningKind.EmbeddingFans,
                1000
            },
            {
                Layer("Embedding", "x", "\"input_dim\": 1000, \"output_dim\": 16"),
                "[null, 5]",
                "x/embeddings",
                null,
                1
            },
            { Layer("Dense", "x", "\"units\": 10"), "[null, 16]", "x/kernel", null, 1 },
        };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void WarnsOfFansThatAreNotTheLayersAndTheChoiceOfLayerFansMendsThem(
        string layer,
        string input,
        string weight,
        WarningKind? expected,
        double factor
    )
    {
        WeightPlan plan = Plan(input, layer);
        PlanExplanation explanation = plan.Explain();
        Kinds(explanation, weight).ShouldBe(expected is { } kind ? [kind] : []);
        if (expected is not null)
            explanation
                .Single(row => row.Weight.Name == weight)
                .Warnings[0]
                .Factor!.Value.ShouldBe(factor, 1e-9 * factor);

        WeightPlan chosen = plan.WithLayerFans();
        chosen.Metadata["fans"].ShouldBe("layer");
        chosen.Explain().SelectMany(static row => row.Warnings).ShouldBeEmpty();
        (Bytes(chosen[weight]) == Bytes(plan[weight])).ShouldBe(expected is null);
        if (expected is not null)
            (
                chosen.Explain().Single(row => row.Weight.Name == weight).Explanation.VarianceDrawn!
                / explanation.Single(row => row.Weight.Name == weight).Explanation.VarianceDrawn!
            ).Value.ShouldBe(factor, 1e-5 * factor);
    }

    private static string Bytes(PlannedWeight weight) => Convert.ToHexString(weight.Values.ToTensor().Bytes);

    [Fact]
    public void AContractionsFansAreGuessedUpToKeras314()
    {
        // [16, 4, 6]: 16 products are summed; the guess takes 4 * 16.
        Model model = Model(
            "[null, 5, 16]",
            Layer("EinsumDense", "x", "\"equation\": \"abc,cde->abde\", \"output_shape\": [null, 4, 6], " + He)
        );
        ExplanationWarning warning = model
            .Plan(42, new PlanOptions { Generation = ModelGeneration.Keras314 })
            .Explain()
            .SelectMany(static row => row.Warnings)
            .ShouldHaveSingleItem();
        (warning.Kind, warning.Factor).ShouldBe((WarningKind.ContractionFans, 4));
        model.Plan(42).Explain().SelectMany(static row => row.Warnings).ShouldBeEmpty();
    }

    [Fact]
    public void WarnsOfWeightsWithTheSameValues()
    {
        string seeded = Initializer("kernel_initializer", "GlorotUniform", "\"seed\": 7"),
            other = Initializer("kernel_initializer", "GlorotUniform", "\"seed\": 8");
        PlanExplanation explanation = Plan(
                "[null, 4]",
                Layer("Dense", "a", "\"units\": 4, " + seeded),
                Layer("Dense", "b", "\"units\": 4, " + seeded),
                Layer("Dense", "c", "\"units\": 4, " + other),
                Layer("Dense", "d", "\"units\": 5, " + seeded),
                Layer("Dense", "e", "\"units\": 4")
            )
            .Explain();
        Kinds(explanation, "a/kernel").ShouldBe([WarningKind.EqualValues]);
        Kinds(explanation, "b/kernel").ShouldBe([WarningKind.EqualValues]);
        explanation[0]
            .Warnings[0]
            .Sentence.ShouldBe("The values are those of b/kernel: equal seeds and equal shapes give equal numbers.");
        foreach (string weight in (string[])["a/bias", "b/bias", "c/kernel", "d/kernel", "e/kernel"])
            Kinds(explanation, weight).ShouldBeEmpty(weight); // zeros are meant, and other seeds or shapes are others
        Bytes(explanation[0].Weight).ShouldBe(Bytes(explanation.Plan["b/kernel"]));
    }

    [Fact]
    public void WarnsOfGainsAndKernelsOfZero()
    {
        PlanExplanation explanation = Plan(
                "[null, 4]",
                Layer("Dense", "a", "\"units\": 4, \"kernel_initializer\": \"zeros\""),
                Layer("BatchNormalization", "b", "\"gamma_initializer\": \"zeros\""),
                Layer("BatchNormalization", "c"),
                Layer(
                    "Dense",
                    "d",
                    "\"units\": 4, " + Initializer("kernel_initializer", "Orthogonal", "\"gain\": 0.0, \"seed\": null")
                )
            )
            .Explain();
        foreach (string weight in (string[])["a/kernel", "b/gamma", "d/kernel"])
            Kinds(explanation, weight).ShouldBe([WarningKind.ZeroGain], weight);
        foreach (string weight in (string[])["a/bias", "b/beta", "b/moving_mean", "c/gamma", "c/beta"])
            Kinds(explanation, weight).ShouldBeEmpty(weight);
    }

    [Fact]
    public void TheJsonNamesSeedsAndWhereTheyCameFrom()
    {
        PlanExplanation explanation = Plan(
                "[null, 4]",
                Layer("Dense", "a", "\"units\": 3"),
                Layer(
                    "Dense",
                    "b",
                    "\"units\": 3, " + Initializer("kernel_initializer", "GlorotUniform", "\"seed\": 7")
                )
            )
            .Explain();
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
            explanation.Write(writer);
        JsonElement json = JsonDocument.Parse(stream.ToArray()).RootElement;
        json.GetProperty("metadata").GetProperty("seed").GetString().ShouldBe("42");
        json.GetProperty("parameters").GetInt64().ShouldBe(4 * 3 + 3 + 3 * 3 + 3);
        JsonElement[] weights = [.. json.GetProperty("weights").EnumerateArray()];
        weights
            .Select(static weight => weight.GetProperty("name").GetString())
            .ShouldBe(["a/kernel", "a/bias", "b/kernel", "b/bias"]);
        weights[0].GetProperty("layer_class").GetString().ShouldBe("Dense");
        weights[0].GetProperty("fans").GetProperty("rule").GetString().ShouldBe("heuristic");
        // The first that Python draws after random.seed(42).
        weights[0].GetProperty("seeds")[0].GetProperty("seed").GetInt64().ShouldBe(686579304);
        weights[0].GetProperty("seeds")[0].GetProperty("draw").GetInt32().ShouldBe(1);
        weights[2].GetProperty("seeds")[0].GetProperty("seed").GetInt64().ShouldBe(7);
        weights[2].GetProperty("seeds")[0].GetProperty("draw").ValueKind.ShouldBe(JsonValueKind.Null);
        weights[1].GetProperty("seeds").GetArrayLength().ShouldBe(0);
    }
}
