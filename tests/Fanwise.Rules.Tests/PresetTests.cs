using System.Text.Json;
using Fanwise.Models.Plans;
using Fanwise.Rules;
using Fanwise.Testing;

namespace Fanwise.Tests.Rules;

public sealed class PresetTests
{
    private static readonly string[] Llamas = ["llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2"];

    [Fact]
    public void CausalModelsHaveTheNamesShapesAndTypesThatTransformersSaves()
    {
        int seen = 0;
        foreach (string file in Golden.Files("transformers", "*.json"))
        {
            JsonElement root = Golden.Read(file);
            if (
                !root.TryGetProperty("models", out JsonElement models)
                || !root.TryGetProperty("family", out JsonElement family)
            )
                continue;
            if (PresetOf(family.GetString()!) is not { } preset)
                continue;
            foreach (JsonElement model in models.EnumerateArray())
            {
                string name = model.GetProperty("class").GetString()!;
                if (!name.EndsWith("ForCausalLM", StringComparison.Ordinal) && name != "GPT2LMHeadModel")
                    continue;
                JsonElement variant = model.GetProperty("variants")[0];
                WeightPlan plan = RuleSet.Read(preset).Plan(model.GetProperty("config"), 42);
                plan.Select(static weight => $"{weight.Name} {weight.Shape} {weight.ElementType.Name()}")
                    .ShouldBe(Saved(variant), $"{Path.GetFileName(file)} {model.GetProperty("id")}");
                seen++;
            }
        }

        Golden.ShouldHaveSeen(seen, inOwnCopy: SavedModels);
    }

    [Fact]
    public void EveryTensorHasTheRuleThatWasFoundInTransformersStarts()
    {
        int seen = 0;
        foreach (string file in Golden.Files("transformers/moments", "*.json"))
        {
            JsonElement root = Golden.Read(file);
            if (PresetOf(root.GetProperty("family").GetString()!) is not { } preset)
                continue;
            RuleSet rules = RuleSet.Read(preset);
            JsonElement config = root.GetProperty("config");
            Dictionary<string, RuledTensor> ruled = rules
                .Apply(rules.Tensors(config), config)
                .ToDictionary(static tensor => tensor.Tensor.Name, StringComparer.Ordinal);
            double range = config.GetProperty("initializer_range").GetDouble();
            foreach (JsonElement tensor in root.GetProperty("tensors").EnumerateArray())
            {
                RuleDraw draw = ruled[tensor.GetProperty("name").GetString()!].Draw;
                (double mean, double deviation) = tensor.GetProperty("rule").GetString() switch
                {
                    "zeros" => (0, 0),
                    "ones" => (1, 0),
                    "normal(0, initializer_range)" => (0, range),
                    "normal(0, initializer_range / sqrt(2 * layers))" => (0, range / Math.Sqrt(8)),
                    var other => throw new InvalidOperationException(other),
                };
                draw.Mean.ShouldBe(mean);
                draw.Deviation.ShouldBe(deviation, 1e-12);
                seen++;
            }
        }

        Golden.ShouldHaveSeen(seen, inOwnCopy: MomentsOfTensors);
    }

    [Fact]
    public void EveryPresetIsRead()
    {
        foreach (string name in RuleSet.Presets)
            RuleSet.Read(name).Name.ShouldBe(name);
    }

    private const int SavedModels = 75,
        MomentsOfTensors = 356;

    private static string? PresetOf(string family) =>
        family == "gpt2" ? "gpt2"
        : Llamas.Contains(family) ? "llama"
        : null;

    private static string[] Saved(JsonElement variant)
    {
        HashSet<string> dropped =
            variant.TryGetProperty("saved", out JsonElement saved)
            && saved.TryGetProperty("dropped", out JsonElement names)
                ? [.. names.EnumerateArray().Select(static name => name.GetString()!)]
                : [];
        return
        [
            .. variant
                .GetProperty("tensors")
                .EnumerateArray()
                .Where(tensor => !dropped.Contains(tensor[0].GetString()!))
                .Select(static tensor =>
                    $"{tensor[0].GetString()} "
                    + $"{Shape.Create([.. tensor[1].EnumerateArray().Select(static n => n.GetInt64())])} "
                    + $"{tensor[2].GetString()}"
                ),
        ];
    }
}
