using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;
using Fanwise.Models.PyTorch;
using Fanwise.Models.Seeds;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Layouts;

/// <summary>Weights in PyTorch's layout on their way back: every recorded model that PyTorch has modules for.</summary>
public sealed class UnturnedTensorsTests
{
    private const long MostParameters = 2_000_000,
        SmallSeed = 77;

    private static readonly Dictionary<string, string> NoNames = [];

    private static readonly Lazy<List<(string Name, Model Model, PlanOptions Options)>> Models = new(Turnable);

    [Fact]
    public void EveryWeightOfEveryRecordedModelComesBackByItsNames()
    {
        Models.Value.Count.ShouldBeGreaterThan(40);
        foreach ((string name, Model model, PlanOptions options) in Models.Value)
        {
            WeightPlan keras = model.Plan(SmallSeed, options);
            UnturnedTensors back = UnturnedTensors.Of(
                Stored(keras.InPyTorchLayout()),
                keras,
                KernelLayout.PyTorch,
                NoNames
            )!;
            back.Tensors.Select(static tensor => tensor.Name)
                .ShouldBe(keras.Select(static weight => weight.Name), name);
            foreach ((StoredTensor found, PlannedWeight weight) in back.Tensors.Zip(keras))
            {
                found.Shape.ShouldBe(weight.Shape, name);
                Bytes(found.Values!).SequenceEqual(Bytes(weight.Values)).ShouldBeTrue($"{name}: {weight.Name}");
            }

            // Only what PyTorch adds is left.
            foreach (StoredTensor other in back.Others)
                Bytes(other.Values!).Distinct().Count().ShouldBeLessThanOrEqualTo(4, $"{name}: {other.Name}");
        }
    }

    [Fact]
    public void SeedsOfEveryRecordedModelAreFoundInBothLayoutsWithoutBeingTold()
    {
        int recognised = 0;
        foreach ((string name, Model model, PlanOptions options) in Models.Value)
        {
            WeightPlan keras = model.Plan(SmallSeed, options),
                turned = keras.InPyTorchLayout();
            SeedOptions search = new() { UpTo = 1000 };
            SeedAnswer plain = SeedFinder.Find(Stored(keras), seed => model.Plan(seed, options), search),
                found = SeedFinder.Find(Stored(turned), seed => model.Plan(seed, options), search);
            plain.Layout.ShouldBe(KernelLayout.Keras, name);
            found.RandomSeed.ShouldBe(plain.RandomSeed, name);
            found.Layout.ShouldBe(KernelLayout.PyTorch, name);
            found.Missing.ShouldBe(plain.Missing, name);
            foreach (SeedVerdict verdict in (SeedVerdict[])[SeedVerdict.Found, SeedVerdict.NotInitial])
                found
                    .Tensors.Count(tensor => tensor.Verdict == verdict)
                    .ShouldBe(plain.Tensors.Count(tensor => tensor.Verdict == verdict), name);
            recognised += found.RandomSeed is null ? 0 : 1;
        }

        recognised.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void KerasNamesWithTurnedAxesAndForeignNamesAreRecognised()
    {
        string path = Path.Combine(Golden.Root, "samples", "models", "autoencoder.json");
        Model model = Model.Read(path);
        WeightPlan keras = model.Plan(SmallSeed);
        StoredTensor[] turned = Stored(keras.InPyTorchLayout());
        Func<StoredTensor, int, string>[] namings =
        [
            (tensor, i) => keras[i].Name,
            static (tensor, i) => $"features.{i / 2}.{tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..]}",
            static (_, i) => $"arr_{i}",
        ];
        foreach (Func<StoredTensor, int, string> naming in namings)
        {
            StoredTensor[] named = [.. turned.Select((tensor, i) => tensor with { Name = naming(tensor, i) })];
            SeedAnswer answer = SeedFinder.Find(named, seed => model.Plan(seed), new() { UpTo = 1000 });
            answer.RandomSeed.ShouldBe(SmallSeed);
            answer.Layout.ShouldBe(KernelLayout.PyTorch);
            answer.Missing.ShouldBeEmpty();
            answer
                .Tensors.Select(static tensor => tensor.Name)
                .Order()
                .ShouldBe(named.Select(static t => t.Name).Order());
            answer.Tensors.ShouldAllBe(static tensor =>
                tensor.Verdict == SeedVerdict.Found || tensor.Verdict == SeedVerdict.Constant
            );
        }

        SeedFinder
            .Find(turned, seed => model.Plan(seed), new() { UpTo = 1000, Layout = KernelLayout.Keras })
            .Tensors.ShouldAllBe(static tensor => tensor.Verdict == SeedVerdict.NotSearchable);
    }

    [Fact]
    public void WithoutAModelEveryTurnIsTried()
    {
        Shape gates = [12, 30],
            depthwise = [3, 3, 20, 1];
        Values kernel = Initializers.HeNormal(5).ValuesFor([12, 30], ElementType.Float32),
            channels = Initializers.HeUniform(6).ValuesFor(depthwise, ElementType.Float32);
        StoredTensor[] tensors =
        [
            Of("matrix", new TurnedValues(kernel, [30, 12], [12, 30], [1, 0])),
            Of("gru", PyTorchForms.GateMatrix(kernel, 12, 3, 10)),
            Of("depthwise", new TurnedValues(channels, [20, 1, 3, 3], [3, 3, 20, 1], [2, 3, 0, 1])),
            Of("plain", kernel),
        ];
        gates.Elements.ShouldBe(kernel.Shape.Elements);
        SeedAnswer answer = SeedFinder.Find(tensors, new() { UpTo = 10 });
        answer
            .Tensors.Select(static tensor => $"{tensor.Name} {tensor.Rule} {tensor.Seed}")
            .ShouldBe([
                "matrix HeNormal in PyTorch's layout 5",
                "gru HeNormal in PyTorch's layout 5",
                "depthwise HeUniform in PyTorch's layout 6",
                "plain HeNormal 5",
            ]);
        // A tenth of an accident is three tenths where three turns are tried besides.
        SeedAnswer keras = SeedFinder.Find(tensors[3..], new() { UpTo = 10, Layout = KernelLayout.Keras });
        keras.Tensors[0].Seed.ShouldBe(5);
        answer.Tensors[3].ByChance.ShouldBe(3 * keras.Tensors[0].ByChance, 1e-12 * keras.Tensors[0].ByChance);
    }

    private static List<(string, Model, PlanOptions)> Turnable()
    {
        List<(string, Model, PlanOptions)> models = [];
        foreach (
            JsonElement row in Golden
                .Files("models", "manifest.json")
                .SelectMany(static path => Golden.Read(path).EnumerateArray())
        )
        {
            string name = row.GetProperty("architecture").GetString()!;
            Model model = Model.Read(Golden.Find("models", name));
            PlanOptions options = new() { Generation = ModelGeneration.Parse(row.GetProperty("as").GetString()!) };
            WeightPlan plan = model.Plan(SmallSeed, options);
            if (plan.Parameters > MostParameters || plan.Count == 0 || models.Exists(known => known.Item1 == name))
                continue;
            try
            {
                plan.InPyTorchLayout();
            }
            catch (ModelException)
            {
                continue; // PyTorch has no module for a layer
            }

            models.Add((name, model, options));
        }

        return models;
    }

    private static StoredTensor[] Stored(WeightPlan plan) =>
        [.. plan.Select(static weight => Of(weight.Name, weight.Values))];

    private static StoredTensor Of(string name, Values values) =>
        new(name, values.Shape, values.ElementType.Name(), values.NeedsWhole ? values.Materialize() : values);

    private static byte[] Bytes(Values values)
    {
        byte[] bytes = new byte[values.Bytes];
        values.Fill(0, bytes.AsSpan());
        return bytes;
    }
}
