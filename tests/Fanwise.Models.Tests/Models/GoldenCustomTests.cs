using System.Text;
using System.Text.Json;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Models of classes of one's own that hold layers, read by declarations, start as Python Keras starts
/// them.</summary>
public class GoldenCustomTests
{
    private const int ModelsInOwnCopy = 6;
    private const string Ending = ".weights.json";

    /// <summary>The factor of a recurrent kernel is within this; see docs/models.md.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("of all classes")]
    [InlineData("of the documentation")]
    public void EveryDrawAndWeightOfEveryModelOfOwnClassesIsKerasOwn(string declarations)
    {
        using Stream json = declarations == "of the documentation" ? OfThePage() : OfTheFile();
        CustomLayers custom = CustomLayers.Read(json);
        PlanOptions options = new() { Custom = custom };
        int seen = 0;
        List<string> wrong = [];
        foreach (string record in Golden.Files("custom", "*" + Ending))
        {
            seen++;
            Model model = Model.Read(record[..^Ending.Length] + ".json");
            foreach (JsonElement run in Golden.Read(record).GetProperty("runs").EnumerateArray())
                wrong.AddRange(
                    Differences(model.Plan(run.GetProperty("seed").GetInt64(), options), run)
                        .Select(difference => $"{Path.GetFileName(record)}: {difference}")
                );
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(seen, ModelsInOwnCopy);
    }

    private static FileStream OfTheFile() =>
        File.OpenRead(Path.Combine(Golden.Root, "tests", "Fanwise.Models.Tests", "Models", "custom-classes.json"));

    private static MemoryStream OfThePage()
    {
        const string heading = "### Layers within layers",
            fence = "```";
        string page = File.ReadAllText(Path.Combine(Golden.Root, "docs", "models.md"));
        string section = page[page.IndexOf(heading, StringComparison.Ordinal)..];
        return new(Encoding.UTF8.GetBytes(section.Split(fence)[1]["json".Length..]));
    }

    private static IEnumerable<string> Differences(WeightPlan plan, JsonElement run)
    {
        JsonElement[] weights = [.. run.GetProperty("weights").EnumerateArray()];
        int draws = run.GetProperty("draws").GetArrayLength();
        if (plan.Draws != draws)
            yield return $"{draws} draws expected, {plan.Draws} made";
        if (plan.Count != weights.Length)
            yield return $"{weights.Length} weights expected, {plan.Count} planned";
        for (int i = 0; i < Math.Min(plan.Count, weights.Length); i++)
            if (Difference(plan[i], weights[i]) is { } difference)
                yield return $"weight {i} ({plan[i].KerasPath}): {difference}";
    }

    private static string? Difference(PlannedWeight weight, JsonElement expected)
    {
        string path = expected.GetProperty("path").GetString()!;
        if (weight.KerasPath != path)
            return $"path {path} expected";
        long[] shape = [.. expected.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64())];
        if (!weight.Shape.Lengths.SequenceEqual(shape))
            return $"shape ({string.Join(", ", shape)}) expected, {weight.Shape} planned";
        if (weight.ElementType.Name() != expected.GetProperty("dtype").GetString())
            return $"type {expected.GetProperty("dtype")} expected, {weight.ElementType.Name()} planned";
        long? seed = expected.GetProperty("initializer_seed") is { ValueKind: JsonValueKind.Number } number
            ? number.GetInt64()
            : null;
        long? planned = weight.Seeds.Count > 0 ? weight.Seeds[0].Seed : null;
        if (planned != seed)
            return $"seed {seed} expected, {planned} planned";
        if (expected.GetProperty("exact").GetBoolean())
            return Golden.Hash(weight.Values.ToTensor().Bytes) == expected.GetProperty("sha256").GetString()
                ? null
                : "other bytes";
        float[] values = weight.Values.ToTensor().As<float>().ToArray();
        double[] first = [.. expected.GetProperty("first").EnumerateArray().Select(static value => value.GetDouble())];
        for (int i = 0; i < first.Length; i++)
            if (!(Math.Abs(values[i] - first[i]) <= Tolerance))
                return $"{first[i]} expected at {i}, {values[i]} planned";
        return null;
    }
}
