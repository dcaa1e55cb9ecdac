using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Every weight of every recorded model under every recorded seed is what Python Keras makes: order, name,
/// shape, type, seed, bytes; and as many seeds are drawn.</summary>
public class GoldenModelsTests(ITestOutputHelper output)
{
    private const int ModelsInOwnCopy = 199,
        VersionsInOwnCopy = 106;

    /// <summary>TensorFlow's QR factor and its sine for spectrograms differ from ours in last bits. In float16 it
    /// decomposes in that type, whose steps are 2^-11: eight of them.</summary>
    private const double Tolerance = 1e-5,
        HalfTolerance = 4e-3;

    /// <summary>A recorded model: the files, and whose start it is.</summary>
    private sealed record Recorded(string Record, string Architecture, string As);

    [Fact]
    public void EveryWeightOfEveryRecordedModelIsKerasOwn() =>
        CompareAll(
            [
                .. Golden
                    .Files("models", "manifest.json")
                    .SelectMany(static path => Golden.Read(path).EnumerateArray())
                    .Select(static row => new Recorded(
                        Golden.Find("models", row.GetProperty("record").GetString()!),
                        Golden.Find("models", row.GetProperty("architecture").GetString()!),
                        row.GetProperty("as").GetString()!
                    )),
            ],
            ModelsInOwnCopy
        );

    [Fact]
    public void EveryWeightIsThatOfTheReleaseThatReadTheModel()
    {
        const string kind = "models-versions",
            ending = ".weights.json";
        string folder = Path.Combine(Golden.Folder, kind);
        List<Recorded> records = [];
        foreach (string release in Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [])
        foreach (string record in Directory.EnumerateFiles(release, "*" + ending))
        {
            string version = Golden.Read(record).GetProperty("made_with").GetProperty("keras").GetString()!,
                stem = record[..^ending.Length];
            records.Add(
                new(
                    record,
                    File.Exists(stem + ".keras") ? stem + ".keras" : stem + ".json",
                    (version.StartsWith('2') ? "tf-keras-" : "keras-") + version
                )
            );
        }

        CompareAll(records, VersionsInOwnCopy);
    }

    private void CompareAll(IReadOnlyCollection<Recorded> records, int inOwnCopy)
    {
        List<string> wrong = [];
        int weights = 0;
        Lock gate = new();
        Parallel.ForEach(
            records,
            recorded =>
            {
                List<string> differences = [];
                int compared = 0;
                try
                {
                    compared = Compare(recorded, differences);
                }
                catch (Exception error) when (error is ModelException or InitializerException)
                {
                    differences.Add(error.Message);
                }

                lock (gate)
                {
                    weights += compared;
                    string name = $"{Path.GetFileName(recorded.Record)} as {recorded.As}";
                    wrong.AddRange(differences.Take(4).Select(difference => $"{name}: {difference}"));
                }
            }
        );

        output.WriteLine($"{records.Count} records, {weights} weights compared");
        Golden.ShouldHaveSeen(records.Count, inOwnCopy);
        wrong.ShouldBeEmpty();
    }

    private static int Compare(Recorded recorded, List<string> wrong)
    {
        JsonElement record = Golden.Read(recorded.Record);
        Model model = Model.Read(recorded.Architecture);
        PlanOptions options = new() { Generation = ModelGeneration.Parse(recorded.As) };
        if (record.TryGetProperty("patch", out _) && model.Notes.Count == 0)
            wrong.Add("a file that Keras 3 refuses is read without a note");
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
            type = expected.GetProperty("dtype").GetString()!;
        long[] shape = [.. expected.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64())];
        if (weight.Variable != name)
            return $"name {name} expected, {weight.Variable} planned";
        if (!weight.Shape.Lengths.SequenceEqual(shape))
            return $"shape ({string.Join(", ", shape)}) expected, {weight.Shape} planned";
        if (weight.ElementType.Name() != type)
            return $"type {type} expected, {weight.ElementType.Name()} planned";
        if (weight.Trainable != expected.GetProperty("trainable").GetBoolean())
            return $"trainable {expected.GetProperty("trainable")} expected";
        JsonElement seed = expected.GetProperty("initializer_seed");
        if (
            seed.ValueKind == JsonValueKind.Number
            && (weight.Seeds.Count == 0 || weight.Seeds[0].Seed != seed.GetInt64())
        )
            return $"seed {seed} expected, {string.Join(", ", weight.Seeds)} planned";
        if (expected.TryGetProperty("initializer_count", out JsonElement use) && weight.Seeds[0].Use != use.GetInt64())
            return $"use {use} of the generator expected, {weight.Seeds[0]} planned";
        if (seed.ValueKind == JsonValueKind.Null && weight.Seeds.Count > 0)
            return $"no seed expected, {string.Join(", ", weight.Seeds)} planned";
        if (expected.GetProperty("exact").GetBoolean())
            return Golden.Hash(weight.Values.ToTensor().Bytes) == expected.GetProperty("sha256").GetString()
                ? null
                : $"other bytes ({weight.InitializerName}, {string.Join(", ", weight.Seeds)})";
        if (
            weight.Values is OrthogonalValues orthogonal
            && Golden.Hash(orthogonal.NormalMatrix.ToTensor().Bytes)
                != expected.GetProperty("normal_sha256").GetString()
        )
            return "other normals below the orthogonal matrix";
        return NearValues(weight, expected);
    }

    private static string? NearValues(PlannedWeight weight, JsonElement expected)
    {
        double[] values = Doubles(weight.Values.ToTensor());
        int stride = expected.GetProperty("stride").GetInt32(),
            index = 0;
        double tolerance = weight.ElementType is ElementType.Float16 ? HalfTolerance : Tolerance;
        foreach (JsonElement value in expected.GetProperty("values").EnumerateArray())
        {
            double difference = Math.Abs(values[index] - value.GetDouble());
            if (!(difference <= tolerance))
                return $"element {index}: {value} expected, {values[index]} planned";
            index += stride;
        }

        return null;
    }

    private static double[] Doubles(TypedTensor tensor) =>
        tensor.ElementType switch
        {
            ElementType.Float32 => Array.ConvertAll(tensor.As<float>().ToArray(), static value => (double)value),
            ElementType.Float64 => tensor.As<double>().ToArray(),
            ElementType.Float16 => Array.ConvertAll(tensor.As<Half>().ToArray(), static value => (double)value),
            _ => throw new InvalidOperationException(tensor.ElementType.Name()),
        };
}
