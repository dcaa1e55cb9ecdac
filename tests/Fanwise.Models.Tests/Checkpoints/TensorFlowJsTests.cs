using System.Text.Json;
using Fanwise.Models.Checkpoints.TensorFlowJs;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>TensorFlow.js loads what is written for it: the same bytes, and a model that runs.</summary>
public sealed class TensorFlowJsTests(ITestOutputHelper output) : IDisposable
{
    private const string OneLayer =
        """{"class_name":"Sequential","config":{"name":"s","layers":[]}"""
        + ""","keras_version":"2.15.0","backend":"tensorflow"}""";
    private static readonly CheckpointFormat Format = CheckpointFormat.Parse("tfjs");

    /// <summary>How the loader begins its line for a model that it refuses even without weights.</summary>
    private const string Refused = "refused ";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What TensorFlow.js lacks; a model with something else is loaded.</summary>
    private static readonly string[] Refusals =
    [
        "has no layer",
        "has no GRU with reset_after",
        "has no convolution in groups",
        "cannot hold",
        "finds weights by layer and variable",
    ];

    [RequiresFact("tfjs")]
    public void EveryGoldenModelOfItsFormIsLoadedWithItsWeightsAndRuns()
    {
        List<(string Record, WeightPlan Plan)> written = [];
        List<string> wrong = [];
        foreach (
            JsonElement row in Golden
                .Files("models", "manifest.json")
                .SelectMany(static path => Golden.Read(path).EnumerateArray())
                .DistinctBy(static row => row.GetProperty("architecture").GetString())
        )
        {
            string file = row.GetProperty("architecture").GetString()!;
            Model model = Model.Read(Golden.Find("models", file));
            WeightPlan plan = model.Plan(42);
            try
            {
                Format.Write(plan, _folder.File($"model_{written.Count}"), new() { Sync = false });
                written.Add((file, plan));
            }
            catch (CheckpointException exception) when (exception.Code == FanwiseError.Request)
            {
                bool expected = model.Form is ModelForm.Keras3 or ModelForm.Archive
                    ? exception.Message.Contains("form of Keras 3", StringComparison.Ordinal)
                    : Refusals.Any(refusal => exception.Message.Contains(refusal, StringComparison.Ordinal));
                if (!expected)
                    wrong.Add($"{file}: {exception.Message}");
            }
        }

        string?[] loaded = Load([.. written.Select((row, i) => (row.Plan, _folder.File($"model_{i}")))]);
        int refused = loaded.Count(static line => line?.StartsWith(Refused, StringComparison.Ordinal) == true);
        foreach ((string? line, (string record, _)) in loaded.Zip(written))
            if (line is not null && !line.StartsWith(Refused, StringComparison.Ordinal))
                wrong.Add($"{record}: {line}");
        output.WriteLine(
            $"{written.Count} models written, {refused} of them refused by TensorFlow.js without weights, too"
        );
        (refused * 4).ShouldBeLessThan(written.Count);
        wrong.ShouldBeEmpty();
        written.Count.ShouldBeGreaterThan(0);
    }

    [RequiresFact("tfjs")]
    public void WeightsOfAllTypesAreCutIntoShardsAnywhere()
    {
        // 1,048,579 float32 elements of the first kernel end 12 bytes into the second shard; with its bias the next
        // tensors are cut again.
        const string Topology = """
            {"class_name":"Sequential","keras_version":"2.15.0","backend":"tensorflow","config":{"name":"s","layers":[
                {"class_name":"Dense","config":{"name":"a","units":1048579,"batch_input_shape":[null,1],
                 "trainable":true}},
                {"class_name":"Dense","config":{"name":"b","units":2,"trainable":true}}]}}
            """;
        WeightPlan plan = new([
            TestPlans.Weight("a/kernel", [1, 1_048_579]),
            TestPlans.Weight("a/bias", [1_048_579], whole: true),
            TestPlans.Weight("b/kernel", [1_048_579, 2]),
            TestPlans.Weight("b/bias", [2]),
        ])
        {
            Topology = TestPlans.Json(Topology),
            Metadata = new Dictionary<string, string> { ["seed"] = "42" },
        };
        Format.Write(plan, _folder.File("m"));
        string[] files =
        [
            .. Enumerable.Range(1, 5).Select(static shard => $"group1-shard{shard}of5.bin"),
            "model.json",
        ];
        Directory
            .EnumerateFiles(_folder.File("m"))
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal)
            .ShouldBe(files);
        files[..4].ShouldAllBe(name => new FileInfo(Path.Combine(_folder.File("m"), name)).Length == 4 << 20);
        CheckLoads(plan, _folder.File("m"));
        Golden
            .Read(Path.Combine(_folder.File("m"), "model.json"))
            .GetProperty("userDefinedMetadata")
            .GetProperty("seed")
            .GetString()
            .ShouldBe("42");
    }

    [Fact]
    public void BytesThatCutElementsAreTheTensorsBytes()
    {
        // 3 booleans first: every float32 after them is cut by the shards' ends.
        WeightPlan plan = new([TestPlans.Weight("mask", [3], ElementType.Bool), TestPlans.Weight("k", [3_000_001])])
        {
            Topology = TestPlans.Json(OneLayer),
        };
        Format.Write(plan, _folder.File("m"));
        byte[] all =
        [
            .. Enumerable
                .Range(1, 3)
                .SelectMany(shard => File.ReadAllBytes(Path.Combine(_folder.File("m"), $"group1-shard{shard}of3.bin"))),
        ];
        all.AsSpan(0, 3).SequenceEqual(plan["mask"].Bytes()).ShouldBeTrue();
        all.AsSpan(3).SequenceEqual(plan["k"].Bytes()).ShouldBeTrue();
    }

    [Fact]
    public void AModelOfKeras3IsRefusedWithAHint()
    {
        CheckpointException error = Should.Throw<CheckpointException>(() =>
            Format.Write(new([TestPlans.Weight("a/kernel", [2])]), _folder.File("m"))
        );
        error.Code.ShouldBe(FanwiseError.Request);
        error.Message.ShouldContain("form of Keras 3");
        _folder.Names().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Int64)]
    public void TypesThatTensorFlowJsLacksAreRefused(ElementType type) =>
        Should
            .Throw<CheckpointException>(() =>
                Format.Write(
                    new([TestPlans.Weight("a/kernel", [2], type)]) { Topology = TestPlans.Json(OneLayer) },
                    _folder.File("m")
                )
            )
            .Code.ShouldBe(FanwiseError.Request);

    [Theory]
    [InlineData("""{"class_name":"GRU","config":{"name":"g","reset_after":true}}""", "GRU with reset_after, which 'g'")]
    [InlineData("""{"class_name":"SeparableConv1D","config":{"name":"s"}}""", "no layer SeparableConv1D, which 's'")]
    public void LayersThatTensorFlowJsLacksAreRefused(string layer, string words) =>
        Should
            .Throw<CheckpointException>(() =>
                Format.Write(
                    new([TestPlans.Weight("a/kernel", [2])])
                    {
                        Topology = TestPlans.Json(OneLayer.Replace("[]", $"[{layer}]", StringComparison.Ordinal)),
                    },
                    _folder.File("m")
                )
            )
            .Message.ShouldContain(words);

    [Fact]
    public void WeightsAreNamedByLayerWithoutModelsCellsAndWrappedLayers()
    {
        PlannedLayer[] layers =
        [
            Layer("", "model"),
            Layer("layers/sequential", "inner"),
            Layer("layers/sequential/layers/dense", "a/b"),
            Layer("layers/bidirectional", "both"),
            Layer("layers/bidirectional/forward_layer", "forward_lstm"),
            Layer("layers/bidirectional/forward_layer/cell", "lstm_cell"),
            Layer("layers/time_distributed", "each"),
            Layer("layers/time_distributed/layer", "dense"),
            Layer("layers/depthwise_conv2d", "deep"),
        ];
        Name("layers/sequential/layers/dense/vars/0", "kernel", "Dense").ShouldBe("a/b/kernel");
        Name("layers/bidirectional/forward_layer/cell/vars/1", "recurrent_kernel", "LSTM")
            .ShouldBe("both/forward_lstm/recurrent_kernel");
        Name("layers/time_distributed/layer/vars/0", "kernel", "Dense").ShouldBe("each/kernel");
        Name("layers/depthwise_conv2d/vars/0", "kernel", "DepthwiseConv2D").ShouldBe("deep/depthwise_kernel");
        Name("", "kernel", "Dense").ShouldBe("plan/kernel");

        static PlannedLayer Layer(string place, string name) => new(name, name, "", place);

        string Name(string path, string variable, string layerClass) =>
            new TensorFlowJsNames(layers).Of(
                TestPlans.Weight("plan/kernel", [1]) with
                {
                    StorePaths = path.Length > 0 ? [path] : [],
                    Variable = variable,
                    LayerClass = layerClass,
                }
            );
    }

    [Fact]
    public void AFolderIsReplacedWholeAndOnlyWhereItIsOurs()
    {
        WeightPlan plan = new([TestPlans.Weight("a/kernel", [3_000_000])]) { Topology = TestPlans.Json(OneLayer) },
            smaller = new([TestPlans.Weight("a/kernel", [2])]) { Topology = TestPlans.Json(OneLayer) };
        Format.Write(plan, _folder.File("m"));
        Should
            .Throw<CheckpointException>(() => Format.Write(smaller, _folder.File("m")))
            .Code.ShouldBe(FanwiseError.TargetExists);
        Format.Write(smaller, _folder.File("m"), new() { Overwrite = true });
        Directory.GetFiles(_folder.File("m")).Length.ShouldBe(2);
        _folder.Names().ShouldBe(["m"]);

        File.WriteAllText(Path.Combine(_folder.File("m"), "notes.txt"), "mine");
        Should
            .Throw<CheckpointException>(() => Format.Write(smaller, _folder.File("m"), new() { Overwrite = true }))
            .Message.ShouldContain("notes.txt");
        Directory.GetFiles(_folder.File("m")).Length.ShouldBe(3);
    }

    [Fact]
    public void ACancelledFolderIsAbsent()
    {
        using CancellationTokenSource source = new();
        WeightPlan plan = new([TestPlans.Weight("a/kernel", [9_000_000])]) { Topology = TestPlans.Json(OneLayer) };
        Should.Throw<OperationCanceledException>(() =>
            Format.Write(
                plan,
                _folder.File("m"),
                new()
                {
                    Progress = new SynchronousProgress(bytes =>
                    {
                        if (bytes > 20 << 20)
                            source.Cancel();
                    }),
                },
                source.Token
            )
        );
        _folder.Names().ShouldBeEmpty();
    }

    private static void CheckLoads(WeightPlan plan, string folder) => Load((plan, folder)).ShouldBe([null]);

    /// <summary>Loads folders; what is wrong with each, or null.</summary>
    private static string?[] Load(params (WeightPlan Plan, string Folder)[] folders)
    {
        string[] models = Clients
            .Run("node", [Path.Combine(Clients.NodeFolder, "load.mjs"), .. folders.Select(static row => row.Folder)])
            .Split("folder ")[1..];
        models.Length.ShouldBe(folders.Length);
        return
        [
            .. folders.Zip(
                models,
                static (row, text) => Compare(row.Plan, text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            ),
        ];
    }

    private static string? Compare(WeightPlan plan, string[] lines)
    {
        if (lines[^1].StartsWith(Refused, StringComparison.Ordinal))
            return lines[^1];
        if (!lines[^1].StartsWith("predicted ", StringComparison.Ordinal))
            return string.Join(' ', lines);
        TensorFlowJsNames names = new(plan.Layers);
        string[] expected =
        [
            .. plan.Select(weight =>
                    $"{names.Of(weight)}|{weight.ElementType.Name()}|{weight.Shape}|{Golden.Hash(weight.Bytes())}"
                )
                .Order(StringComparer.Ordinal),
        ];
        string[] found = [.. lines[1..^1].Order(StringComparer.Ordinal)];
        return expected.SequenceEqual(found)
            ? null
            : $"expected {string.Join(' ', expected.Except(found))}, found {string.Join(' ', found.Except(expected))}";
    }
}
