using System.Text.Json;
using Fanwise.Models.Plans;
using Fanwise.Models.Programs;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Programs;

/// <summary>Starts of models as transformers itself made them, by the programs of the families that have one.</summary>
[Trait("Category", "Golden")]
public class TransformersProgramsTests
{
    private static readonly string[] Families =
    [
        "llama",
        "mistral",
        "qwen2",
        "qwen3",
        "gemma",
        "gemma2",
        "gemma3",
        "olmo2",
        "phi3",
        "gpt2",
    ];

    [Fact]
    public void EveryTensorOfEveryRecordedModelHasItsBytes()
    {
        int tensors = 0,
            refused = 0;
        List<string> wrong = [];
        foreach (string path in Golden.Files("transformers", "*-*.json"))
        {
            JsonElement record = Golden.Read(path);
            if (!Families.Contains(record.GetProperty("family").GetString()))
                continue;
            string release = record.GetProperty("made_with").GetProperty("transformers").GetString()!;
            foreach (JsonElement model in record.GetProperty("models").EnumerateArray())
            foreach (JsonElement variant in model.GetProperty("variants").EnumerateArray())
            {
                if (variant.TryGetProperty("error", out _))
                    continue;
                string type = variant.GetProperty("dtypes")[0].GetString()!,
                    where = $"{Path.GetFileName(path)}, {model.GetProperty("id")}, {variant.GetProperty("route")}";
                JsonElement list = variant.TryGetProperty("tensors", out JsonElement own)
                    ? own
                    : model
                        .GetProperty("variants")[variant.GetProperty("tensors_of").GetInt32()]
                        .GetProperty("tensors");
                foreach (JsonElement run in variant.GetProperty("runs").EnumerateArray())
                {
                    try
                    {
                        WeightPlan plan = TransformersPrograms.Plan(
                            model.GetProperty("config").GetRawText(),
                            release,
                            unchecked((uint)run.GetProperty("seed").GetInt64()),
                            new()
                            {
                                Architecture = model.GetProperty("class").GetString(),
                                ElementType = ElementTypes.Parse(type),
                            }
                        );
                        tensors += Compare(plan, list, run.GetProperty("values"), where, wrong);
                    }
                    catch (ModelException error) when (error.Message.Contains("loses", StringComparison.Ordinal))
                    {
                        refused++;
                    }
                }
            }
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(tensors, 8334);
        Golden.ShouldHaveSeen(refused, 5);
    }

    [Theory]
    [InlineData("5.19.0", "5.18.0")]
    [InlineData("4.47.0", "4.49.0")]
    public void AReleaseThatIsNotKnownIsRefusedWithTheKnownOnes(string release, string known) =>
        Should
            .Throw<ModelException>(() => TransformersPrograms.Plan("{}", release, 1, new()))
            .Message.ShouldContain(known);

    [Theory]
    [InlineData("bert")]
    [InlineData("")]
    public void AFamilyWithoutAProgramIsRefused(string family) =>
        Should
            .Throw<ModelException>(() =>
                TransformersPrograms.Plan($$"""{"model_type": "{{family}}"}""", "5.18", 1, new())
            )
            .Message.ShouldContain("llama");

    private static int Compare(WeightPlan plan, JsonElement list, JsonElement values, string where, List<string> wrong)
    {
        int compared = 0,
            index = 0;
        foreach (JsonElement tensor in list.EnumerateArray())
        {
            JsonElement expected = values[index++];
            if (expected.ValueKind == JsonValueKind.Null)
                continue; // tied to another
            string name = tensor[0].GetString()!;
            compared++;
            if (plan.FirstOrDefault(weight => weight.Name == name) is not { } weight)
            {
                wrong.Add($"{where}: {name} is missing");
                continue;
            }

            byte[] bytes = weight.Values.ToTensor().Bytes.ToArray();
            string made =
                expected.ValueKind == JsonValueKind.Array
                    ? Golden.Hash(bytes)
                    : $"all {string.Concat(bytes[..weight.ElementType.Size()].Reverse().Select(static b => $"{b:x2}"))}";
            if (made != (expected.ValueKind == JsonValueKind.Array ? expected[0] : expected).GetString())
                wrong.Add($"{where}: {name} has other bytes");
        }

        if (plan.Count != compared)
            wrong.Add($"{where}: {plan.Count} weights planned, {compared} recorded");
        return compared;
    }
}
