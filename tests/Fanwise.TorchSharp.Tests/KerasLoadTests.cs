using System.Text.Json;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace FanwiseTorch.Tests;

/// <summary>Keras' weights in TorchSharp's modules compute what Keras computed.</summary>
public sealed class KerasLoadTests
{
    private const double Tolerance = 1e-5;
    private const int Models = 15,
        // A Dense behind a Flatten after a convolution.
        WithFlatten = 2;

    [Fact]
    public void EveryModelComputesKerasOutputsOnceItHasKerasWeights()
    {
        int seen = 0;
        foreach (string path in Golden.Files("forward", "*.forward.json"))
        {
            string stem = path[..^".forward.json".Length];
            using KerasNetwork network = new(Golden.Read(stem + ".json"));
            KerasLoad load = network.LoadKeras(
                stem + ".weights.h5",
                new KerasLoading { Model = Model.Read(stem + ".json") }
            );
            load.Matches.ShouldAllBe(static match => match.Problem == null);
            JsonElement forward = Golden.Read(path);
            network.eval();
            using Tensor output = network.forward(Read(forward.GetProperty("inputs")[0]));
            using Tensor expected = Read(forward.GetProperty("outputs")[0]);
            output.shape.ShouldBe(expected.shape, stem);
            (output - expected).abs().max().item<float>().ShouldBeLessThan((float)Tolerance, $"{stem}\n{load}");
            seen++;
        }

        Golden.ShouldHaveSeen(seen, Models);
    }

    [Fact]
    public void AFileOfWeightsAloneTellsItsLayersByTheirNamesAndRefusesWhatNeedsTheModel()
    {
        int loaded = 0,
            refused = 0;
        foreach (string path in Golden.Files("forward", "*.forward.json"))
        {
            string stem = path[..^".forward.json".Length];
            using KerasNetwork network = new(Golden.Read(stem + ".json")),
                known = new(Golden.Read(stem + ".json"));
            try
            {
                network.LoadKeras(stem + ".weights.h5");
            }
            catch (KerasLoadException exception)
            {
                exception.Message.ShouldContain("behind a Flatten");
                refused++;
                continue;
            }

            known.LoadKeras(stem + ".weights.h5", new KerasLoading { Model = Model.Read(stem + ".json") });
            foreach (((string name, Tensor own), (_, Tensor other)) in network.state_dict().Zip(known.state_dict()))
                own.Equals(other).ShouldBeTrue($"{stem}: {name}");
            loaded++;
        }

        Golden.ShouldHaveSeen(loaded, Models - WithFlatten);
        Golden.ShouldHaveSeen(refused, WithFlatten);
    }

    [Fact]
    public void AStartGoesIntoAModuleByOrderOrByNameAndWhatDiffersIsSaid()
    {
        WeightPlan plan = Plan(
            """{"class_name":"Dense","config":{"name":"first","units":4}}""",
            """{"class_name":"BatchNormalization","config":{"name":"norm","epsilon":0.01,"momentum":0.99}}""",
            """{"class_name":"Dense","config":{"name":"second","units":4,"use_bias":false}}"""
        );
        using var inOrder = nn.Sequential(
            ("a", nn.Linear(4, 4)),
            ("b", nn.BatchNorm1d(4, momentum: 0.01)),
            ("c", nn.Linear(4, 4, hasBias: false))
        );
        KerasLoad load = inOrder.LoadKeras(plan);
        load.Differences.ShouldBe(["the module 'b' has eps 1E-05, the layer 'norm' 0.01"]);
        load.ToString().ShouldContain("second  Dense               c       Linear       weight (4, 4)");
        Weight(inOrder, "a.weight").t().contiguous().data<float>().ToArray().ShouldBe(Kernel(plan, "first/kernel"));

        using var turned = nn.Sequential(
            ("c", nn.Linear(4, 4, hasBias: false)),
            ("b", nn.BatchNorm1d(4)),
            ("a", nn.Linear(4, 4))
        );
        turned.LoadKeras(
            plan,
            new KerasLoading
            {
                Names = new Dictionary<string, string> { ["first"] = "a", ["second"] = "c" },
            }
        );
        Weight(turned, "c.weight").t().contiguous().data<float>().ToArray().ShouldBe(Kernel(plan, "second/kernel"));
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithATableAndNothingIsChanged()
    {
        WeightPlan plan = Plan(
            """{"class_name":"Dense","config":{"name":"first","units":4}}""",
            """{"class_name":"Dense","config":{"name":"second","units":3}}"""
        );
        using var net = nn.Sequential(("a", nn.Linear(4, 4)), ("b", nn.Linear(4, 5)), ("c", nn.Linear(5, 1)));
        byte[] before = Weight(net, "a.weight").bytes.ToArray();
        KerasLoadException refused = Should.Throw<KerasLoadException>(() => net.LoadKeras(plan));
        refused.Message.ShouldContain("'second' and the module 'b': weight is (3, 4) by the layer and (5, 4) in the");
        refused.Load!.Matches.Count(static match => match.Problem is not null).ShouldBe(2);
        Weight(net, "a.weight").bytes.ToArray().ShouldBe(before);

        KerasLoad part = net.LoadKeras(plan, new KerasLoading { IsStrict = false });
        part.Matches.Select(static match => (match.Layer, match.Module))
            .ShouldBe([("first", "a"), ("second", null), (null, "b"), (null, "c")]);
        Weight(net, "a.weight").bytes.ToArray().ShouldNotBe(before);
        Should
            .Throw<KerasLoadException>(() =>
                net.LoadKeras(plan, new KerasLoading { Names = new Dictionary<string, string> { ["third"] = "a" } })
            )
            .Message.ShouldContain("received 'third'");
    }

    [Fact]
    public void LayersOfOneRecurrentModuleAndHalfPrecisionsTakeTheirLayers()
    {
        WeightPlan plan = Plan(
            """{"class_name":"LSTM","config":{"name":"one","units":3,"return_sequences":true}}""",
            """{"class_name":"LSTM","config":{"name":"two","units":3}}"""
        );
        using var lstm = nn.LSTM(4, 3, numLayers: 2, dtype: ScalarType.BFloat16);
        lstm.LoadKeras(plan).Matches.Select(static match => match.Module).ShouldBe(["_l0", "_l1"]);
        using Tensor expected = torch
            .tensor(Kernel(plan, "two/lstm_cell/recurrent_kernel"))
            .reshape(3, 12)
            .t()
            .to_type(ScalarType.BFloat16);
        Weight(lstm, "weight_hh_l1").Equals(expected).ShouldBeTrue();
    }

    [Fact]
    public void ALayerThatPyTorchHasNoModuleForIsNamed()
    {
        using var net = nn.GRU(4, 3);
        Should
            .Throw<ModelException>(() =>
                net.LoadKeras(Plan("""{"class_name":"GRU","config":{"name":"old","units":3,"reset_after":false}}"""))
            )
            .Message.ShouldContain("reset_after false, which no module of PyTorch's computes");
        // Without biases the configuration alone tells it.
        Should
            .Throw<ModelException>(() =>
                net.LoadKeras(
                    Plan(
                        """{"class_name":"GRU","config":{"name":"old","units":3,"reset_after":false"""
                            + ""","use_bias":false}}"""
                    )
                )
            )
            .Message.ShouldContain("'old/gru_cell' has reset_after false");
        using (var unbiased = nn.GRU(4, 3, bias: false))
            unbiased
                .LoadKeras(
                    Plan(
                        """{"class_name":"GRU","config":{"name":"new","units":3,"reset_after":true,"use_bias":false}}"""
                    )
                )
                .Matches.ShouldAllBe(static match => match.Problem == null);
        Should
            .Throw<ModelException>(() =>
                net.LoadKeras(
                    PlanOn(
                        "[null,5,8,8,3]",
                        """{"class_name":"ConvLSTM2D","config":{"name":"clouds","filters":4,"kernel_size":3}}"""
                    )
                )
            )
            .Message.ShouldContain("PyTorch has no module for the layer 'clouds' (ConvLSTM2D)");
        Should
            .Throw<ModelException>(() =>
                net.LoadKeras(Plan("""{"class_name":"Normalization","config":{"name":"scaled"}}"""))
            )
            .Message.ShouldContain("PyTorch has no module for the layer 'scaled' (Normalization)");
    }

    [Fact]
    public void SlopesOfAPReluComputeWhatKerasComputesAlsoBehindAFlatten()
    {
        const string random = "{\"class_name\":\"RandomNormal\",\"config\":{\"mean\":0.0,\"stddev\":0.5,\"seed\":3}}";
        // An image of 2 x 3 positions with 4 channels: one slope a channel, one for all, and one for each element of
        // what is flattened.
        foreach (
            (string layers, int slopes) in (ReadOnlySpan<(string, int)>)
                [
                    (
                        """{"class_name":"PReLU","config":{"name":"p","shared_axes":[1,2]"""
                            + $$$""","alpha_initializer":{{{random}}}}}""",
                        4
                    ),
                    (
                        """{"class_name":"PReLU","config":{"name":"p","shared_axes":[1,2,3]"""
                            + $$$""","alpha_initializer":{{{random}}}}}""",
                        1
                    ),
                    (
                        "{\"class_name\":\"Flatten\",\"config\":{\"name\":\"flat\"}},"
                            + $$$"""{"class_name":"PReLU","config":{"name":"p","alpha_initializer":{{{random}}}}}""",
                        24
                    ),
                ]
        )
        {
            WeightPlan plan = PlanOn("[null,2,3,4]", layers);
            float[] alpha = Kernel(plan, "p/alpha");
            using TorchSharp.Modules.PReLU module = nn.PReLU(slopes);
            module.LoadKeras(plan).Differences.ShouldBeEmpty();
            using Tensor image = -torch.arange(1, 25, ScalarType.Float32).reshape(1, 2, 3, 4),
                first = image.permute(0, 3, 1, 2),
                output = module.forward(slopes == 24 ? first.flatten(1) : first),
                back = output.reshape(1, 4, 2, 3).permute(0, 2, 3, 1).flatten();
            for (int i = 0; i < 24; i++)
                back[i].item<float>().ShouldBe(-(i + 1) * alpha[i % slopes]);
        }

        Should
            .Throw<ModelException>(() =>
            {
                using var module = nn.PReLU(4);
                module.LoadKeras(PlanOn("[null,2,3,4]", """{"class_name":"PReLU","config":{"name":"p"}}"""));
            })
            .Message.ShouldContain("PyTorch's PReLU has one slope for each channel; 'p/alpha' has the shape (2, 3, 4)");
    }

    [Fact]
    public void AFileIsReadAsTheReleaseDidThatWroteIt()
    {
        // TensorFlow's GRU has reset_after by default; before TensorFlow 2 no GRU had it.
        const string json = """
            {"class_name":"Sequential","keras_version":"2.15.0","backend":"tensorflow","config":{"name":"chain",
             "layers":[
              {"class_name":"InputLayer","config":{"name":"input","batch_input_shape":[null,6,4],"dtype":"float32"}},
              {"class_name":"GRU","config":{"name":"gru","units":3,"dtype":"float32"}}]}}
            """;
        Model model = Model.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)));
        WeightPlan written = model.Plan(seed: 1, new() { Generation = ModelGeneration.TfKeras215 });
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        CheckpointFormat.Parse("safetensors").Write(written, path);
        try
        {
            using var net = nn.GRU(4, 3);
            net.LoadKeras(path, new KerasLoading { Model = model });
            Weight(net, "bias_ih_l0").shape.ShouldBe([9]);
            using Tensor expected = torch
                .tensor(Kernel(written, "gru/gru_cell/kernel"))
                .reshape(4, 3, 3)
                .permute(1, 2, 0);
            using Tensor reordered = torch.stack([expected[1], expected[0], expected[2]]).reshape(9, 4);
            Weight(net, "weight_ih_l0").Equals(reordered).ShouldBeTrue();
            Should
                .Throw<ModelException>(() =>
                    net.LoadKeras(path, new KerasLoading { Model = model, Generation = ModelGeneration.Keras })
                )
                .Message.ShouldContain("gru/gru_cell/bias");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void EpsilonsOfAModelThatDoesNotStateThemAreKerasDefaults()
    {
        WeightPlan plan = Plan(
            """{"class_name":"BatchNormalization","config":{"name":"batch"}}""",
            """{"class_name":"LayerNormalization","config":{"name":"layer"}}""",
            """{"class_name":"RMSNormalization","config":{"name":"rms"}}"""
        );
        Fanwise
            .Models.PyTorch.PyTorchLayout.Modules(plan)
            .Select(static module => (module.Kind, module.Settings["eps"]))
            .ShouldBe([("BatchNorm", 1e-3), ("LayerNorm", 1e-3), ("RMSNorm", 1e-6)]);
        using var net = nn.Sequential(("batch", nn.BatchNorm1d(4)), ("layer", nn.LayerNorm(4)));
        net.LoadKeras(plan.Only(static weight => weight.Layer != "rms"))
            .Differences.ShouldBe([
                "the module 'batch' has eps 1E-05, the layer 'batch' 0.001",
                "the module 'batch' has momentum 0.1, the layer 'batch' 0.01",
                "the module 'layer' has eps 1E-05, the layer 'layer' 0.001",
            ]);
    }

    /// <summary>The start of a chain of these layers on an input of 4 features, or of 6 steps of them before a
    /// recurrent layer.</summary>
    private static WeightPlan Plan(params string[] layers)
    {
        string shape =
            layers[0].Contains("\"LSTM\"", StringComparison.Ordinal)
            || layers[0].Contains("\"GRU\"", StringComparison.Ordinal)
                ? "[null,6,4]"
                : "[null,4]";
        return PlanOn(shape, layers);
    }

    private static WeightPlan PlanOn(string shape, params string[] layers)
    {
        string json = $$$"""
            {"class_name":"Sequential","config":{"name":"chain","layers":[
              {"class_name":"InputLayer","config":{"name":"input","batch_shape":{{{shape}}}}},
              {{{string.Join(',', layers)}}}]}}
            """;
        return Model.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Plan(seed: 1);
    }

    private static TorchSharp.Modules.Parameter Weight(nn.Module module, string name) => module.get_parameter(name)!;

    private static float[] Kernel(WeightPlan plan, string name)
    {
        float[] values = new float[plan[name].Shape.Elements];
        plan[name].Fill(values.AsSpan());
        return values;
    }

    private static Tensor Read(JsonElement tensor)
    {
        long[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(static n => n.GetInt64())];
        bool isInteger = tensor.GetProperty("dtype").GetString()!.Contains("int", StringComparison.Ordinal);
        float[] values = [.. tensor.GetProperty("values").EnumerateArray().Select(static n => (float)n.GetDouble())];
        return torch.tensor(values).reshape(shape).to_type(isInteger ? ScalarType.Int64 : ScalarType.Float32);
    }
}
