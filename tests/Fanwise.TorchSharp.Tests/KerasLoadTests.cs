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
            .Message.ShouldContain("reset_after false");
        Should
            .Throw<ModelException>(() =>
                net.LoadKeras(Plan("""{"class_name":"Normalization","config":{"name":"scaled"}}"""))
            )
            .Message.ShouldContain("PyTorch has no module for the layer 'scaled' (Normalization)");
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
