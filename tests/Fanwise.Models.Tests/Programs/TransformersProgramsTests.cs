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
        "gpt_neox",
        "opt",
        "distilbert",
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
                        tensors += Compare(
                            plan,
                            list,
                            run.GetProperty("values"),
                            Renamed(model, variant),
                            where,
                            wrong
                        );
                    }
                    catch (ModelException error)
                        when (error.Message.Contains("loses", StringComparison.Ordinal)
                            || error.Message.Contains("sinusoidal", StringComparison.Ordinal)
                        )
                    {
                        refused++;
                    }
                }
            }
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(tensors, 10080);
        Golden.ShouldHaveSeen(refused, 9);
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

    [Fact]
    public void EveryTensorOfEveryRecordedNanoGptHasItsBytes()
    {
        int tensors = 0;
        List<string> wrong = [];
        foreach (string path in Golden.Files(Path.Combine("transformers", "nanogpt"), "*.json"))
        foreach (JsonElement model in Golden.Read(path).GetProperty("models").EnumerateArray())
        foreach (JsonElement run in model.GetProperty("runs").EnumerateArray())
        {
            WeightPlan plan = TransformersPrograms.PlanNanoGpt(
                model.GetProperty("config").GetRawText(),
                unchecked((uint)run.GetProperty("seed").GetInt64())
            );
            tensors += Compare(plan, model.GetProperty("tensors"), run.GetProperty("values"), [], path, wrong);
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(tensors, 231);
    }

    [Fact]
    public void EveryTensorOfALargeModelHasItsBytesFarIntoTheGenerator()
    {
        int tensors = 0;
        List<string> wrong = [];
        foreach (string path in Golden.Files("transformers", "large.json"))
        {
            JsonElement record = Golden.Read(path);
            string release = record.GetProperty("made_with").GetProperty("transformers").GetString()!;
            foreach (JsonElement model in record.GetProperty("models").EnumerateArray())
            {
                WeightPlan plan = TransformersPrograms.Plan(
                    model.GetProperty("config").GetRawText(),
                    release,
                    model.GetProperty("seed").GetUInt32(),
                    new()
                    {
                        Architecture = model.GetProperty("class").GetString(),
                        ElementType = ElementTypes.Parse(model.GetProperty("dtype").GetString()!),
                    }
                );
                foreach (JsonElement tensor in model.GetProperty("tensors").EnumerateArray())
                {
                    string name = tensor[0].GetString()!,
                        hash = tensor[2].GetString()!;
                    if (plan.FirstOrDefault(weight => weight.Name == name) is not { } weight)
                        continue; // tied to another, whose name stands in place of the hash
                    tensors++;
                    if (Made(weight, hash.StartsWith("all ", StringComparison.Ordinal)) != hash)
                        wrong.Add($"{model.GetProperty("id")}: {name} has other bytes");
                }
            }
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(tensors, 458);
    }

    /// <summary>Names in the file by those in memory.</summary>
    private static Dictionary<string, string> Renamed(JsonElement model, JsonElement variant)
    {
        // Listed once for all types of a model.
        JsonElement named = model
            .GetProperty("variants")
            .EnumerateArray()
            .FirstOrDefault(static other => other.TryGetProperty("saved", out _), variant);
        return
            named.TryGetProperty("saved", out JsonElement saved)
            && saved.TryGetProperty("renamed", out JsonElement renamed)
            ? renamed.EnumerateObject().ToDictionary(static pair => pair.Value.GetString()!, static pair => pair.Name)
            : [];
    }

    private static string Made(PlannedWeight weight, bool isConstant)
    {
        byte[] bytes = weight.Values.ToTensor().Bytes.ToArray();
        return isConstant
            ? $"all {string.Concat(bytes[..weight.ElementType.Size()].Reverse().Select(static b => $"{b:x2}"))}"
            : Golden.Hash(bytes);
    }

    private static int Compare(
        WeightPlan plan,
        JsonElement list,
        JsonElement values,
        Dictionary<string, string> renamed,
        string where,
        List<string> wrong
    )
    {
        int compared = 0,
            index = 0;
        List<string> order = [];
        foreach (JsonElement tensor in list.EnumerateArray())
        {
            JsonElement expected = values[index++];
            if (expected.ValueKind == JsonValueKind.Null)
                continue; // tied to another
            string name = tensor[0].GetString()!;
            name = renamed.GetValueOrDefault(name, name);
            order.Add(name);
            compared++;
            if (plan.FirstOrDefault(weight => weight.Name == name) is not { } weight)
            {
                wrong.Add($"{where}: {name} is missing");
                continue;
            }

            if (
                Made(weight, expected.ValueKind != JsonValueKind.Array)
                != (expected.ValueKind == JsonValueKind.Array ? expected[0] : expected).GetString()
            )
                wrong.Add($"{where}: {name} has other bytes");
        }

        if (!plan.Select(static weight => weight.Name).SequenceEqual(order))
            wrong.Add($"{where}: the tensors stand in another order");
        if (plan.Count != compared)
            wrong.Add($"{where}: {plan.Count} weights planned, {compared} recorded");
        return compared;
    }
}
