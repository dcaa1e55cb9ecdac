using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Signals;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Convolutions; keras/src/layers/convolutional. Kernels are <c>[window..., in, out]</c>; the transposed ones
/// <c>[window..., out, in]</c>.</summary>
internal static class Convolutions
{
    private const string Window =
        "kernel_size strides padding data_format dilation_rate activation use_bias bias_initializer "
        + "bias_regularizer bias_constraint ";
    private const string Kernel = "filters kernel_initializer kernel_regularizer kernel_constraint ";
    private const string Depthwise =
        "depth_multiplier depthwise_initializer depthwise_regularizer depthwise_constraint ";
    private const string Pointwise = "filters pointwise_initializer pointwise_regularizer pointwise_constraint ";

    public static readonly LayerClass[] Classes =
    [
        Convolution("Conv1D", 1, "Convolution1D"),
        Convolution("Conv2D", 2, "Convolution2D"),
        Convolution("Conv3D", 3, "Convolution3D"),
        Transposed("Conv1DTranspose", 1, "Convolution1DTranspose"),
        Transposed("Conv2DTranspose", 2, "Convolution2DTranspose"),
        Transposed("Conv3DTranspose", 3, "Convolution3DTranspose"),
        DepthwiseOnly("DepthwiseConv1D", 1),
        DepthwiseOnly("DepthwiseConv2D", 2),
        Separable("SeparableConv1D", 1, "SeparableConvolution1D"),
        Separable("SeparableConv2D", 2, "SeparableConvolution2D"),
    ];

    private static LayerClass Convolution(string name, int rank, string other) =>
        new(name)
        {
            OtherNames = [other],
            Keys = Window + Kernel + "groups lora_rank lora_alpha",
            Check = c =>
            {
                CheckWindow(c, rank);
                if (c.Size("filters") % Groups(c) != 0)
                    throw c.Error("groups", $"must divide the filters ({c["filters"]})");
            },
            Constructor = [Activation(), Initializer("kernel", GlorotUniform), Initializer("bias", Zeros)],
            Build = b =>
            {
                long channels = b.Channels(rank),
                    groups = Groups(b.Config),
                    filters = b.Config.Size("filters");
                if (channels % groups != 0)
                    throw b.Config.Error("groups", $"must divide the channels of the input ({channels})");
                long[] kernel = [.. b.Config.Sizes("kernel_size", rank, null), channels / groups, filters];
                b.Weight("kernel", kernel, "kernel");
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [filters], "bias");
                LowRank.Add(b, "kernel", kernel);
            },
            Fans = static (c, variable) => variable == "kernel" ? FanRule.Convolution((int)Groups(c)) : null,
            Signal = KernelFlows.Kernel,
            PyTorch = PyTorchForms.Convolution,
            Features = FeatureCall.Filtered,
            Stored = Quantization.StoredWeights,
            FixedAxes = Channels,
            Output = call => Convolved(call, rank, call.Config.Size("filters")),
        };

    private static LayerClass Transposed(string name, int rank, string other) =>
        new(name)
        {
            OtherNames = [other],
            Keys = Window + Kernel + "output_padding",
            Check = c => CheckWindow(c, rank),
            Constructor = [Activation(), Initializer("kernel", GlorotUniform), Initializer("bias", Zeros)],
            Build = b =>
            {
                long filters = b.Config.Size("filters");
                b.Weight("kernel", [.. b.Config.Sizes("kernel_size", rank, null), filters, b.Channels(rank)], "kernel");
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [filters], "bias");
            },
            Fans = (c, variable) =>
                variable == "kernel"
                    ? FanRule.Transposed([
                        .. c.Sizes("strides", rank, 1).Select(static stride => (int)Math.Min(stride, int.MaxValue)),
                    ])
                    : null,
            Signal = KernelFlows.Transposed,
            PyTorch = PyTorchForms.Transposed,
            Features = FeatureCall.Filtered,
            FixedAxes = Channels,
            Output = call =>
            {
                Configuration c = call.Config;
                long[]? padding = c.Has("output_padding") ? c.Sizes("output_padding", rank, null, least: 0) : null;
                long[] kernel = c.Sizes("kernel_size", rank, null),
                    strides = c.Sizes("strides", rank, 1),
                    dilation = c.Sizes("dilation_rate", rank, 1);
                return Windows(
                    call,
                    rank,
                    c.Size("filters"),
                    (n, i) => ShapeRules.Transpose(n, kernel[i], strides[i], dilation[i], Padding(c), padding?[i])
                );
            },
        };

    private static LayerClass DepthwiseOnly(string name, int rank) =>
        new(name)
        {
            Keys = Window + Depthwise,
            Check = c => CheckWindow(c, rank),
            Constructor = [Activation(), Initializer("depthwise", GlorotUniform), Initializer("bias", Zeros)],
            Build = b =>
            {
                long channels = b.Channels(rank),
                    multiplier = b.Config.SizeOrNull("depth_multiplier") ?? 1;
                b.Weight(
                    b.Reviver.Generation.NamesDepthwiseKernels ? "depthwise_kernel" : "kernel",
                    [.. b.Config.Sizes("kernel_size", rank, null), channels, multiplier],
                    "depthwise"
                );
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [Product(b, channels, multiplier)], "bias");
            },
            Fans = static (_, variable) => variable is "kernel" or "depthwise_kernel" ? FanRule.Depthwise : null,
            Signal = KernelFlows.Depthwise,
            PyTorch = PyTorchForms.Depthwise,
            Features = FeatureCall.Multiplied,
            FixedAxes = Channels,
            Output = call =>
                Convolved(
                    call,
                    rank,
                    call.Inputs.First![call.Config.ChannelsFirst ? 1 : -1]
                        * (call.Config.SizeOrNull("depth_multiplier") ?? 1)
                ),
        };

    private static LayerClass Separable(string name, int rank, string other) =>
        new(name)
        {
            OtherNames = [other],
            Keys = Window + Depthwise + Pointwise,
            Check = c => CheckWindow(c, rank),
            Constructor =
            [
                Activation(),
                Initializer("depthwise", GlorotUniform),
                Initializer("pointwise", GlorotUniform),
                Initializer("bias", Zeros),
            ],
            Build = b =>
            {
                long channels = b.Channels(rank),
                    multiplier = b.Config.SizeOrNull("depth_multiplier") ?? 1,
                    filters = b.Config.Size("filters");
                b.Weight(
                    "depthwise_kernel",
                    [.. b.Config.Sizes("kernel_size", rank, null), channels, multiplier],
                    "depthwise"
                );
                b.Weight(
                    "pointwise_kernel",
                    [.. Enumerable.Repeat(1L, rank), Product(b, channels, multiplier), filters],
                    "pointwise"
                );
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [filters], "bias");
            },
            Fans = static (_, variable) =>
                variable switch
                {
                    "depthwise_kernel" => FanRule.Depthwise,
                    "pointwise_kernel" => FanRule.Convolution(),
                    _ => null,
                },
            Signal = KernelFlows.Depthwise,
            PyTorch = PyTorchForms.Separable,
            Features = FeatureCall.Filtered,
            FixedAxes = Channels,
            Output = call => Convolved(call, rank, call.Config.Size("filters")),
        };

    private static int[] Channels(Layer layer) => [layer.Config.ChannelsFirst ? 1 : -1];

    private static long Groups(Configuration c) => c.SizeOrNull("groups") ?? 1;

    private static long Product(LayerBuild b, long channels, long multiplier) =>
        TensorShape.Product([channels, multiplier])
        ?? throw b.Config.Error("depth_multiplier", $"must leave fewer than 2^63 channels of {channels}");

    private static string Padding(Configuration c) =>
        c.Text("padding")?.ToLowerInvariant() switch
        {
            null or "valid" => "valid",
            "same" => "same",
            "causal" => "causal",
            _ => throw c.Error("padding", "must be \"valid\", \"same\" or \"causal\""),
        };

    private static void CheckWindow(Configuration c, int rank)
    {
        long[] strides = c.Sizes("strides", rank, 1),
            dilation = c.Sizes("dilation_rate", rank, 1);
        c.Sizes("kernel_size", rank, null);
        if (strides.Max() > 1 && dilation.Max() > 1)
            throw c.Error("strides", $"must be 1 where the dilation_rate is not ({c["dilation_rate"]})");
        _ = Padding(c);
        _ = c.ChannelsFirst;
    }

    private static TensorShape?[] Convolved(LayerCall call, int rank, long? channels)
    {
        Configuration c = call.Config;
        long[] kernel = c.Sizes("kernel_size", rank, null),
            strides = c.Sizes("strides", rank, 1),
            dilation = c.Sizes("dilation_rate", rank, 1);
        string padding = Padding(c);
        return Windows(
            call,
            rank,
            channels,
            (n, i) => ShapeRules.Convolve(n, kernel[i], strides[i], dilation[i], padding)
        );
    }

    private static TensorShape?[] Windows(LayerCall call, int rank, long? channels, Func<long?, int, long?> length)
    {
        TensorShape input = call.Inputs.First!;
        if (input.Rank != rank + 2)
            throw call.Config.Error($"needs an input of rank {rank + 2}; received the shape {input}");
        bool first = call.Config.ChannelsFirst;
        long?[] spatial = [.. input.Spatial(first).ToArray().Select(length)];
        if (spatial.Any(static n => n <= 0))
            throw call.Config.Error($"has a window that does not fit into its input of the shape {input}");
        return [TensorShape.Image(input[0], spatial, channels, first)];
    }
}
