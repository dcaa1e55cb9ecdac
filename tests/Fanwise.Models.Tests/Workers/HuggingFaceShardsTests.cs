using System.Text;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Files and index are those that Hugging Face's own code makes of the same tensors (huggingface-shards.json,
/// made by the script beside it).</summary>
public class HuggingFaceShardsTests
{
    [Fact]
    public void EveryRecordedSplitIsOurs()
    {
        JsonElement cases = Golden
            .Read(Path.Combine(Golden.Root, "tests", "Fanwise.Models.Tests", "Workers", "huggingface-shards.json"))
            .GetProperty("cases");
        int compared = 0;
        foreach (JsonElement recorded in cases.EnumerateArray())
        {
            PlannedWeight[] weights =
            [
                .. recorded
                    .GetProperty("names")
                    .EnumerateArray()
                    .Zip(
                        recorded.GetProperty("sizes").EnumerateArray(),
                        static (name, size) =>
                            new PlannedWeight(
                                name.GetString()!,
                                new ConstantValues([size.GetInt64()], ElementType.Int8, 0)
                            )
                    ),
            ];
            ShardPlan plan = ShardPlan.Split(new(weights), recorded.GetProperty("limit").GetInt64());
            plan.Shards.Select(static shard =>
                    $"{shard.FileName}: {string.Join(',', shard.Weights.Select(static weight => weight.Name))}"
                )
                .ShouldBe(
                    recorded
                        .GetProperty("files")
                        .EnumerateObject()
                        .Select(static file =>
                            $"{file.Name}: "
                            + $"{string.Join(',', file.Value.EnumerateArray().Select(static name => name.GetString()))}"
                        )
                );
            string? index = recorded.GetProperty("index").GetString();
            plan.IndexName.ShouldBe(index is null ? null : "model.safetensors.index.json");
            if (index is not null)
                WithoutIdentity(Encoding.UTF8.GetString(plan.Index())).ShouldBe(index);
            compared++;
        }

        compared.ShouldBeGreaterThanOrEqualTo(70);
    }

    /// <summary>An index as the other library writes it, which knows nothing of plans.</summary>
    private static string WithoutIdentity(string index) =>
        string.Join(
            '\n',
            index
                .Split('\n')
                .Where(static line =>
                    !line.StartsWith("    \"plan\": ", StringComparison.Ordinal)
                    && !line.StartsWith("    \"folder\": ", StringComparison.Ordinal)
                )
        );
}
