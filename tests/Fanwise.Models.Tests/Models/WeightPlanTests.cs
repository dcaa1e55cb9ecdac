using System.Text.Json;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>What a plan says of its weights beside their values: names, paths, places in a file of weights,
/// seeds.</summary>
public class WeightPlanTests
{
    [Fact]
    public void NamesAreUniqueAndReadable()
    {
        WeightPlan plan = Plan("nested");
        plan.Select(static weight => weight.Name)
            .ShouldBe([
                "d/kernel",
                "d/bias",
                "fn/e/kernel",
                "fn/e/bias",
                "fn/inner/d/kernel",
                "fn/inner/d/bias",
                "fn/inner/e/kernel",
                "fn/inner/e/bias",
                "fn/f/kernel",
                "fn/f/bias",
                "last/kernel",
                "last/bias",
            ]);
        Plan("bidirectional")[0].Name.ShouldBe("bidirectional/forward_lstm/lstm_cell/kernel");
        Plan("mha")[0].Name.ShouldBe("multi_head_attention/query/kernel");
        Plan("spectral_norm")
            .Take(3)
            .Select(static weight => weight.Name)
            .ShouldBe([
                "spectral_normalization/conv2d/kernel",
                "spectral_normalization/vector_u",
                "spectral_normalization/conv2d/bias",
            ]);
    }

    [Fact]
    public void AWeightSaysWhereItsSeedCameFrom()
    {
        WeightPlan plan = Plan("seed_generator");
        plan["dense/kernel"].Seeds.ShouldBe([new WeightSeed(1337, 0, null, FromGenerator: true)]);
        plan["dense_1/kernel"].Seeds.ShouldBe([new WeightSeed(686579304, 0, 1, FromGenerator: true)]);
        plan["dense_3/kernel"].Seeds.ShouldBe([new WeightSeed(119540832, 0, 2)]);
        plan["dense_3/kernel"].Fans.ShouldBe(new Fans(4, 2));
        plan["dense_3/kernel"].LayerClass.ShouldBe("Dense");
        plan["dense_3/bias"].Seeds.ShouldBeEmpty();
    }

    [Fact]
    public void APlanCanBeFilteredAndFilledTensorByTensor()
    {
        WeightPlan plan = Plan("dense");
        WeightPlan kernels = plan.Only(static weight => weight.Variable == "kernel");
        kernels.Select(static weight => weight.Name).ShouldBe(["dense/kernel", "dense_1/kernel"]);
        float[] mine = new float[7 * 5];
        kernels["dense/kernel"].Fill<float>(mine);
        mine.ShouldBe(Initializers.GlorotUniform(686579304).Create<float>([7, 5]).ToArray());
        Should.Throw<InitializerException>(() => kernels["dense/kernel"].Fill<float>(new float[34]));
        Should.Throw<KeyNotFoundException>(() => kernels["dense/bias"]);
    }

    [Fact]
    public void ASeedIsAnIntegerOf32Bits()
    {
        Model model = Texts.Read(Texts.Sequential(Texts.Input, Texts.Dense("a")));
        model.Plan(uint.MaxValue).Count.ShouldBe(2);
        Should.Throw<ModelException>(() => model.Plan(-1)).Message.ShouldContain("-1");
        Should.Throw<ModelException>(() => model.Plan(1L << 32)).Message.ShouldContain("4294967296");
    }

    [Fact]
    public void EverySavedWeightStandsWhereKerasKeepsIt()
    {
        int files = 0;
        foreach (string path in Golden.Files("keras-files", "*.contents.json"))
        {
            WeightPlan plan = Model.Read(path.Replace(".contents.json", ".json", StringComparison.Ordinal)).Plan(42);
            Dictionary<string, PlannedWeight> places = plan.SelectMany(
                    static weight => weight.StorePaths,
                    static (weight, place) => (weight, place)
                )
                .ToDictionary(static pair => pair.place, static pair => pair.weight);
            Dictionary<string, PlannedLayer> groups = plan.Layers.ToDictionary(static layer =>
                layer.StorePath.Length == 0 ? "vars" : layer.StorePath + "/vars"
            );
            foreach (JsonElement item in Golden.Read(path).GetProperty("contents").EnumerateArray())
            {
                string name = item.GetProperty("name").GetString()!;
                if (item.GetProperty("kind").GetString() == "Dataset")
                {
                    places.Remove(name, out PlannedWeight? weight).ShouldBeTrue(name);
                    weight!
                        .Shape.ToArray()
                        .ShouldBe(
                            item.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64())
                        );
                    if (weight.InitializerName != "Orthogonal")
                        Golden
                            .Hash(weight.Values.ToTensor().Bytes)
                            .ShouldBe(item.GetProperty("sha256").GetString(), name);
                }
                else if (name == "vars" || name.EndsWith("/vars", StringComparison.Ordinal))
                {
                    groups.Remove(name, out PlannedLayer? layer).ShouldBeTrue(name);
                    // Keras numbers the names of the layers that it makes itself by how many the process has made.
                    if (!layer!.StorePath.Contains("/_", StringComparison.Ordinal))
                        layer.Name.ShouldBe(item.GetProperty("attributes").GetProperty("name").GetString());
                }
            }

            places.ShouldBeEmpty();
            groups.ShouldBeEmpty();
            files++;
        }

        Golden.ShouldHaveSeen(files, 4);
    }

    [Fact]
    public void KerasPathsAreThoseOfTheReference()
    {
        List<string> wrong = [];
        foreach (
            JsonElement row in Golden
                .Files("models", "manifest.json")
                .SelectMany(static path => Golden.Read(path).EnumerateArray())
        )
        {
            ModelGeneration generation = ModelGeneration.Parse(row.GetProperty("as").GetString()!);
            if (generation == ModelGeneration.TfKeras215)
                continue; // its paths are not promised
            string record = row.GetProperty("record").GetString()!;
            WeightPlan plan = Model
                .Read(Golden.Find("models", row.GetProperty("architecture").GetString()!))
                .Plan(0, new() { Generation = generation });
            string[] expected =
            [
                .. Golden
                    .Read(Golden.Find("models", record))
                    .GetProperty("runs")[0]
                    .GetProperty("weights")
                    .EnumerateArray()
                    .Select(static weight => weight.GetProperty("path").GetString()!),
            ];
            if (!plan.Select(static weight => weight.KerasPath).SequenceEqual(expected))
                wrong.Add(record);
        }

        wrong.ShouldBeEmpty();
    }

    private static WeightPlan Plan(string name) => Model.Read(Golden.Find("models", name + ".json")).Plan(42);
}
