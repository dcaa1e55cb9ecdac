using System.Runtime.InteropServices;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Models.Seeds;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Seeds;

public class SeedFinderTests
{
    /// <summary>Larger recorded models say nothing more here.</summary>
    private const long MostParameters = 5_000_000;

    private static readonly SeedOptions Options = new() { UpTo = 200_000 };

    [Fact]
    public void TheValueOfSetRandomSeedIsFoundForEveryRecordedModel()
    {
        int found = 0;
        List<string> wrong = [];

        foreach (
            JsonElement row in Golden
                .Files("models", "manifest.json")
                .SelectMany(static path => Golden.Read(path).EnumerateArray())
        )
        {
            string record = row.GetProperty("record").GetString()!;
            Model model = Model.Read(Golden.Find("models", row.GetProperty("architecture").GetString()!));
            PlanOptions options = new() { Generation = ModelGeneration.Parse(row.GetProperty("as").GetString()!) };
            // Other values are far up; the search for them is tested below.
            foreach (
                JsonElement run in Golden
                    .Read(Golden.Find("models", record))
                    .GetProperty("runs")
                    .EnumerateArray()
                    .Where(static run => run.GetProperty("seed").GetInt64() < 10_000)
            )
            {
                long seed = run.GetProperty("seed").GetInt64();
                WeightPlan plan = model.Plan(seed, options);
                if (plan.Parameters > MostParameters)
                    break;
                SeedAnswer answer = SeedFinder.Find(Stored(plan), value => model.Plan(value, options), Options);
                // A model whose tensors are all orthogonal, tiny or given seeds does not tell.
                bool tells = plan.Any(static weight =>
                    weight.Values is DrawnValues
                    && weight.Seeds is [{ DrawnAt: not null, Use: 0 }]
                    && weight.Shape.Elements >= 8
                );
                if (
                    answer.RandomSeed
                    != (
                        tells ? seed
                        : answer.RandomSeed is null ? null
                        : seed
                    )
                )
                    wrong.Add($"{record}, {seed}: {answer.RandomSeed} ({answer.Explanation})");
                if (answer.RandomSeed is null)
                    continue;
                found++;
                foreach ((TensorSeed tensor, PlannedWeight weight) in answer.Tensors.Zip(plan))
                {
                    if (
                        tensor.Verdict
                        != (
                            weight.Seeds.Count > 0 && weight.Shape.Elements > 0
                                ? SeedVerdict.Found
                                : SeedVerdict.Constant
                        )
                    )
                        wrong.Add($"{record}, {seed}, {tensor.Name}: {tensor.Explanation}");
                    if (tensor.Verdict == SeedVerdict.Found && tensor.Seed != weight.Seeds[0].Seed)
                        wrong.Add($"{record}, {seed}, {tensor.Name}: seed {tensor.Seed}");
                }
            }
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(found, 381);
    }

    [Fact]
    public void WithoutAModelTheNamedInitializersAreTried()
    {
        Dictionary<string, RandomInitializer> made = new()
        {
            ["GlorotUniform"] = Initializers.GlorotUniform(101),
            ["GlorotNormal"] = Initializers.GlorotNormal(102),
            ["HeUniform"] = Initializers.HeUniform(103),
            ["HeNormal"] = Initializers.HeNormal(104),
            ["LecunUniform"] = Initializers.LecunUniform(105),
            ["LecunNormal"] = Initializers.LecunNormal(106),
            ["RandomUniform"] = Initializers.RandomUniform(107),
            ["RandomNormal"] = Initializers.RandomNormal(108),
            ["TruncatedNormal"] = Initializers.TruncatedNormal(109),
        };
        foreach (
            ElementType type in (ElementType[])
                [ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16]
        )
        {
            SeedAnswer answer = SeedFinder.Find(
                [.. made.Select(pair => Stored(pair.Key, pair.Value.ValuesFor([3, 3, 16, 24], type)))],
                Options
            );
            answer.Tensors.ShouldAllBe(static tensor =>
                tensor.Verdict == SeedVerdict.Found && tensor.Rule == tensor.Name && tensor.ByChance < 1e-9
            );
            answer
                .Tensors.Select(static tensor => tensor.Seed)
                .ShouldBe(made.Values.Select(static initializer => initializer.Seed));
            answer.RandomSeed.ShouldBeNull();
        }
    }

    [Fact]
    public void RulesThatDrawAlikeAreNamedTogether() =>
        SeedFinder
            .Find([Stored("square", Initializers.LecunUniform(5).ValuesFor([20, 20], ElementType.Float32))], Options)
            .Tensors[0]
            .Rule.ShouldBe("GlorotUniform or LecunUniform");

    [Fact]
    public void WhatCannotBeToldIsNamed()
    {
        float[] trained = new float[600];
        Initializers.HeNormal(3).Fill<float>([30, 20], trained);
        for (int i = 0; i < trained.Length; i++)
            trained[i] -= 1e-3f * MathF.Tanh(trained[i]);
        Dictionary<string, (StoredTensor Tensor, SeedVerdict Verdict)> asked = new()
        {
            ["trained"] = (
                Stored(
                    "trained",
                    new HeldValues([30, 20], ElementType.Float32, MemoryMarshal.AsBytes(trained.AsSpan()).ToArray())
                ),
                SeedVerdict.NotInitial
            ),
            ["orthogonal"] = (
                Stored("orthogonal", Initializers.Orthogonal(3).ValuesFor([30, 20], ElementType.Float32)),
                SeedVerdict.NotSearchable
            ),
            ["wide orthogonal"] = (
                Stored("wide orthogonal", Initializers.Orthogonal(2.0, 3).ValuesFor([20, 90], ElementType.Float16)),
                SeedVerdict.NotSearchable
            ),
            ["zeros"] = (
                Stored("zeros", Initializers.Zeros.ValuesFor([30], ElementType.Float32)),
                SeedVerdict.Constant
            ),
            ["ones"] = (Stored("ones", Initializers.Ones.ValuesFor([30], ElementType.Float64)), SeedVerdict.Constant),
            ["empty"] = (
                Stored("empty", Initializers.HeNormal(3).ValuesFor([0, 4], ElementType.Float64)),
                SeedVerdict.Constant
            ),
            ["integers"] = (
                Stored("integers", Initializers.Constant(3).ValuesFor([5], ElementType.Int64)),
                SeedVerdict.NotSearchable
            ),
            ["beyond"] = (
                Stored("beyond", Initializers.GlorotUniform(200_001).ValuesFor([30, 20], ElementType.Float32)),
                SeedVerdict.NotFound
            ),
        };
        SeedAnswer answer = SeedFinder.Find([.. asked.Values.Select(static value => value.Tensor)], Options);
        foreach (TensorSeed tensor in answer.Tensors)
        {
            tensor.Verdict.ShouldBe(asked[tensor.Name].Verdict, tensor.Name);
            tensor.Seed.ShouldBeNull();
            tensor.Explanation.ShouldEndWith(".");
        }
    }

    [Fact]
    public void OneElementIsMadeByAsManySeedsAsItsFractionIsRare()
    {
        TensorSeed answer = SeedFinder
            .Find(
                [Stored("scalar", Initializers.GlorotUniform(3).ValuesFor([], ElementType.Float32))],
                new SeedOptions()
            )
            .Tensors[0];
        answer.Verdict.ShouldBe(SeedVerdict.TooFew);
        answer.Explanation.ShouldStartWith(
            "Too few elements: 119.2 or more of the seeds from 0 to 1000000000 make them by GlorotUniform"
        ); // 10^9 / 2^23
    }

    [Fact]
    public void TrainedTensorsOfAModelAreToldFromUntouchedOnes()
    {
        Model model = Small();
        WeightPlan plan = model.Plan(77);
        StoredTensor[] tensors =
        [
            .. plan.Select(
                (weight, i) =>
                    i == 0 ? Stored(weight.Name, Perturbed(weight.Values)) : Stored(weight.Name, weight.Values)
            ),
        ];
        SeedAnswer answer = SeedFinder.Find(tensors, model.Plan, Options);
        answer.RandomSeed.ShouldBe(77);
        answer.Tensors[0].Verdict.ShouldBe(SeedVerdict.NotInitial);
        answer
            .Tensors.Skip(1)
            .ShouldAllBe(static tensor =>
                tensor.Verdict == SeedVerdict.Found || tensor.Verdict == SeedVerdict.Constant
            );
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50_001)]
    [InlineData(123_456)]
    public void ALargerValueIsFoundByTheSeedsOfItsTensors(long value)
    {
        Model model = Small();
        WeightPlan plan = model.Plan(value);
        (int DrawnAt, long Seed)[] drawn =
        [
            .. plan.Where(static weight => weight.Seeds is [{ DrawnAt: not null }])
                .Select(static weight => (weight.Seeds[0].DrawnAt!.Value, weight.Seeds[0].Seed)),
        ];
        foreach ((int at, long seed) in drawn)
        {
            int tested = 0;
            RandomSeedSearch
                .Run(
                    at - 1,
                    seed,
                    candidate =>
                    {
                        Interlocked.Increment(ref tested);
                        return RandomSeedSearch.Draws(candidate, at)[at - 1] == seed;
                    },
                    new SeedOptions { RandomSeedUpTo = 200_000 },
                    default
                )
                .ShouldBe(value);
            tested.ShouldBeLessThan(4);
        }

        RandomSeedSearch
            .Run(
                drawn[0].DrawnAt - 1,
                drawn[0].Seed,
                static _ => true,
                new SeedOptions { RandomSeedUpTo = value - 1 },
                default
            )
            .ShouldBeNull();
    }

    [Fact]
    public void ADrawIsLookedForWhereItCanBe()
    {
        // How many words the generator takes for a draw and all before it, over many values.
        foreach (int draw in (int[])[0, 2, 50])
        {
            (int from, int to) = RandomSeedSearch.Window(draw);
            from.ShouldBe(draw);
            for (long value = 0; value < 300; value++)
            {
                Streams.PythonRandom random = new(value);
                int words = 0;
                for (int accepted = 0; accepted <= draw; words++)
                    if (random.NextInteger(0, uint.MaxValue - 1L) >> 2 < 1_000_000_000)
                        accepted++;
                words.ShouldBeInRange(from + 1, to);
            }
        }
    }

    [Fact]
    public void NamesAndShapesThatTheModelLacksAreSaid()
    {
        Model model = Small();
        WeightPlan plan = model.Plan(1);
        StoredTensor[] tensors =
        [
            Stored("other", plan[0].Values),
            Stored(plan[0].Name, Initializers.GlorotUniform(3).ValuesFor([3, 1], ElementType.Float32)),
        ];
        SeedAnswer answer = SeedFinder.Find(tensors, model.Plan, Options);
        answer.Tensors[0].Explanation.ShouldBe("The model has no weight of this name.");
        answer.Tensors[1].Explanation.ShouldBe($"The model's weight of this name is {plan[0].Shape} of float32.");
        answer.Missing.ShouldBe(plan.Select(static weight => weight.Name));
        answer.Explanation.ShouldBe(
            "No seed of an initializer was found, so nothing tells the value of set_random_seed."
        );
    }

    [Fact]
    public void AFileIsReadAsItIsWritten()
    {
        string folder = Directory.CreateTempSubdirectory("fanwise").FullName;
        try
        {
            WeightPlan plan = Small().Plan(9);
            string path = Path.Combine(folder, "model.safetensors");
            CheckpointFormat.Of(path).Write(plan, path, new WriteOptions());
            foreach (string place in (string[])[path, folder])
            {
                using CheckpointReader reader = CheckpointReader.Open(place);
                reader
                    .Tensors.Select(static tensor => tensor.Name)
                    .ShouldBe(plan.Select(static weight => weight.Name), ignoreOrder: true);
                SeedFinder.Find(reader.Tensors, Small().Plan, Options).RandomSeed.ShouldBe(9);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A small model with more than one kind of draw.</summary>
    private static Model Small() =>
        Golden
            .Files("models", "manifest.json")
            .SelectMany(static path => Golden.Read(path).EnumerateArray())
            .Where(static row =>
                row.GetProperty("form").GetString() == "keras3" && row.GetProperty("as").GetString() == "keras"
            )
            .Select(static row => Model.Read(Golden.Find("models", row.GetProperty("architecture").GetString()!)))
            .First(static model =>
                model.Plan(0) is { Parameters: < 100_000 } plan
                && plan.Count(static weight =>
                    weight.Values is DrawnValues
                    && weight.Seeds is [{ DrawnAt: not null }]
                    && weight.Shape.Elements > 20
                ) >= 3
                && plan[0].Values is DrawnValues
                && plan[0].Shape.Elements > 20
            );

    private static StoredTensor[] Stored(WeightPlan plan) =>
        [.. plan.Select(static weight => Stored(weight.Name, weight.Values))];

    private static StoredTensor Stored(string name, Values values) =>
        new(name, values.Shape, values.ElementType.Name(), values.Materialize());

    private static HeldValues Perturbed(Values values)
    {
        byte[] bytes = values.ToTensor().Bytes.ToArray();
        for (int i = 0; i < bytes.Length; i += values.ElementType.Size())
            bytes[i] += 3;
        return new(values.Shape, values.ElementType, bytes);
    }

    private sealed record HeldValues(Shape Shape, ElementType ElementType, byte[] Held) : Values(Shape, ElementType)
    {
        protected override void WriteIdentity(IdentityWriter writer) => writer.Write(Held);

        protected override void FillSlice(long start, Span<byte> destination) =>
            Held.AsSpan((int)start * ElementType.Size(), destination.Length).CopyTo(destination);
    }
}
