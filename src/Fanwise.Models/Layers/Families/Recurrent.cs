using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;
using Fanwise.Python;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Recurrent layers and their cells; keras/src/layers/rnn. A layer makes its cell from its own configuration;
/// the weights are the cell's.</summary>
internal static class Recurrent
{
    private const string Cell =
        "activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer "
        + "kernel_regularizer recurrent_regularizer bias_regularizer "
        + "kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed ";

    private const string Loop =
        "return_sequences return_state go_backwards stateful unroll zero_output_for_mask use_cudnn implementation ";
    private const string Window = "filters kernel_size strides padding data_format dilation_rate unit_forget_bias ";

    private static readonly Construction[] Gated =
    [
        Activation(),
        Activation("recurrent_activation"),
        Initializer("kernel", GlorotUniform),
        Initializer("recurrent", Constructing.Orthogonal),
        Initializer("bias", Zeros),
        Seed,
    ];
    private static readonly Construction[] SeedFirst =
    [
        Seed,
        Activation(),
        Activation("recurrent_activation"),
        Initializer("kernel", GlorotUniform),
        Initializer("recurrent", Constructing.Orthogonal),
        Initializer("bias", Zeros),
    ];

    private static readonly LayerClass LstmCell = new("LSTMCell")
    {
        Keys = Cell + "units unit_forget_bias",
        Constructor = Gated,
        Build = static b => Gates(b, 4, ForgetBias),
        FixedAxes = static _ => [-1],
        States = static cell => [cell.Config.Size("units"), cell.Config.Size("units")],
        Output = static call => [call.Inputs.First!.With(-1, call.Config.Size("units"))],
    };

    private static readonly LayerClass GruCell = new("GRUCell")
    {
        Keys = Cell + "units reset_after",
        Constructor = Gated,
        Build = static b =>
            Gates(b, 3, static (b, n) => b.Weight("bias", b.Config.Flag("reset_after", true) ? [2, n] : [n], "bias")),
        FixedAxes = static _ => [-1],
        States = static cell => [cell.Config.Size("units")],
        Output = static call => [call.Inputs.First!.With(-1, call.Config.Size("units"))],
    };

    private static readonly LayerClass SimpleRnnCell = new("SimpleRNNCell")
    {
        Keys = Cell + "units",
        Constructor = SeedFirst,
        Build = static b => Gates(b, 1, static (b, n) => b.Weight("bias", [n], "bias")),
        FixedAxes = static _ => [-1],
        States = static cell => [cell.Config.Size("units")],
        Output = static call => [call.Inputs.First!.With(-1, call.Config.Size("units"))],
    };

    /// <summary>Deeper than any network that trains, and far below what memory holds.</summary>
    private const int MaxStackedCells = 100_000;

    public static readonly LayerClass[] Classes =
    [
        LstmCell,
        GruCell,
        SimpleRnnCell,
        Over(LstmCell, "LSTM", "lstm_cell", Cell + "units unit_forget_bias"),
        Over(GruCell, "GRU", "gru_cell", Cell + "units reset_after"),
        Over(SimpleRnnCell, "SimpleRNN", "simple_rnn_cell", Cell + "units") with
        {
            Unwritten = ["seed"],
        },
        Convolutional("ConvLSTM1D", 1),
        Convolutional("ConvLSTM2D", 2),
        Convolutional("ConvLSTM3D", 3),
        new("RNN")
        {
            Features = FeatureCall.Plain,
            Keys = "cell " + Loop,
            Constructor = [Inner("cell")],
            Arguments = ["sequences", "initial_state"],
            Build = static b => b.Inner(b.Layer.Child("cell"), Step(b.Input)),
            Output = static call => Outputs(call, call.Layer.Child("cell")),
        },
        new("StackedRNNCells")
        {
            Keys = "cells",
            Constructor =
            [
                static (layer, reviver) =>
                {
                    if (layer.Config["cells"] is not { IsArray: true, Items.IsEmpty: false } cells)
                        throw layer.Config.Error("cells", "must be a list of cells");
                    foreach (JsonValue cell in cells.Items)
                        layer.Children.Add(("cells", reviver.Revive(cell, layer.Config.Place, "cells")));
                },
            ],
            Build = static b =>
            {
                TensorShape input = b.Input;
                foreach (Layer cell in Cells(b.Layer))
                {
                    b.Inner(cell, input);
                    input = new(input[0], OutputSize(cell) ?? throw cell.Config.Error("must have units to be stacked"));
                }
            },
            States = StackedStates,
            CellOutput = static stack => OutputSize(stack.Children[^1].Layer),
            Output = static call => [new(call.Inputs.First![0], OutputSize(call.Layer))],
        },
    ];

    private static LayerClass Over(LayerClass cell, string name, string cellName, string keys) =>
        new(name)
        {
            Keys = keys + " " + Loop,
            Constructor = [Constructing.Cell(cell, cellName)],
            Arguments = ["sequences", "initial_state"],
            Build = static b =>
            {
                if (b.Input.Rank != 3)
                    throw b.Config.Error(
                        $"needs an input of rank 3 (batch, time, features); received the shape {b.Input}"
                    );
                b.Inner(b.Layer.Child("cell"), Step(b.Input));
            },
            PyTorch = PyTorchForms.Recurrent,
            Features = FeatureCall.Plain,
            FixedAxes = static _ => [-1],
            Output = static call => Outputs(call, call.Layer.Child("cell")),
        };

    private static LayerClass Convolutional(string name, int rank) =>
        new(name)
        {
            Keys = Cell + Window + Loop,
            // The cell of a convolutional LSTM is not told whether the layer is trainable.
            Constructor = [Constructing.Cell(ConvolutionalCell(rank), "conv_lstm_cell", takesTrainable: false)],
            Arguments = ["sequences", "initial_state"],
            Build = b =>
            {
                if (b.Input.Rank != rank + 3)
                    throw b.Config.Error($"needs an input of rank {rank + 3}; received the shape {b.Input}");
                b.Inner(b.Layer.Child("cell"), Step(b.Input));
            },
            FixedAxes = static layer => [layer.Config.ChannelsFirst ? 2 : -1],
            Output = call =>
            {
                Configuration c = call.Config;
                bool first = c.ChannelsFirst;
                TensorShape step = Step(call.Inputs.First!);
                long[] kernel = c.Sizes("kernel_size", rank, null),
                    strides = c.Sizes("strides", rank, 1),
                    dilation = c.Sizes("dilation_rate", rank, 1);
                long?[] spatial =
                [
                    .. step.Spatial(first)
                        .ToArray()
                        .Select(
                            (n, i) =>
                                ShapeRules.Convolve(n, kernel[i], strides[i], dilation[i], c.Text("padding") ?? "valid")
                        ),
                ];
                TensorShape state = TensorShape.Image(step[0], spatial, c.Size("filters"), first);
                TensorShape output = c.Flag("return_sequences", false)
                    ? new([step[0], call.Inputs.First![1], .. state.Dimensions[1..]])
                    : state;
                return c.Flag("return_state", false) ? [output, state, state] : [output];
            },
        };

    private static LayerClass ConvolutionalCell(int rank) =>
        new("ConvLSTMCell")
        {
            Constructor = SeedFirst,
            Build = b =>
            {
                long filters = b.Config.Size("filters"),
                    gates = Times(b, filters, 4, "filters");
                long[] window = b.Config.Sizes("kernel_size", rank, null);
                b.Weight("kernel", [.. window, b.Channels(rank), gates], "kernel");
                b.Weight("recurrent_kernel", [.. window, filters, gates], "recurrent");
                if (b.Config.Flag("use_bias", true))
                    ForgetBias(b, gates);
            },
        };

    /// <summary>The weights of a cell with this many gates.</summary>
    private static void Gates(LayerBuild b, long gates, Action<LayerBuild, long> bias)
    {
        long units = b.Config.Size("units"),
            all = Times(b, units, gates, "units");
        b.Weight("kernel", [b.Dimension(-1), all], "kernel");
        b.Weight("recurrent_kernel", [units, all], "recurrent");
        if (b.Config.Flag("use_bias", true))
            bias(b, all);
    }

    /// <summary>The bias of an LSTM: the initializer's, with ones for the forget gate between two of its draws; an
    /// integer seed begins again for the second.</summary>
    private static void ForgetBias(LayerBuild b, long gates)
    {
        if (!b.Config.Flag("unit_forget_bias", true))
        {
            b.Weight("bias", [gates], "bias");
            return;
        }

        long units = gates / 4;
        BoundInitializer initializer = b.Layer.Initializers.GetValueOrDefault("bias") ?? b.Missing("bias");
        InitialValue value = b.Guarded(
            "bias",
            () =>
            {
                InitialValue input = initializer.Draw([units], b.VariableType, b.Reviver),
                    rest = initializer.Draw([2 * units], b.VariableType, b.Reviver);
                return new InitialValue(
                    new Fanwise.Draws.ConcatenatedValues([
                        input.Values,
                        Initializers.Ones.ValuesFor([units], b.VariableType),
                        rest.Values,
                    ]),
                    $"{input.Initializer}, ones for the forget gate, {rest.Initializer}"
                )
                {
                    Seeds = [.. input.Seeds, .. rest.Seeds],
                };
            }
        );
        b.Weight("bias", value);
    }

    private static long Times(LayerBuild b, long units, long gates, string key) =>
        TensorShape.Product([units, gates]) ?? throw b.Config.Error(key, "must be smaller than 2^61");

    /// <summary>One step of sequences: the same shape without time.</summary>
    private static TensorShape Step(TensorShape sequences) =>
        sequences.Rank < 2 ? sequences : new([sequences[0], .. sequences.Dimensions[2..]]);

    private static IEnumerable<Layer> Cells(Layer stack) => stack.Children.Select(static child => child.Layer);

    /// <summary>The states of every cell of a stack, stacks within it unfolded: a cell that stands in two stacks counts
    /// twice, so a file can ask for exponentially many.</summary>
    private static long?[] StackedStates(Layer stack)
    {
        List<long?> states = [];
        Stack<Layer> left = new(Cells(stack).Reverse());
        for (int cells = 1; left.TryPop(out Layer? cell); cells++)
        {
            if (cells > MaxStackedCells || states.Count > MaxStackedCells)
                throw stack.Config.Error($"must have at most {MaxStackedCells} cells, stacks within it unfolded");
            if (cell.Class.Name != "StackedRNNCells")
                states.AddRange(StatesOf(cell));
            else
                foreach (Layer inner in Cells(cell).Reverse())
                    left.Push(inner);
        }

        return [.. states];
    }

    private static long?[] StatesOf(Layer cell) => cell.Class.States?.Invoke(cell) ?? [];

    /// <summary>What a cell puts out at a step: a stack's last cell's, however deep.</summary>
    private static long? OutputSize(Layer cell) =>
        cell.Class.CellOutput is { } output ? output(cell)
        : StatesOf(cell) is [var first, ..] ? first
        : null;

    /// <summary>The outputs of a loop around a cell: its last or all steps, and its states where it is asked for
    /// them.</summary>
    private static TensorShape?[]? Outputs(LayerCall call, Layer cell)
    {
        if (OutputSize(cell) is not { } units)
            return null;
        Configuration c = call.Config;
        TensorShape input = call.Inputs.First!;
        TensorShape output = c.Flag("return_sequences", false) ? new(input[0], input[1], units) : new(input[0], units);
        return c.Flag("return_state", false)
            ? [output, .. StatesOf(cell).Select(size => new TensorShape(input[0], size))]
            : [output];
    }
}
