using System.Text.Json;
using Fanwise.Models.Architectures;
using Fanwise.Models.Checkpoints.Hdf5;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;
using Fanwise.Models.Seeds;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>Files with weights as Keras 3 and tf-keras saved them: <c>.h5</c>, <c>.keras</c>,
/// <c>.weights.h5</c>.</summary>
public sealed class GoldenHdf5Tests
{
    private const int FilesInOwnCopy = 37,
        StartsInOwnCopy = 42,
        SeedsInOwnCopy = 35;

    [Fact]
    public void TheWeightsAreThoseThatKerasHad()
    {
        int seen = 0;
        foreach ((string path, JsonElement record) in Files())
        {
            seen++;
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            checkpoint
                .Tensors.Select(static tensor =>
                    $"{tensor.Shape} {tensor.Type} {Golden.Hash(tensor.Values!.ToTensor().Bytes)}"
                )
                .ShouldBe(Weights(record.GetProperty("weights")), ignoreOrder: true, path);
            checkpoint.HasModel.ShouldBe(record.GetProperty("holds_model").GetBoolean(), path);
        }

        Golden.ShouldHaveSeen(seen, FilesInOwnCopy);
    }

    [Fact]
    public void AWholeFileIsAModelThatStartsAsKerasStartsIt()
    {
        List<string> wrong = [];
        int seen = 0;
        foreach ((string path, JsonElement record) in Files())
        {
            if (!record.TryGetProperty("starts", out JsonElement starts))
                continue;
            foreach (JsonProperty start in starts.EnumerateObject())
            {
                seen++;
                WeightPlan plan = Model
                    .Read(path)
                    .Plan(
                        long.Parse(start.Name, System.Globalization.CultureInfo.InvariantCulture),
                        new PlanOptions { Generation = Generation(record) }
                    );
                JsonElement[] weights = [.. start.Value.EnumerateArray()];
                if (plan.Count != weights.Length)
                    wrong.Add($"{Path.GetFileName(path)}: {plan.Count} weights of {weights.Length}");
                foreach ((PlannedWeight weight, JsonElement expected) in plan.Zip(weights))
                {
                    string found = $"{weight.Shape} {weight.ElementType.Name()}";
                    string wanted = $"{Shape(expected)} {expected.GetProperty("dtype").GetString()}";
                    if (expected.GetProperty("exact").GetBoolean())
                    {
                        found += Golden.Hash(weight.Values.ToTensor().Bytes);
                        wanted += expected.GetProperty("sha256").GetString();
                    }

                    if (found != wanted)
                        wrong.Add(
                            $"{Path.GetFileName(path)}, seed {start.Name}: {weight.Name} is {found}, not {wanted}"
                        );
                }
            }
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(seen, StartsInOwnCopy);
    }

    [Fact]
    public void EveryFileIsCompleteAndHasExactlyTheWeightsOfItsModel()
    {
        List<string> wrong = [];
        foreach ((string path, JsonElement record) in Files())
        {
            CheckpointVerifier.Verify(path).Tensors.ShouldBe(record.GetProperty("weights").GetArrayLength(), path);
            WeightPlan plan = ModelOf(path).Plan(0, new PlanOptions { Generation = Generation(record) });
            CheckpointReport report = CheckpointVerifier.Verify(path, plan);
            // The seed is another one; the tensors must still be the model's.
            if (report.FirstDifference is { Index: null } difference)
                wrong.Add($"{Path.GetFileName(path)}: {difference}");
            if (report.ComparedBytes != plan.Bytes)
                wrong.Add($"{Path.GetFileName(path)}: {report.ComparedBytes} bytes of {plan.Bytes} compared");
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void TheSeedOfAStartIsFoundFromTheFileAlone()
    {
        List<string> wrong = [];
        int seen = 0;
        foreach ((string path, JsonElement record) in Files())
        {
            if (record.GetProperty("seed").ValueKind == JsonValueKind.Null)
                continue;
            seen++;
            Model model = ModelOf(path);
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            SeedAnswer answer = SeedFinder.Find(
                checkpoint.Tensors,
                seed => model.Plan(seed, new PlanOptions { Generation = Generation(record) }),
                new SeedOptions { RandomSeedUpTo = 100_000 }
            );
            if (answer.RandomSeed != record.GetProperty("seed").GetInt64())
                wrong.Add($"{Path.GetFileName(path)}: {answer.RandomSeed}; {answer.Explanation}");
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(seen, SeedsInOwnCopy);
    }

    /// <summary>Names that Keras counts depend on what a program made before; Keras then loads in order, and so is it
    /// read.</summary>
    [Fact]
    public void LayersWithOtherNamesAreTakenInTheirOrder()
    {
        foreach (string path in Golden.Files("h5", "tfkeras_mlp_weights.h5"))
        {
            using FileSource source = FileSource.Open(Golden.Find("h5", "tfkeras_mlp.h5"));
            string json = Hdf5File.ReadRoot(source).Strings("model_config")![0];
            foreach (string name in (string[])["hidden", "batch_normalization", "classes"])
                json = json.Replace($"\"{name}\"", $"\"{name}_7\"", StringComparison.Ordinal);
            Model model = new(Hdf5Model.Read(json, "2.21.0"));
            PlanOptions options = new() { Generation = ModelGeneration.TfKeras215 };
            CheckpointVerifier.Verify(path, model.Plan(42, options)).Holds.ShouldBeTrue();
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            SeedFinder
                .Find(checkpoint.Tensors, seed => model.Plan(seed, options), new SeedOptions())
                .RandomSeed.ShouldBe(42);
        }
    }

    private static IEnumerable<(string Path, JsonElement Record)> Files() =>
        Golden.Files("h5", "*.json").Select(static path => (path[..^".json".Length], Golden.Read(path)));

    /// <summary>The model of a file; for weights alone, that of the file with the same beginning.</summary>
    private static Model ModelOf(string path) =>
        Model.Read(
            path.Replace(".weights.h5", ".h5", StringComparison.Ordinal)
                .Replace("_weights.h5", ".h5", StringComparison.Ordinal)
        );

    private static ModelGeneration Generation(JsonElement record) =>
        record.GetProperty("saved_by").GetString()!.StartsWith("tf_keras", StringComparison.Ordinal)
            ? ModelGeneration.TfKeras215
            : ModelGeneration.Keras;

    private static IEnumerable<string> Weights(JsonElement list) =>
        list.EnumerateArray()
            .Select(static weight =>
                $"{Shape(weight)} {weight.GetProperty("dtype").GetString()} {weight.GetProperty("sha256").GetString()}"
            );

    private static Shape Shape(JsonElement weight) =>
        Fanwise.Shape.Create(weight.GetProperty("shape").EnumerateArray().Select(static l => l.GetInt64()).ToArray());
}
