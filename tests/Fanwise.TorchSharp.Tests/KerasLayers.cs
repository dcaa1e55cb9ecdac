using System.Text.Json;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Feature = FanwiseTorch.Tests.KerasNetwork.Feature;

namespace FanwiseTorch.Tests;

/// <summary>A layer of Keras' as what TorchSharp computes in its place.</summary>
internal static class KerasLayers
{
    /// <summary>Puts a module into the network, under the layer's name and a part's.</summary>
    internal interface IAdder
    {
        public TModule Add<TModule>(string part, TModule module)
            where TModule : Module;
    }

    /// <summary>The call of a layer, its modules made.</summary>
    public static Func<Feature[], Feature> Make(string kind, JsonElement layer, IAdder adder)
    {
        KerasConfig c = new(layer);
        Func<Feature[], Feature> call = kind switch
        {
            "Dense" => Dense(c, adder),
            "Embedding" => Embed(c, adder),
            "Conv1D" or "Conv2D" or "Conv3D" => KerasConvolutions.Convolution(c, Rank(kind), adder),
            "Conv1DTranspose" or "Conv2DTranspose" or "Conv3DTranspose" => KerasConvolutions.Transposed(
                c,
                Rank(kind),
                adder
            ),
            "DepthwiseConv1D" or "DepthwiseConv2D" => KerasConvolutions.Depthwise(c, Rank(kind), adder),
            "SeparableConv1D" or "SeparableConv2D" => KerasConvolutions.Separable(c, Rank(kind), adder),
            "BatchNormalization" => BatchNormalized(c, adder),
            "LayerNormalization" => LayerNormalized(c, adder),
            "GroupNormalization" => GroupNormalized(c, adder),
            "PReLU" => Slopes(c, adder),
            "LSTM" or "GRU" or "SimpleRNN" => KerasRecurrent.Layer(kind, c, adder, isBidirectional: false),
            "Bidirectional" => KerasRecurrent.Bidirectional(c, adder),
            "MultiHeadAttention" => Attention(c, adder),
            "Flatten" => static x => new(x[0].Tensor.flatten(1), false),
            "Dropout"
            or "SpatialDropout1D"
            or "SpatialDropout2D"
            or "SpatialDropout3D"
            or "GaussianNoise"
            or "Identity"
            or "Activation" => static x => x[0],
            "ReLU" => x => x[0] with { Tensor = Rectified(c, x[0].Tensor) },
            "LeakyReLU" => x =>
                x[0] with
                {
                    Tensor = functional.leaky_relu(x[0].Tensor, c.Number("negative_slope", 0.3)),
                },
            "ELU" => x => x[0] with { Tensor = functional.elu(x[0].Tensor, c.Number("alpha", 1)) },
            "Softmax" => static x => x[0] with { Tensor = functional.softmax(x[0].Tensor, x[0].Channels) },
            "Add" => static x => Merged(x, static (a, b) => a + b),
            "Subtract" => static x => Merged(x, static (a, b) => a - b),
            "Multiply" => static x => Merged(x, static (a, b) => a * b),
            "Maximum" => static x => Merged(x, static (a, b) => a.maximum(b)),
            "Average" => static x =>
                Merged(x, static (a, b) => a + b) is var sum ? sum with { Tensor = sum.Tensor / x.Length } : default,
            "Concatenate" => static x => new(cat([.. x.Select(static f => f.Tensor)], x[0].Channels), x[0].IsImage),
            _ when kind.StartsWith("Global", StringComparison.Ordinal) => Global(kind),
            _ when kind.Contains("Pooling", StringComparison.Ordinal) => KerasConvolutions.Pooling(c, kind),
            _ => throw new NotSupportedException($"The test network has no {kind}."),
        };
        string activation = c.Text("activation", "linear");
        bool isOwn = kind is "LSTM" or "GRU" or "SimpleRNN" or "Bidirectional" || activation == "linear";
        return isOwn ? call : x => Activated(activation, call(x));
    }

    private static int Rank(string kind) => kind[kind.IndexOf('D', 2) - 1] - '0';

    private static Func<Feature[], Feature> Dense(KerasConfig c, IAdder adder)
    {
        var linear = adder.Add("", Linear(c.Input[^1], c.Integer("units"), c.Flag("use_bias", true)));
        return x => new(linear.forward(x[0].AsPlain().Tensor), false);
    }

    private static Func<Feature[], Feature> Embed(KerasConfig c, IAdder adder)
    {
        var table = adder.Add("", Embedding(c.Integer("input_dim"), c.Integer("output_dim")));
        return x => new(table.forward(x[0].Tensor), false);
    }

    private static Func<Feature[], Feature> BatchNormalized(KerasConfig c, IAdder adder)
    {
        double eps = c.Number("epsilon", 1e-3),
            momentum = 1 - c.Number("momentum", 0.99);
        long channels = c.Input[^1];
        Module<Tensor, Tensor> norm = adder.Add<Module<Tensor, Tensor>>(
            "",
            c.Input.Length switch
            {
                2 or 3 => BatchNorm1d(channels, eps, momentum),
                4 => BatchNorm2d(channels, eps, momentum),
                _ => BatchNorm3d(channels, eps, momentum),
            }
        );
        return x =>
            x[0].Tensor.dim() == 2 ? x[0] with { Tensor = norm.forward(x[0].Tensor) }
            : x[0].IsImage ? x[0] with { Tensor = norm.forward(x[0].Tensor) }
            : new Feature(norm.forward(x[0].AsImage().Tensor), true).AsPlain();
    }

    private static Func<Feature[], Feature> LayerNormalized(KerasConfig c, IAdder adder)
    {
        var norm = adder.Add("", LayerNorm(c.Input[^1], c.Number("epsilon", 1e-3)));
        return x =>
        {
            Feature plain = new(norm.forward(x[0].AsPlain().Tensor), false);
            return x[0].IsImage ? plain.AsImage() : plain;
        };
    }

    private static Func<Feature[], Feature> GroupNormalized(KerasConfig c, IAdder adder)
    {
        long groups = c.Integer("groups");
        var norm = adder.Add("", GroupNorm(groups < 0 ? c.Input[^1] : groups, c.Input[^1], c.Number("epsilon", 1e-3)));
        return x =>
        {
            Feature image = new(norm.forward(x[0].AsImage().Tensor), true);
            return x[0].IsImage ? image : image.AsPlain();
        };
    }

    private static Func<Feature[], Feature> Slopes(KerasConfig c, IAdder adder)
    {
        var slopes = adder.Add("", PReLU(c.Input[^1]));
        return x =>
        {
            Feature image = new(slopes.forward(x[0].AsImage().Tensor), true);
            return x[0].IsImage ? image : image.AsPlain();
        };
    }

    private static Func<Feature[], Feature> Attention(KerasConfig c, IAdder adder)
    {
        var attention = adder.Add(
            "",
            MultiheadAttention(c.Query[^1], c.Integer("num_heads"), bias: c.Flag("use_bias", true))
        );
        return x =>
        {
            Tensor[] given = [.. x.Select(static f => f.AsPlain().Tensor.transpose(0, 1))];
            Tensor value = given.Length > 1 ? given[1] : given[0],
                key = given.Length > 2 ? given[2] : value;
            return new(attention.call(given[0], key, value, null, false, null).Item1.transpose(0, 1), false);
        };
    }

    private static Func<Feature[], Feature> Global(string kind)
    {
        bool isMax = kind.Contains("Max", StringComparison.Ordinal);
        return x =>
        {
            Tensor flat = x[0].AsImage().Tensor.flatten(2);
            return new(isMax ? flat.amax([2]) : flat.mean([2]), false);
        };
    }

    private static Tensor Rectified(KerasConfig c, Tensor x)
    {
        Tensor above = functional.leaky_relu(x, c.Number("negative_slope", 0));
        return c.NumberOrNull("max_value") is { } max ? above.clamp_max(max) : above;
    }

    private static Feature Merged(Feature[] x, Func<Tensor, Tensor, Tensor> merge)
    {
        bool isImage = x[0].IsImage;
        Tensor result = x[0].Tensor;
        foreach (Feature other in x.Skip(1))
            result = merge(result, (isImage ? other.AsImage() : other.AsPlain()).Tensor);
        return new(result, isImage);
    }

    private static Feature Activated(string activation, Feature x) =>
        x with
        {
            Tensor = activation switch
            {
                "relu" => functional.relu(x.Tensor),
                "tanh" => x.Tensor.tanh(),
                "sigmoid" => x.Tensor.sigmoid(),
                "softmax" => functional.softmax(x.Tensor, x.Channels),
                "elu" => functional.elu(x.Tensor, 1),
                "gelu" => functional.gelu(x.Tensor),
                "silu" or "swish" => functional.silu(x.Tensor),
                "softplus" => functional.softplus(x.Tensor),
                "leaky_relu" => functional.leaky_relu(x.Tensor, 0.2),
                _ => throw new NotSupportedException($"The test network has no activation {activation}."),
            },
        };
}
