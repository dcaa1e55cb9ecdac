using System.Text;
using Fanwise.Draws;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;
using Fanwise.Models.PyTorch;
using Fanwise.Testing;

namespace Fanwise.Models.Tests;

/// <summary>Keras' weights under PyTorch's names and with its axes: held against formulas written down here.</summary>
public sealed class PyTorchLayoutTests
{
    private static readonly WeightPlan Keras = Plan(
        "[null, 9, 9, 4]",
        """{"class_name":"Conv2D","config":{"name":"conv","filters":6,"kernel_size":[3,2],"groups":2}}""",
        """{"class_name":"Conv2DTranspose","config":{"name":"up","filters":5,"kernel_size":[2,3]}}""",
        """{"class_name":"DepthwiseConv2D","config":{"name":"deep","kernel_size":[3,2],"depth_multiplier":2}}""",
        """{"class_name":"BatchNormalization","config":{"name":"norm","center":false}}""",
        """{"class_name":"Flatten","config":{"name":"flat"}}""",
        """{"class_name":"Dense","config":{"name":"dense","units":3,"bias_initializer":"ones"}}"""
    );

    [Fact]
    public void KernelsHaveTheirLastAxisFirstAndNamesArePyTorchs()
    {
        WeightPlan turned = Keras.InPyTorchLayout();
        turned
            .Select(static weight => $"{weight.Name} {weight.Shape}")
            .ShouldBe([
                "conv.weight (6, 2, 3, 2)",
                "conv.bias (6,)",
                "up.weight (6, 5, 2, 3)",
                "up.bias (5,)",
                "deep.weight (10, 1, 3, 2)",
                "deep.bias (10,)",
                "norm.weight (10,)",
                "norm.bias (10,)",
                "norm.running_mean (10,)",
                "norm.running_var (10,)",
                $"dense.weight (3, {Keras["dense/kernel"].Shape[0]})",
                "dense.bias (3,)",
            ]);
        turned.Metadata["layout"].ShouldBe("pytorch");
        turned.Notes.ShouldContain(static note => note.Contains("'dense' stands behind a Flatten"));
        foreach (string layer in (string[])["conv", "up"])
            Holds(layer + ".weight", layer + "/kernel", static i => [i[2], i[3], i[1], i[0]]);
        // The outputs of one channel stand together.
        Holds("deep.weight", "deep/kernel", static i => [i[2], i[3], i[0] / 2, i[0] % 2]);
        Holds("dense.weight", "dense/kernel", static i => [i[1], i[0]]);

        void Holds(string name, string keras, Func<long[], long[]> place) =>
            Check(turned[name].Values, Keras[keras].Values, place);
    }

    [Fact]
    public void BehindAFlattenTheInputsAreInTheOrderInWhichPyTorchFlattens()
    {
        PyTorchModule dense = PyTorchLayout.Modules(Keras)[^1];
        long positions = Keras["dense/kernel"].Shape[0] / 10;
        Check(
            dense.Tensors[0].Values,
            Keras["dense/kernel"].Values,
            i => [i[1] % positions * 10 + i[1] / positions, i[0]]
        );
    }

    [Fact]
    public void GatesAreInPyTorchsOrder()
    {
        WeightPlan keras = Plan(
            "[null, 6, 4]",
            """{"class_name":"GRU","config":{"name":"gru","units":3,"reset_after":true"""
                + ""","return_sequences":true,"bias_initializer":"random_normal"}}""",
            """{"class_name":"LSTM","config":{"name":"lstm","units":2}}"""
        );
        WeightPlan turned = keras.InPyTorchLayout();
        turned
            .Select(static weight => $"{weight.Name} {weight.Shape}")
            .ShouldBe([
                "gru.weight_ih_l0 (9, 4)",
                "gru.weight_hh_l0 (9, 3)",
                "gru.bias_ih_l0 (9,)",
                "gru.bias_hh_l0 (9,)",
                "lstm.weight_ih_l0 (8, 3)",
                "lstm.weight_hh_l0 (8, 2)",
                "lstm.bias_ih_l0 (8,)",
                "lstm.bias_hh_l0 (8,)",
            ]);
        // Keras has z, r, h; PyTorch r, z, n.
        Check(turned["gru.weight_ih_l0"].Values, keras["gru/gru_cell/kernel"].Values, static i => [i[1], Gate(i[0])]);
        Check(
            turned["gru.weight_hh_l0"].Values,
            keras["gru/gru_cell/recurrent_kernel"].Values,
            static i => [i[1], Gate(i[0])]
        );
        Check(turned["gru.bias_ih_l0"].Values, keras["gru/gru_cell/bias"].Values, static i => [0, Gate(i[0])]);
        Check(turned["gru.bias_hh_l0"].Values, keras["gru/gru_cell/bias"].Values, static i => [1, Gate(i[0])]);
        Check(turned["lstm.weight_ih_l0"].Values, keras["lstm/lstm_cell/kernel"].Values, static i => [i[1], i[0]]);
        Floats(turned["lstm.bias_hh_l0"].Values).ShouldAllBe(static value => value == 0);

        static long Gate(long row) =>
            (row / 3) switch
            {
                0 => 3,
                1 => 0,
                _ => 6,
            }
            + row % 3;
    }

    [Fact]
    public void AnAttentionsProjectionsAreOneMatrixAndFollowTheirOrder()
    {
        string model = Path.Combine(Golden.Root, "samples", "models", "transformer_encoder.json");
        WeightPlan keras = Model.Read(model).Plan(seed: 1),
            turned = keras.InPyTorchLayout();
        PlannedWeight joined = turned.First(static weight =>
            weight.Name.EndsWith(".in_proj_weight", StringComparison.Ordinal)
        );
        float[] all = Floats(joined.Values);
        string layer = joined.Layer.Replace('.', '/');
        foreach ((int i, string part) in ((string[])["query", "key", "value"]).Index())
        {
            float[] kernel = Floats(keras[$"{layer}/{part}/kernel"].Values);
            long size = joined.Shape[1];
            for (int index = 0; index < kernel.Length; index++)
                all[i * kernel.Length + index].ShouldBe(kernel[index % size * (kernel.Length / size) + index / size]);
        }
    }

    [Fact]
    public void ASliceIsWhatTheWholeHasThere()
    {
        foreach (PlannedWeight weight in Keras.InPyTorchLayout())
        {
            float[] whole = Floats(weight.Values);
            int start = whole.Length / 3;
            float[] part = new float[(whole.Length - start + 1) / 2];
            weight.Values.Fill(start, part.AsSpan());
            part.ShouldBe(whole[start..(start + part.Length)], weight.Name);
        }
    }

    [Fact]
    public void ANameGoesToItsLayerAndAClashIsRefused()
    {
        Keras
            .InPyTorchLayout(new Dictionary<string, string> { ["conv"] = "features.0" })[0]
            .Name.ShouldBe("features.0.weight");
        Should
            .Throw<ModelException>(() => Keras.InPyTorchLayout(new Dictionary<string, string> { ["conv"] = "up" }))
            .Message.ShouldContain("'up.weight'");
        Should
            .Throw<ModelException>(() =>
                Keras.InPyTorchLayout(new Dictionary<string, string> { ["convolution"] = "up" })
            )
            .Message.ShouldContain("received 'convolution'");
    }

    /// <summary>Every element of a turned tensor is the one of its source that the formula names.</summary>
    private static void Check(Values turned, Values source, Func<long[], long[]> place)
    {
        float[] found = Floats(turned),
            from = Floats(source);
        for (int index = 0; index < found.Length; index++)
        {
            long[] at = new long[turned.Shape.Rank];
            long rest = index;
            for (int axis = at.Length - 1; axis >= 0; axis--)
                (rest, at[axis]) = Math.DivRem(rest, turned.Shape[axis]);
            long expected = 0;
            foreach ((int axis, long i) in place(at).Index())
                expected = expected * source.Shape[axis] + i;
            found[index].ShouldBe(from[expected]);
        }
    }

    private static float[] Floats(Values values)
    {
        float[] all = new float[values.Shape.Elements];
        values.Fill(0, all.AsSpan());
        return all;
    }

    private static WeightPlan Plan(string shape, params string[] layers)
    {
        string json = $$$"""
            {"class_name":"Sequential","config":{"name":"chain","layers":[
              {"class_name":"InputLayer","config":{"name":"input","batch_shape":{{{shape}}}}},
              {{{string.Join(',', layers)}}}]}}
            """;
        return Model.Read(new MemoryStream(Encoding.UTF8.GetBytes(json))).Plan(seed: 1);
    }
}
