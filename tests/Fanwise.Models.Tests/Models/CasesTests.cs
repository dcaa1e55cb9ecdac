using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Models of people, and models on which random runs beside the real Keras showed a rule: each gives what
/// Keras gave, or is refused where Keras refuses it.</summary>
public class CasesTests
{
    /// <summary>Orthogonal factors differ from Eigen's in last bits.</summary>
    private const double OrthogonalTolerance = 1e-5;

    /// <summary>A class of one's own as an initializer: Keras has it by its Python code alone.</summary>
    private const string NeedsCode = "22-custom-initializer.json";

    /// <summary>The cases; $FANWISE_CASES may name a folder with others in place of these.</summary>
    private static readonly string Folder = Environment.GetEnvironmentVariable("FANWISE_CASES")
        is { Length: > 0 } folder
        ? folder
        : Path.Combine(Golden.Root, "tests", "cases");

    private static readonly string Differential = Path.Combine(Folder, "differential");

    [Theory]
    [InlineData(".", 26)]
    [InlineData("differential", 36)]
    public void EachGivesWhatKerasGives(string group, int casesInOwnCopy)
    {
        string folder = Path.Combine(Folder, group);
        List<string> wrong = [];
        int seen = 0;
        foreach (JsonProperty expected in Expected(folder))
        {
            seen++;
            bool refuses = expected.Value.TryGetProperty("error", out JsonElement error) || expected.Name == NeedsCode;
            try
            {
                WeightPlan plan = Plan(folder, expected.Name, expected.Value);
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
            seen.ShouldBe(casesInOwnCopy);
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void AQuantizedLayerIsStoredInKerasOrder()
    {
        WeightPlan plan = Model.Read(Path.Combine(Differential, "h5_int8.json")).Plan(7);
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

    private static JsonElement.ObjectEnumerator Expected(string folder)
    {
        // Python writes a bare NaN, which is not JSON.
        string text = File.ReadAllText(Path.Combine(folder, "expected.json"))
            .Replace("NaN", "null", StringComparison.Ordinal);
        return JsonDocument.Parse(text).RootElement.GetProperty("cases").EnumerateObject();
    }

    private static WeightPlan Plan(string folder, string name, JsonElement expected)
    {
        PlanOptions options = new();
        if (expected.TryGetProperty("arguments", out JsonElement arguments))
        {
            string[] words = [.. arguments.EnumerateArray().Select(static word => word.GetString()!)];
            for (int i = 0; i < words.Length; i += 2)
                options = words[i] switch
                {
                    "--as" => options with { Generation = ModelGeneration.Parse(words[i + 1]) },
                    "--custom" => options with { Custom = CustomLayers.Read(Path.Combine(folder, words[i + 1])) },
                    _ => throw new NotSupportedException(words[i]),
                };
        }

        long seed = expected.TryGetProperty("seed", out JsonElement given) ? given.GetInt64() : 42;
        return Model.Read(Path.Combine(folder, name)).Plan(seed, options);
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
            double wanted =
                value.ValueKind == JsonValueKind.String // its bits
                    ? BitConverter.UInt32BitsToSingle(Convert.ToUInt32(value.GetString(), 16))
                    : value.GetDouble();
            if (!(Math.Abs(planned - wanted) <= tolerance))
                return $"element {index - 1}: {value} expected, {planned} planned";
        }

        return null;
    }
}
