using System.Text.Json;
using Fanwise.Models;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using Fanwise.Rules;
using Fanwise.Testing;

namespace Fanwise.Tests.Rules;

/// <summary>Starts by rules at any size: as many workers as one likes, and plans of models that no machine
/// holds.</summary>
public sealed class ScaleTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnyNumberOfWorkersWritesTheSameBytes()
    {
        WeightPlan plan = RuleSet.Read("llama").Plan(Llama(layers: 8, width: 64, words: 500, "bfloat16"), 42);
        string[]? alone = null;
        foreach (int workers in (int[])[1, 3, 7, 64])
        {
            string folder = _folder.File($"{workers}");
            ShardPlan shards = ShardPlan.Split(plan, 40_000);
            for (int worker = workers - 1; worker >= 0; worker--)
                new CheckpointFolder(shards, folder).Write(new(worker, workers), Resume.No, new() { Sync = false });
            string[] files =
            [
                .. Directory
                    .GetFiles(folder)
                    .Order(StringComparer.Ordinal)
                    .Select(static path => $"{Path.GetFileName(path)} {Golden.Hash(File.ReadAllBytes(path))}"),
            ];
            files.Length.ShouldBeGreaterThan(10);
            alone ??= files;
            files.ShouldBe(alone);
        }
    }

    [Fact]
    public void ATrillionParametersArePlannedAtOnce()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        WeightPlan plan = RuleSet.Read("llama").Plan(Llama(layers: 126, width: 25_600, words: 128_000, "bfloat16"), 42);
        plan.Parameters.ShouldBeGreaterThan(1_000_000_000_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100 << 20);
        byte[] last = new byte[1024];
        PlannedWeight largest = plan.MaxBy(static weight => weight.Shape.Elements)!;
        largest.Values.Fill(largest.Shape.Elements - 512, last.AsSpan()); // any slice, without the rest
        last.Distinct().Count().ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("a.npz")]
    [InlineData("a.npy")]
    [InlineData("a.safetensors")]
    [InlineData("a.json")]
    public void ShapesComeFromEveryKindOfFile(string name)
    {
        RuleSet rules = RuleSet.Parse("rules: [{match: \"*\", normal: [0, 0.02]}]", "r.yaml");
        string path = _folder.File(name);
        if (name.EndsWith(".json", StringComparison.Ordinal))
            File.WriteAllText(path, """{"w": ["torch.float32", [3, 5]]}""");
        else
            CheckpointFormat
                .Of(path)
                .Write(rules.Plan([new("w", [3, 5], ElementType.Float32)], default, 1), path, new() { Sync = false });
        TensorSpec spec = TensorSpecs.Read(path).ShouldHaveSingleItem();
        spec.Shape.ShouldBe([3, 5]);
        spec.ElementType.ShouldBe(ElementType.Float32);
    }

    private static JsonElement Llama(int layers, int width, int words, string type) =>
        JsonDocument
            .Parse(
                $$"""
                {"model_type": "llama", "num_hidden_layers": {{layers}}, "hidden_size": {{width}},
                 "intermediate_size": {{width * 3}}, "num_attention_heads": 8, "num_key_value_heads": 8,
                 "vocab_size": {{words}}, "initializer_range": 0.02, "tie_word_embeddings": false, "dtype": "{{type}}"}
                """
            )
            .RootElement;
}
