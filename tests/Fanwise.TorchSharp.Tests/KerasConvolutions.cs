using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Feature = FanwiseTorch.Tests.KerasNetwork.Feature;
using IAdder = FanwiseTorch.Tests.KerasLayers.IAdder;

namespace FanwiseTorch.Tests;

/// <summary>Convolutions and pooling with Keras' padding, which stands before the module: TorchSharp's pads alike on
/// both sides.</summary>
internal static class KerasConvolutions
{
    public static Func<Feature[], Feature> Convolution(KerasConfig c, int rank, IAdder adder)
    {
        Window window = new(c, rank, "kernel_size", "strides");
        Module<Tensor, Tensor> module = adder.Add(
            "",
            Make(window, c.Input[^1], c.Integer("filters"), c.Integer("groups"), c.Flag("use_bias", true))
        );
        return x => new(module.forward(window.Pad(x[0].AsImage().Tensor, 0)), true);
    }

    public static Func<Feature[], Feature> Depthwise(KerasConfig c, int rank, IAdder adder)
    {
        Window window = new(c, rank, "kernel_size", "strides");
        long channels = c.Input[^1];
        Module<Tensor, Tensor> module = adder.Add(
            "",
            Make(window, channels, channels * c.Integer("depth_multiplier"), channels, c.Flag("use_bias", true))
        );
        return x => new(module.forward(window.Pad(x[0].AsImage().Tensor, 0)), true);
    }

    public static Func<Feature[], Feature> Separable(KerasConfig c, int rank, IAdder adder)
    {
        Window window = new(c, rank, "kernel_size", "strides"),
            point = new([.. Ones(rank)], [.. Ones(rank)], [.. Ones(rank)], "valid");
        long channels = c.Input[^1],
            all = channels * c.Integer("depth_multiplier");
        Module<Tensor, Tensor> depthwise = adder.Add("depthwise", Make(window, channels, all, channels, false)),
            pointwise = adder.Add("pointwise", Make(point, all, c.Integer("filters"), 1, c.Flag("use_bias", true)));
        return x => new(pointwise.forward(depthwise.forward(window.Pad(x[0].AsImage().Tensor, 0))), true);
    }

    public static Func<Feature[], Feature> Transposed(KerasConfig c, int rank, IAdder adder)
    {
        Window window = new(c, rank, "kernel_size", "strides");
        long[] extra = [.. window.Strides.Zip(window.Sizes, static (stride, size) => Math.Max(0, stride - size))];
        long channels = c.Input[^1],
            filters = c.Integer("filters");
        bool bias = c.Flag("use_bias", true);
        long[] k = window.Sizes,
            s = window.Strides;
        Module<Tensor, Tensor> module = adder.Add<Module<Tensor, Tensor>>(
            "",
            rank switch
            {
                1 => ConvTranspose1d(channels, filters, k[0], s[0], output_padding: extra[0], bias: bias),
                2 => ConvTranspose2d(
                    channels,
                    filters,
                    (k[0], k[1]),
                    (s[0], s[1]),
                    output_padding: (extra[0], extra[1]),
                    bias: bias
                ),
                _ => ConvTranspose3d(
                    channels,
                    filters,
                    (k[0], k[1], k[2]),
                    (s[0], s[1], s[2]),
                    output_padding: (extra[0], extra[1], extra[2]),
                    bias: bias
                ),
            }
        );
        return x =>
        {
            Tensor image = x[0].AsImage().Tensor,
                result = module.forward(image);
            for (int i = 0; window.Padding == "same" && i < rank; i++)
                result = result.narrow(2 + i, Math.Max(0, k[i] - s[i]) / 2, image.shape[2 + i] * s[i]);
            return new(result, true);
        };
    }

    public static Func<Feature[], Feature> Pooling(KerasConfig c, string kind)
    {
        Window window = new(c, kind[^2] - '0', "pool_size", c.Has("strides") ? "strides" : "pool_size");
        bool isMax = kind.StartsWith("Max", StringComparison.Ordinal);
        return x =>
        {
            Tensor image = x[0].AsImage().Tensor;
            if (isMax)
                return new(Pool(window.Pad(image, float.NegativeInfinity), static w => w.amax([-1])), true);
            // What was put around does not count.
            Tensor sum = Pool(window.Pad(image, 0), static w => w.sum(-1)),
                count = Pool(window.Pad(ones_like(image), 0), static w => w.sum(-1));
            return new(sum / count, true);
        };

        Tensor Pool(Tensor padded, Func<Tensor, Tensor> reduce)
        {
            int rank = window.Sizes.Length;
            for (int i = 0; i < rank; i++)
                padded = padded.unfold(2 + i, window.Sizes[i], window.Strides[i]);
            return reduce(padded.flatten(2 + rank));
        }
    }

    private static IEnumerable<long> Ones(int rank) => Enumerable.Repeat(1L, rank);

    private static Module<Tensor, Tensor> Make(Window w, long channels, long filters, long groups, bool bias)
    {
        long[] k = w.Sizes,
            s = w.Strides,
            d = w.Dilation;
        return k.Length switch
        {
            1 => Conv1d(channels, filters, k[0], s[0], dilation: d[0], groups: groups, bias: bias),
            2 => Conv2d(
                channels,
                filters,
                (k[0], k[1]),
                (s[0], s[1]),
                dilation: (d[0], d[1]),
                groups: groups,
                bias: bias
            ),
            _ => Conv3d(
                channels,
                filters,
                (k[0], k[1], k[2]),
                (s[0], s[1], s[2]),
                dilation: (d[0], d[1], d[2]),
                groups: groups,
                bias: bias
            ),
        };
    }

    /// <summary>A window that goes over the positions.</summary>
    private sealed record Window(long[] Sizes, long[] Strides, long[] Dilation, string Padding)
    {
        public Window(KerasConfig c, int rank, string size, string strides)
            : this(
                c.Sizes(size, rank),
                c.Sizes(strides, rank),
                c.Has("dilation_rate") ? c.Sizes("dilation_rate", rank) : [.. Ones(rank)],
                c.Text("padding", "valid")
            ) { }

        /// <summary>The image with what Keras' padding puts around it.</summary>
        public Tensor Pad(Tensor image, double value)
        {
            List<long> around = [];
            for (int i = Sizes.Length - 1; i >= 0 && Padding != "valid"; i--) // functional.pad begins with the last
            {
                long length = image.shape[2 + i],
                    reach = (Sizes[i] - 1) * Dilation[i] + 1,
                    steps = (length + Strides[i] - 1) / Strides[i],
                    all = Math.Max(0, (steps - 1) * Strides[i] + reach - length);
                around.AddRange(Padding == "causal" ? [reach - 1, 0] : [all / 2, all - all / 2]);
            }

            return around.Count == 0 ? image : functional.pad(image, [.. around], PaddingModes.Constant, value);
        }
    }
}
