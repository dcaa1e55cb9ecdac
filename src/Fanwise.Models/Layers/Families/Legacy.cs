using Fanwise.Models.Configurations;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Layers that only Keras 2 has, and its operations as layers. Keras 3 does not read them; their weights
/// follow Keras 2.</summary>
internal static class Legacy
{
    private const string Recurrent =
        "units kernel_initializer recurrent_initializer bias_initializer unit_forget_bias kernel_regularizer "
        + "recurrent_regularizer bias_regularizer "
        + "kernel_constraint recurrent_constraint bias_constraint return_sequences return_state "
        + "go_backwards "
        + "stateful time_major ";

    public static readonly LayerClass[] Classes =
    [
        Locally("LocallyConnected1D", 1),
        Locally("LocallyConnected2D", 2),
        Fused("CuDNNLSTM", 4, states: 2),
        Fused("CuDNNGRU", 3, states: 1),
    ];

    /// <summary>A convolution whose every window has a kernel of its own: <c>[windows, window * in,
    /// filters]</c>.</summary>
    private static LayerClass Locally(string name, int rank) =>
        new(name)
        {
            Keys =
                "filters kernel_size strides padding data_format activation use_bias kernel_initializer "
                + "bias_initializer kernel_regularizer bias_regularizer kernel_constraint bias_constraint "
                + "implementation dilation_rate",
            Constructor = [Initializer("kernel", GlorotUniform), Initializer("bias", Zeros)],
            Build = b =>
            {
                if (b.Config.Integer("implementation") is not (null or 1))
                    throw b.Config.Error("implementation", "must be 1");
                long[] window = b.Config.Sizes("kernel_size", rank, null);
                long?[] windows = Windows(b.Config, b.Input, rank);
                long places = TensorShape.Product(windows) ?? throw b.Config.Error("needs the sizes of its input"),
                    channels = b.Channels(rank),
                    filters = b.Config.Size("filters");
                long taps =
                    TensorShape.Product([.. window.Select(static n => (long?)n), channels])
                    ?? throw b.Config.Error("kernel_size", "must be smaller");
                b.Weight("kernel", [places, taps, filters], "kernel");
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [.. windows.Select(static n => n!.Value), filters], "bias");
            },
            Output = call =>
                [
                    TensorShape.Image(
                        call.Inputs.First![0],
                        Windows(call.Config, call.Inputs.First, rank),
                        call.Config.Size("filters"),
                        call.Config.ChannelsFirst
                    ),
                ],
        };

    private static long?[] Windows(Configuration c, TensorShape input, int rank)
    {
        if (input.Rank != rank + 2)
            throw c.Error($"needs an input of rank {rank + 2}; received the shape {input}");
        long[] window = c.Sizes("kernel_size", rank, null),
            strides = c.Sizes("strides", rank, 1);
        return
        [
            .. input
                .Spatial(c.ChannelsFirst)
                .ToArray()
                .Select((n, i) => ShapeRules.Convolve(n, window[i], strides[i], 1, c.Text("padding") ?? "valid")),
        ];
    }

    /// <summary>A recurrent layer of NVIDIA's library: twice the bias, and no cell.</summary>
    private static LayerClass Fused(string name, int gates, int states) =>
        new(name)
        {
            Keys = Recurrent,
            Constructor =
            [
                Initializer("kernel", GlorotUniform),
                Initializer("recurrent", Constructing.Orthogonal),
                Initializer("bias", Zeros),
            ],
            Arguments = ["sequences", "initial_state"],
            Build = b =>
            {
                long units = b.Config.Size("units"),
                    all =
                        TensorShape.Product([units, 2 * gates]) / 2
                        ?? throw b.Config.Error("units", "must be smaller than 2^60");
                b.Weight("kernel", [b.Dimension(-1), all], "kernel");
                b.Weight("recurrent_kernel", [units, all], "recurrent");
                if (gates == 4 && b.Config.Flag("unit_forget_bias", true))
                    ForgetBias(b, units);
                else
                    b.Weight("bias", [2 * all], "bias");
            },
            FixedAxes = static _ => [-1],
            Output = call =>
            {
                TensorShape input = call.Inputs.First!;
                long units = call.Config.Size("units");
                TensorShape output = call.Config.Flag("return_sequences", false)
                    ? new(input[0], input[1], units)
                    : new(input[0], units);
                return call.Config.Flag("return_state", false)
                    ? [output, .. Enumerable.Repeat(new TensorShape(input[0], units), states)]
                    : [output];
            },
        };

    /// <summary>The bias [8 units] with ones for one forget gate: the initializer's five units, ones, the initializer's
    /// two units... by Keras 2's order.</summary>
    private static void ForgetBias(LayerBuild b, long units)
    {
        BoundInitializer initializer = b.Layer.Initializers.GetValueOrDefault("bias") ?? b.Missing("bias");
        Plans.InitialValue value = b.Guarded(
            "bias",
            () =>
            {
                Plans.InitialValue before = initializer.Draw([5 * units], b.VariableType, b.Reviver),
                    after = initializer.Draw([2 * units], b.VariableType, b.Reviver);
                return new Plans.InitialValue(
                    new Fanwise.Draws.ConcatenatedValues([
                        before.Values,
                        Initializers.Ones.ValuesFor([units], b.VariableType),
                        after.Values,
                    ]),
                    $"{before.Initializer}, ones for the forget gate, {after.Initializer}"
                )
                {
                    Seeds = [.. before.Seeds, .. after.Seeds],
                };
            }
        );
        b.Weight("bias", value);
    }
}
