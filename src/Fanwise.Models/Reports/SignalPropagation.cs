using Fanwise.Models.Layers;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Reports;

/// <summary>The strength of a signal at one layer with weights.</summary>
/// <param name="Path">The layer.</param>
/// <param name="ClassName">Its class.</param>
/// <param name="Weight">The name of its kernel.</param>
/// <param name="Before">The mean square of its inputs.</param>
/// <param name="Variance">The variance of its outputs, before an activation.</param>
/// <param name="BeginsAnew">Whether something before it was not followed, so that it does not go on from the step before
/// it.</param>
internal sealed record SignalStep(
    string Path,
    string ClassName,
    string Weight,
    double Before,
    double Variance,
    bool BeginsAnew
);

/// <summary>What becomes of random input in a network that has just been initialised, layer by layer.</summary>
/// <remarks>
/// Activations are followed for a few samples with the weights themselves, positions taken as independent (the mean
/// field of He et al. 2015): every tap of a convolution sees another sample.
/// So sizes of images play no part. Batch normalisation works as in training. What cannot be followed (recurrence,
/// attention, custom layers) begins anew after it with variance 1.
/// </remarks>
internal sealed class SignalPropagation
{
    /// <summary>Multiplications that are affordable: a good half second.</summary>
    private const double Budget = 1 << 29;

    private const int MostSamples = 64,
        LeastSamples = 16,
        MaxChannels = 1 << 20;

    private readonly Random _random = new(20260101); // of the input; no weight depends on it
    private readonly List<SignalStep> _steps = [];
    private readonly SortedSet<string> _notFollowed = new(StringComparer.Ordinal);
    private readonly int _samples;
    private bool _cut,
        _beginsAnew;

    private SignalPropagation(int samples) => _samples = samples;

    public IReadOnlyList<SignalStep> Steps => _steps;

    /// <summary>What was left out, in sentences.</summary>
    public string Note =>
        string.Join(
            ' ',
            new[]
            {
                _notFollowed.Count > 0
                    ? $"Not followed: {string.Join(", ", _notFollowed.Take(8))}{(_notFollowed.Count > 8 ? " and others" : "")}; after them the signal begins anew with variance 1."
                    : null,
                _cut ? "Of very large kernels a part of the outputs was computed." : null,
            }.OfType<string>()
        );

    /// <summary>Follows random input through a plan; null where it holds no calls.</summary>
    public static SignalPropagation? Of(WeightPlan plan)
    {
        if (plan.Calls.Count == 0)
            return null;
        double products = plan.Calls.Sum(static call =>
            call.Weights.Values.Sum(static weight => Math.Min(Products.MaxElements, (double)weight.Shape.Elements))
        );
        SignalPropagation propagation = new((int)Math.Clamp(Budget / Math.Max(1, products), LeastSamples, MostSamples));
        propagation.Run(plan.Calls);
        return propagation;
    }

    private void Run(IReadOnlyList<PlannedCall> calls)
    {
        Cloud?[] clouds = new Cloud?[calls.Count];
        int[] last = new int[calls.Count]; // the last use of each output, after which it is let go
        for (int i = 0; i < calls.Count; i++)
            foreach (int input in calls[i].Inputs)
                if (input >= 0)
                    last[input] = i;
        for (int i = 0; i < calls.Count; i++)
        {
            Cloud?[] inputs = Array.ConvertAll(calls[i].Inputs, input => input >= 0 ? clouds[input] : null);
            clouds[i] = Call(calls[i], inputs);
            foreach (int input in calls[i].Inputs)
                if (input >= 0 && last[input] == i)
                    clouds[input] = null;
        }
    }

    private Cloud? Call(PlannedCall call, Cloud?[] inputs)
    {
        Configuration c = call.Config;
        Cloud? x = inputs.Length > 0 ? inputs[0] : null;
        if (call.ClassName == "InputLayer")
            return Channels(call) is { } channels and > 0 and <= MaxChannels
                ? Cloud.Noise(_samples, (int)channels, _random)
                : null;
        if (Kernel(call) is { } kernel)
            return (
                    WithKernel(call, x, kernel) is { } y
                        ? ActivationFunctions.Apply(ActivationFunctions.Name(c), y)
                        : null
                ) ?? NotFollowed(call);
        if (inputs.Length == 0 || Array.IndexOf(inputs, null) >= 0)
            return null;
        string name = call.ClassName;
        if (name.EndsWith('D') && name.Length > 2 && char.IsAsciiDigit(name[^2]))
            name = name[..^2];
        switch (name)
        {
            case "Identity"
            or "Flatten"
            or "Dropout"
            or "AlphaDropout"
            or "GaussianDropout"
            or "SpatialDropout"
            or "GaussianNoise"
            or "ActivityRegularization"
            or "Masking"
            or "ZeroPadding"
            or "Cropping"
            or "UpSampling"
            or "RepeatVector"
            or "StochasticDepth"
            or "Rescaling"
            or "Normalization"
            or "Resizing"
            or "CenterCrop":
                return x;
            case "Activation":
                return ActivationFunctions.Apply(ActivationFunctions.Name(c), x!) ?? NotFollowed(call);
            case "ReLU":
                float slope = (float)c.Number("negative_slope", 0),
                    threshold = (float)c.Number("threshold", 0),
                    most = (float)c.Number("max_value", double.PositiveInfinity);
                return x!.Map(value => value < threshold ? slope * (value - threshold) : Math.Min(most, value));
            case "LeakyReLU":
                return x!.Map(Leaky((float)c.Number("negative_slope", c.Number("alpha", 0.3))));
            case "PReLU":
                return x!.Map(
                    Leaky(
                        call.Weights.TryGetValue("alpha", out PlannedWeight? alpha)
                        && WeightReader.Of(alpha) is { } reader
                            ? First(reader)
                            : 0
                    )
                );
            case "ELU":
                float scale = (float)c.Number("alpha", 1);
                return x!.Map(value => value < 0 ? scale * (MathF.Exp(value) - 1) : value);
            case "Softmax":
                return ActivationFunctions.Apply("softmax", x!);
            case "BatchNormalization":
                return x!.Normalise(
                    acrossSamples: true,
                    1,
                    centred: true,
                    c.Number("epsilon", 1e-3),
                    Vector(call, "gamma"),
                    Vector(call, "beta")
                );
            case "LayerNormalization":
                return x!.Normalise(
                    false,
                    1,
                    !c.Flag("rms_scaling", false),
                    c.Number("epsilon", 1e-3),
                    Vector(call, "gamma"),
                    Vector(call, "beta")
                );
            case "RMSNormalization":
                return x!.Normalise(false, 1, false, c.Number("epsilon", 1e-6), Vector(call, "scale"), null);
            case "GroupNormalization":
                int groups = c.Integer("groups") is { } given and > 0 ? given : x!.Channels;
                return x!.Channels % groups == 0 && groups < x.Channels
                    ? x.Normalise(
                        false,
                        groups,
                        true,
                        c.Number("epsilon", 1e-3),
                        Vector(call, "gamma"),
                        Vector(call, "beta")
                    )
                    : x.Normalise(
                        true,
                        1,
                        true,
                        c.Number("epsilon", 1e-3),
                        Vector(call, "gamma"),
                        Vector(call, "beta")
                    );
            case "LayerScale":
                float[] gain = Vector(call, call.Weights.Keys.FirstOrDefault() ?? "") ?? [1];
                Cloud factor = new(x!.Samples, x.Channels);
                for (int sample = 0; sample < x.Samples; sample++)
                for (int channel = 0; channel < x.Channels; channel++)
                    factor[sample][channel] = gain[channel % gain.Length];
                return Cloud.Join([x, factor], static (a, b) => a * b);
            case "MaxPooling":
                return x!.Pool(Window(call), Math.Max, false, _random);
            case "AveragePooling":
                return x!.Pool(Window(call), static (a, b) => a + b, true, _random);
            case "GlobalMaxPooling":
                return x!.Pool(Positions(call), Math.Max, false, _random);
            case "GlobalAveragePooling":
                return x!.Pool(Positions(call), static (a, b) => a + b, true, _random);
            case "Add":
                return Cloud.Join(inputs!, static (a, b) => a + b) ?? NotFollowed(call);
            case "Subtract":
                return Cloud.Join(inputs!, static (a, b) => a - b) ?? NotFollowed(call);
            case "Multiply":
                return Cloud.Join(inputs!, static (a, b) => a * b) ?? NotFollowed(call);
            case "Maximum":
                return Cloud.Join(inputs!, Math.Max) ?? NotFollowed(call);
            case "Minimum":
                return Cloud.Join(inputs!, Math.Min) ?? NotFollowed(call);
            case "Average":
                float count = inputs.Length;
                return Cloud.Join(inputs!, static (a, b) => a + b)?.Map(sum => sum / count) ?? NotFollowed(call);
            case "Concatenate":
                return inputs.Sum(static cloud => (long)cloud!.Channels) <= MaxChannels
                    ? Cloud.Concatenate(inputs!)
                    : NotFollowed(call);
            case "Reshape":
                return
                    c["target_shape"]
                        is { IsArray: true, Items: [.., { AsInteger: { } size and > 0 and <= MaxChannels }] }
                    && (size % x!.Channels == 0 || x.Channels % size == 0)
                    ? x.Regroup((int)size, _random)
                    : NotFollowed(call);
            default:
                return NotFollowed(call);
        }
    }

    /// <summary>What a layer with a kernel gives, and its step of the picture; null where it cannot be
    /// followed.</summary>
    private Cloud? WithKernel(PlannedCall call, Cloud? x, PlannedWeight weight)
    {
        Shape shape = weight.Shape;
        if (
            WeightReader.Of(weight) is not { } kernel
            || shape.Elements == 0
            || shape.Lengths.ToArray().Any(static length => length > MaxChannels) && weight.Variable != "embeddings"
        )
            return null;
        if (call.ClassName is "Embedding" or "ReversibleEmbedding")
            return shape.Rank == 2 && shape[1] <= MaxChannels
                ? Step(call, weight, 1, Products.Lookup(_samples, kernel, _random))
                : null;
        long taps = 1;
        foreach (long length in shape.Lengths[..^2])
            taps *= length;
        bool transposed = call.ClassName.EndsWith("Transpose", StringComparison.Ordinal),
            depthwise = weight.LayerRule == FanRule.Depthwise;
        int groups = (int)(call.Config["groups"] is null ? 1 : call.Config.SizeOrNull("groups") ?? 1);
        long expected = transposed ? shape.Lengths[^1] : shape.Lengths[^2] * groups;
        // Beyond what a page has time for, and kernels that are computed whole.
        if (
            (double)taps * expected > 1 << 24
            || expected > MaxChannels
            || (transposed || depthwise) && shape.Elements > 1 << 24
        )
            return null;
        x ??= Cloud.Noise(_samples, (int)expected, _random);
        if (x.Channels != expected)
            x =
                expected % x.Channels == 0 || x.Channels % expected == 0
                    ? x.Regroup((int)expected, _random)
                    : Cloud.Noise(_samples, (int)expected, _random);
        double before = x.MeanSquare;
        Cloud y;
        if (depthwise)
        {
            y = Products.Depthwise(x, kernel, taps, (int)shape.Lengths[^1], _random);
            if (
                call.Weights.TryGetValue("pointwise_kernel", out PlannedWeight? pointwise)
                && WeightReader.Of(pointwise) is { } second
            )
            {
                Step(call, weight, before, y);
                before = y.MeanSquare;
                weight = pointwise;
                y = Products.Multiply(
                    y,
                    second,
                    1,
                    pointwise.Shape.Lengths[^2],
                    pointwise.Shape.Lengths[^1],
                    1,
                    _random
                );
            }
        }
        else if (transposed)
        {
            int rank = shape.Rank - 2;
            y = Products.Transposed(
                x,
                kernel,
                shape.Lengths[..rank].ToArray(),
                call.Config.Sizes("strides", rank, 1),
                (int)shape.Lengths[^2],
                _random
            );
        }
        else
        {
            _cut |= groups == 1 && taps * expected * shape.Lengths[^1] > Products.MaxElements;
            y = Products.Multiply(x, kernel, taps, shape.Lengths[^2], shape.Lengths[^1], groups, _random);
        }

        if (Vector(call, "bias") is { } bias && bias.Length == y.Channels)
            for (int sample = 0; sample < y.Samples; sample++)
                System.Numerics.Tensors.TensorPrimitives.Add<float>(y[sample], bias, y[sample]);
        return Step(call, weight, before, y);
    }

    private Cloud Step(PlannedCall call, PlannedWeight weight, double before, Cloud y)
    {
        _steps.Add(new(call.Path, call.ClassName, weight.Name, before, y.Variance, _beginsAnew));
        _beginsAnew = false;
        return y;
    }

    private static PlannedWeight? Kernel(PlannedCall call) =>
        call.ClassName switch
        {
            "Dense"
            or "Conv1D"
            or "Conv2D"
            or "Conv3D"
            or "Conv1DTranspose"
            or "Conv2DTranspose"
            or "Conv3DTranspose" => call.Weights.GetValueOrDefault("kernel"),
            "DepthwiseConv1D" or "DepthwiseConv2D" => call.Weights.GetValueOrDefault("kernel")
                ?? call.Weights.GetValueOrDefault("depthwise_kernel"),
            "SeparableConv1D" or "SeparableConv2D" => call.Weights.GetValueOrDefault("depthwise_kernel"),
            "Embedding" or "ReversibleEmbedding" => call.Weights.GetValueOrDefault("embeddings"),
            _ => null,
        };

    private Cloud? NotFollowed(PlannedCall call)
    {
        _notFollowed.Add(call.ClassName);
        _beginsAnew = true;
        return null;
    }

    private static float[]? Vector(PlannedCall call, string name) =>
        call.Weights.TryGetValue(name, out PlannedWeight? weight) && weight.Shape.Elements is > 0 and <= MaxChannels
            ? WeightReader.Of(weight)?.All()
            : null;

    private static float First(WeightReader reader)
    {
        Span<float> first = stackalloc float[1];
        if (reader.Shape.Elements > 0)
            reader.Read(0, first);
        return first[0];
    }

    private static Func<float, float> Leaky(float slope) => value => value < 0 ? slope * value : value;

    private static long? Channels(PlannedCall call) => call.InputShape is { Rank: > 1 } shape ? shape[-1] : 1;

    /// <summary>The positions that a pooling window joins.</summary>
    private static int Window(PlannedCall call)
    {
        int rank = call.ClassName[^2] - '0';
        return (int)
            Math.Min(
                64,
                call.Config.Sizes("pool_size", rank, 2)
                    .Aggregate(1L, static (product, size) => Math.Min(64, product * size))
            );
    }

    /// <summary>The positions of a whole map, where they are known: else those of one of 7 by 7.</summary>
    private static int Positions(PlannedCall call) =>
        call.InputShape is { Rank: > 2 } shape
        && TensorShape.Product(shape.Spatial(call.Config.ChannelsFirst)) is { } positions
            ? (int)Math.Clamp(positions, 1, 64)
            : 49;
}
