using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>The recorded models on Keras' other backends: order, name, shape, type, seed and bytes of every weight are
/// the backend's; what Keras refuses there is refused.</summary>
public class GoldenBackendModelsTests
{
    /// <summary>An orthonormal factor that the backend decomposes in float32, and windows of spectrograms, whose sine
    /// is the backend's.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(Backend.Jax, 190, 9735)]
    [InlineData(Backend.Torch, 187, 9705)]
    [InlineData(Backend.NumPy, 188, 9651)]
    public void EveryWeightOfEveryRecordedModelIsTheBackends(Backend backend, int inOwnCopy, int weightsInOwnCopy)
    {
        int records = 0,
            weights = 0;
        List<string> wrong = [];
        foreach (string path in Golden.Files($"models-{backend.Name()}", "manifest.json"))
            Parallel.ForEach(
                Golden.Read(path).GetProperty("records").EnumerateArray(),
                row =>
                {
                    List<string> differences = [];
                    int compared = 0;
                    try
                    {
                        compared = Compare(row, backend, differences);
                    }
                    catch (Exception error) when (error is ModelException or InitializerException)
                    {
                        differences.Add(error.Message);
                    }

                    lock (wrong)
                    {
                        records++;
                        weights += compared;
                        wrong.AddRange(differences.Take(4).Select(text => $"{row.GetProperty("record")}: {text}"));
                    }
                }
            );

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(records, inOwnCopy);
        Golden.ShouldHaveSeen(weights, weightsInOwnCopy);
    }

    [Theory]
    [InlineData(Backend.Jax, 6)]
    [InlineData(Backend.Torch, 9)]
    [InlineData(Backend.NumPy, 8)]
    public void WhatKerasRefusesOnABackendIsRefused(Backend backend, int inOwnCopy)
    {
        int seen = 0;
        foreach (string path in Golden.Files($"models-{backend.Name()}", "manifest.json"))
        foreach (JsonElement row in Golden.Read(path).GetProperty("refused").EnumerateArray())
        {
            string name = row[0].GetString()!;
            string file = Golden
                .Files("models", $"{name}*")
                .Single(file => Path.GetFileNameWithoutExtension(file) == name);
            Model model = Model.Read(file);
            long seed = row.GetArrayLength() > 2 ? row[2][0].GetInt64() : 42;
            ModelException error = Should.Throw<ModelException>(
                () => model.Plan(seed, new() { Backend = backend }),
                name
            );
            error.Message.ShouldContain(backend.Name(), customMessage: name);
            seen++;
        }

        Golden.ShouldHaveSeen(seen, inOwnCopy);
    }

    private static int Compare(JsonElement row, Backend backend, List<string> wrong)
    {
        JsonElement record = Golden.Read(
            Golden.Find($"models-{backend.Name()}", row.GetProperty("record").GetString()!)
        );
        Model model = Model.Read(Golden.Find("models", row.GetProperty("architecture").GetString()!));
        PlanOptions options = new()
        {
            Generation = ModelGeneration.Parse(row.GetProperty("as").GetString()!),
            Backend = backend,
        };
        int weights = 0;
        foreach (JsonElement run in record.GetProperty("runs").EnumerateArray())
        {
            long seed = run.GetProperty("seed").GetInt64();
            WeightPlan plan = model.Plan(seed, options);
            JsonElement[] expected = [.. run.GetProperty("weights").EnumerateArray()];
            if (plan.Draws != run.GetProperty("draws").GetInt32())
                wrong.Add($"seed {seed}: {run.GetProperty("draws")} draws expected, {plan.Draws} made");
            if (plan.Count != expected.Length)
                wrong.Add($"seed {seed}: {expected.Length} weights expected, {plan.Count} planned");
            for (int i = 0; i < Math.Min(plan.Count, expected.Length); i++, weights++)
                if (Difference(plan[i], expected[i]) is { } difference)
                    wrong.Add($"seed {seed}, weight {i} ({plan[i].Name}): {difference}");
        }

        return weights;
    }

    private static string? Difference(PlannedWeight weight, JsonElement expected)
    {
        string name = expected.GetProperty("name").GetString()!,
            type = expected.TryGetProperty("array_dtype", out JsonElement array)
                ? array.GetString()!
                : expected.GetProperty("dtype").GetString()!;
        long[] shape = [.. expected.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64())];
        if (weight.Variable != name)
            return $"name {name} expected, {weight.Variable} planned";
        if (!weight.Shape.Lengths.SequenceEqual(shape))
            return $"shape ({string.Join(", ", shape)}) expected, {weight.Shape} planned";
        if (weight.ElementType.Name() != type)
            return $"type {type} expected, {weight.ElementType.Name()} planned";
        JsonElement seed = expected.GetProperty("initializer_seed");
        if (
            seed.ValueKind == JsonValueKind.Number
            && (weight.Seeds.Count == 0 || weight.Seeds[0].Seed != seed.GetInt64())
        )
            return $"seed {seed} expected, {string.Join(", ", weight.Seeds)} planned";
        TypedTensor tensor = weight.Values.ToTensor();
        if (Golden.Hash(tensor.Bytes) == expected.GetProperty("sha256").GetString())
            return null;
        string inexact = expected.TryGetProperty("inexact", out JsonElement why) ? why.GetString()! : "";
        // float16 of a processor without instructions for it is drawn, and NumPy decomposes in double: both exactly.
        if (inexact is "" or "isa" || expected.TryGetProperty("double_qr", out _))
            return $"other bytes ({weight.InitializerName}, {string.Join(", ", weight.Seeds)})";
        if (
            weight.Values is FactorValues factor
            && Golden.Hash(factor.Normals.ToTensor().Bytes) != expected.GetProperty("normal_sha256").GetString()
        )
            return "other normals below the orthogonal matrix";
        int stride = expected.GetProperty("stride").GetInt32(),
            index = 0;
        foreach (JsonElement value in expected.GetProperty("values").EnumerateArray())
        {
            double made = weight.ElementType.Read(tensor.Bytes[(index * weight.ElementType.Size())..]);
            // A negative number has no root: the record has null.
            if (value.ValueKind == JsonValueKind.Null ? !double.IsNaN(made) : Far(made, value.GetDouble()))
                return $"element {index}: {value} expected, {made} planned";
            index += stride;
        }

        return null;
    }

    private static bool Far(double made, double expected) => !(Math.Abs(made - expected) <= Tolerance);
}
