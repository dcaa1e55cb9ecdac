using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Models.Programs;
using Fanwise.Models.Seeds;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Seeds;

/// <summary>Seeds of PyTorch's, JAX's and NumPy's numbers.</summary>
public class GeneratorSeedsTests
{
    private const long MostParameters = 1_000_000;

    private static readonly SeedOptions Options = new() { UpTo = 200_000, RandomSeedUpTo = 200_000 };

    private static readonly Func<long, Backend, RandomInitializer>[] Named =
    [
        Initializers.GlorotUniform,
        Initializers.HeNormal,
        Initializers.RandomUniform,
        Initializers.RandomNormal,
        Initializers.TruncatedNormal,
    ];

    [Theory]
    [InlineData(Backend.Torch, ElementType.Float32)]
    [InlineData(Backend.Torch, ElementType.Float64)]
    [InlineData(Backend.Torch, ElementType.Float16)]
    [InlineData(Backend.Torch, ElementType.BFloat16)]
    [InlineData(Backend.Jax, ElementType.Float32)]
    [InlineData(Backend.Jax, ElementType.Float16)]
    [InlineData(Backend.Jax, ElementType.BFloat16)]
    public void TheSeedOfEveryNamedInitializerIsFound(Backend backend, ElementType type)
    {
        for (int i = 0; i < Named.Length; i++)
        {
            long seed = 123_456 + i;
            RandomInitializer made = Named[i](seed, backend);
            SeedAnswer answer = SeedFinder.Find(
                [Stored("kernel", made.ValuesFor([24, 36], type))],
                Options with
                {
                    Backend = backend,
                }
            );
            answer.Tensors[0].Verdict.ShouldBe(SeedVerdict.Found, $"{made}");
            answer.Tensors[0].Seed.ShouldBe(seed);
            answer.Tensors[0].Rule.ShouldBe(made.GetType() == typeof(VarianceScaling) ? Rule(i) : made.GetType().Name);
        }

        static string Rule(int i) => i == 0 ? "GlorotUniform" : "HeNormal";
    }

    [Theory]
    [InlineData("models-torch", Backend.Torch, 66)]
    [InlineData("models-jax", Backend.Jax, 67)]
    [InlineData("models-numpy", Backend.NumPy, 65)]
    [Trait("Category", "Golden")]
    public void TheValueOfSetRandomSeedIsFoundForRecordedModels(string kind, Backend backend, int models)
    {
        int found = 0;
        List<string> wrong = [];
        foreach (
            JsonElement row in Golden
                .Files("models", "manifest.json")
                .SelectMany(static path => Golden.Read(path).EnumerateArray())
        )
        {
            string name = row.GetProperty("record").GetString()!;
            if (row.GetProperty("as").GetString() != "keras" || !Golden.Files(kind, name).Any())
                continue;
            PlanOptions options = new() { Backend = backend };
            Model model = Model.Read(Golden.Find("models", row.GetProperty("architecture").GetString()!));
            long seed = 4_321 + found;
            WeightPlan plan;
            try
            {
                plan = model.Plan(seed, options);
            }
            catch (ModelException)
            {
                continue; // the backend refuses the model
            }

            bool tells = plan.Any(static weight =>
                weight.Values is not FactorValues
                && weight.Values.Reseeded(0) is not null
                && weight.Seeds is [{ DrawnAt: not null, Use: 0 }]
                && weight.Shape.Elements >= 64
            );
            if (!tells || plan.Parameters > MostParameters)
                continue;
            SeedAnswer answer = SeedFinder.Find(
                [.. plan.Select(static weight => Stored(weight.Name, weight.Values))],
                value => model.Plan(value, options),
                Options with
                {
                    Backend = backend,
                }
            );
            found++;
            if (answer.RandomSeed != seed)
                wrong.Add($"{name}: {answer.RandomSeed}, {answer.Explanation}");
            foreach ((TensorSeed tensor, PlannedWeight weight) in answer.Tensors.Zip(plan))
                if (weight.Seeds.Count > 0 && weight.Shape.Elements > 0 && tensor.Verdict != SeedVerdict.Found)
                    wrong.Add($"{name}, {tensor.Name}: {tensor.Explanation}");
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(found, models);
    }

    [Fact]
    public void TheSeedOfTorchIsFoundForEveryRecordedProgram()
    {
        int found = 0;
        foreach (string path in Golden.Files("transformers", "*-5.18.0.json"))
        {
            JsonElement record = Golden.Read(path);
            string release = record.GetProperty("made_with").GetProperty("transformers").GetString()!;
            foreach (JsonElement model in record.GetProperty("models").EnumerateArray().Take(2))
            foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.BFloat16])
            {
                ProgramOptions options = new()
                {
                    Architecture = model.GetProperty("class").GetString(),
                    ElementType = type,
                };
                WeightPlan Plan(uint seed) =>
                    TransformersPrograms.Plan(model.GetProperty("config").GetRawText(), release, seed, options);
                uint seed = 3000 + (uint)found;
                WeightPlan plan;
                try
                {
                    plan = Plan(seed);
                }
                catch (ModelException)
                {
                    break; // a family that starts by rules
                }

                SeedAnswer answer = SeedFinder.FindOfProgram(
                    [.. plan.Select(static weight => Stored(weight.Name, weight.Values))],
                    Plan,
                    Options
                );
                answer.RandomSeed.ShouldBe(seed, $"{Path.GetFileName(path)}, {model.GetProperty("id")}");
                answer.Tensors.ShouldAllBe(static tensor =>
                    tensor.Verdict == SeedVerdict.Found || tensor.Verdict == SeedVerdict.Constant
                );
                found++;
            }
        }

        Golden.ShouldHaveSeen(found, 50);
    }

    [Fact]
    public void AProgramWithTrainedTensorsIsFoundByTheOthersAndOneOfNoSeedIsSaid()
    {
        const string config = """
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 32, "intermediate_size": 64,
             "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 128}
            """;
        WeightPlan Plan(uint seed) => TransformersPrograms.Plan(config, "5.18", seed, new());
        WeightPlan plan = Plan(99);
        StoredTensor[] tensors = [.. plan.Select(static weight => Stored(weight.Name, weight.Values))];
        tensors[0] = Stored(
            tensors[0].Name,
            Initializers.RandomNormal(3).ValuesFor(plan[0].Shape, ElementType.Float32)
        );

        SeedAnswer answer = SeedFinder.FindOfProgram(tensors, Plan, Options);
        answer.RandomSeed.ShouldBe(99);
        answer.Tensors[0].Verdict.ShouldBe(SeedVerdict.NotInitial);
        answer.Explanation.ShouldBe(
            $"torch.manual_seed(99) draws {plan.Count(static weight => weight.Seeds.Count > 0) - 1} of the "
                + $"{plan.Count(static weight => weight.Seeds.Count > 0)} random tensors."
        );

        SeedAnswer none = SeedFinder.FindOfProgram(tensors, Plan, Options with { RandomSeedUpTo = 98 });
        none.RandomSeed.ShouldBeNull();
        none.Explanation.ShouldBe("No value of torch.manual_seed from 0 to 98 draws one of the random tensors.");
    }

    private static StoredTensor Stored(string name, Values values) =>
        new(name, values.Shape, values.ElementType.Name(), values.Materialize());
}
