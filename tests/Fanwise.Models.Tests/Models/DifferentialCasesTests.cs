using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Models on which random runs beside the real Keras showed a rule: each gives what Keras gave, or is refused
/// where Keras refuses it.</summary>
public class DifferentialCasesTests
{
    /// <summary>Orthogonal factors differ from Eigen's in last bits.</summary>
    private const double OrthogonalTolerance = 1e-5;

    private const int CasesInOwnCopy = 34;

    /// <summary>The cases; $FANWISE_CASES may name a folder with others beside these.</summary>
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("FANWISE_CASES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Golden.Root, "tests", "cases"),
        "differential"
    );

    [Fact]
    public void EachGivesWhatKerasGives()
    {
        List<string> wrong = [];
        int seen = 0;
        foreach (JsonProperty expected in Expected())
        {
            seen++;
            string path = Path.Combine(Folder, expected.Name);
            bool refuses = expected.Value.TryGetProperty("error", out JsonElement error);
            try
            {
                WeightPlan plan = Plan(path, expected.Value);
                if (refuses)
                    wrong.Add($"{expected.Name}: read, where Keras says {error}");
                else
                    wrong.AddRange(Differences(plan, expected.Value).Select(text => $"{expected.Name}: {text}"));
            }
            catch (Exception refused) when (refused is ModelException or InitializerException)
            {
                if (!refuses)
                    wrong.Add($"{expected.Name}: {refused.Message}");
            }
        }

        if (Environment.GetEnvironmentVariable("FANWISE_CASES") is null or "")
            seen.ShouldBe(CasesInOwnCopy);
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void AQuantizedLayerIsStoredInKerasOrder()
    {
        WeightPlan plan = Model.Read(Path.Combine(Folder, "h5_int8.json")).Plan(7);
        plan.OrderBy(static weight => weight.StorePaths[0], StringComparer.Ordinal)
            .Select(static weight => $"{weight.Variable} {weight.StorePaths[0]}")
            .ShouldBe(["kernel layers/dense/vars/0", "bias layers/dense/vars/1", "kernel_scale layers/dense/vars/2"]);
    }

    [Fact]
    public void AModelThatIsNeverBuiltHasNoWeightsAndSaysWhy()
    {
        WeightPlan plan = Texts.Plan(Texts.Sequential(Texts.Dense("a"), Texts.Dense("b")));
        plan.Count.ShouldBe(0);
        plan.Draws.ShouldBe(2);
        plan.Notes.Count(static note => note.Contains("never built", StringComparison.Ordinal)).ShouldBe(2);
    }

    private static JsonElement.ObjectEnumerator Expected()
    {
        // Python writes a bare NaN, which is not JSON.
        string text = File.ReadAllText(Path.Combine(Folder, "expected.json"))
            .Replace("NaN", "null", StringComparison.Ordinal);
        return JsonDocument.Parse(text).RootElement.GetProperty("cases").EnumerateObject();
    }

    private static WeightPlan Plan(string path, JsonElement expected)
    {
        PlanOptions options = new();
        if (expected.TryGetProperty("arguments", out JsonElement arguments))
        {
            string[] words = [.. arguments.EnumerateArray().Select(static word => word.GetString()!)];
            words.Length.ShouldBe(2);
            words[0].ShouldBe("--as");
            options = options with { Generation = ModelGeneration.Parse(words[1]) };
        }

        return Model.Read(path).Plan(expected.GetProperty("seed").GetInt64(), options);
    }

    private static IEnumerable<string> Differences(WeightPlan plan, JsonElement expected)
    {
        JsonElement[] weights = [.. expected.GetProperty("weights").EnumerateArray()];
        if (plan.Count != weights.Length)
            yield return $"{weights.Length} weights expected, {plan.Count} planned";
        for (int i = 0; i < Math.Min(plan.Count, weights.Length); i++)
            if (Difference(plan[i], weights[i]) is { } difference)
                yield return $"weight {i} ({plan[i].Name}): {difference}";
    }

    private static string? Difference(PlannedWeight weight, JsonElement expected)
    {
        string variable = expected.GetProperty("path").GetString()!.Split('/')[^1].Split(':')[0];
        long[] shape = [.. expected.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt64())];
        if (weight.Variable != variable)
            return $"{variable} expected";
        if (!weight.Shape.Lengths.SequenceEqual(shape))
            return $"shape ({string.Join(", ", shape)}) expected, {weight.Shape} planned";
        if (expected.TryGetProperty("dtype", out JsonElement type) && type.GetString() is { } name)
            if (weight.ElementType.Name() != name)
                return $"type {name} expected, {weight.ElementType.Name()} planned";
        TypedTensor tensor = weight.Values.ToTensor();
        if (
            weight.Values is not OrthogonalValues
            && expected.TryGetProperty("sha256", out JsonElement sha)
            && sha.GetString() is { } hash
        )
            return Golden.Hash(tensor.Bytes) == hash ? null : "other bytes";
        int index = 0;
        foreach (JsonElement value in expected.GetProperty("first").EnumerateArray())
        {
            // Without a hash, "first" has the float32 value in full.
            float planned = tensor.As<float>()[index++];
            double tolerance = weight.Values is OrthogonalValues ? OrthogonalTolerance : 0;
            if (!(Math.Abs(planned - value.GetDouble()) <= tolerance))
                return $"element {index - 1}: {value} expected, {planned} planned";
        }

        return null;
    }
}
