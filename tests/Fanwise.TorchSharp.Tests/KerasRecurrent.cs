using System.Text.Json;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Feature = FanwiseTorch.Tests.KerasNetwork.Feature;
using IAdder = FanwiseTorch.Tests.KerasLayers.IAdder;

namespace FanwiseTorch.Tests;

/// <summary>Recurrent layers with Keras' outputs: all steps, or the last one of each direction.</summary>
internal static class KerasRecurrent
{
    public static Func<Feature[], Feature> Bidirectional(KerasConfig c, IAdder adder)
    {
        JsonElement inner = c.Inner("layer");
        string mode = c.Text("merge_mode", "concat");
        if (mode != "concat")
            throw new NotSupportedException($"The test network has no merge_mode {mode}.");
        return Layer(
            inner.GetProperty("class_name").GetString()!,
            new(inner),
            adder,
            isBidirectional: true,
            c.Input[^1]
        );
    }

    public static Func<Feature[], Feature> Layer(
        string kind,
        KerasConfig c,
        IAdder adder,
        bool isBidirectional,
        long inputs = 0
    )
    {
        long units = c.Integer("units");
        if (inputs == 0)
            inputs = c.Input[^1];
        bool bias = c.Flag("use_bias", true),
            isSequence = c.Flag("return_sequences", false);
        Func<Tensor, Tensor> run;
        switch (kind)
        {
            case "LSTM":
                var lstm = adder.Add("", LSTM(inputs, units, 1, bias, true, bidirectional: isBidirectional));
                run = x => lstm.call(x, null).Item1;
                break;
            case "GRU":
                var gru = adder.Add("", GRU(inputs, units, 1, bias, true, bidirectional: isBidirectional));
                run = x => gru.call(x, null).Item1;
                break;
            default:
                NonLinearities activation =
                    c.Text("activation", "tanh") == "relu" ? NonLinearities.ReLU : NonLinearities.Tanh;
                var rnn = adder.Add("", RNN(inputs, units, 1, activation, bias, true, bidirectional: isBidirectional));
                run = x => rnn.call(x, null).Item1;
                break;
        }

        return x =>
        {
            Tensor all = run(x[0].AsPlain().Tensor);
            if (isSequence)
                return new(all, false);
            Tensor last = all.select(1, -1).narrow(-1, 0, units);
            // Backwards, the first step is the last one.
            return new(isBidirectional ? cat([last, all.select(1, 0).narrow(-1, units, units)], -1) : last, false);
        };
    }
}
