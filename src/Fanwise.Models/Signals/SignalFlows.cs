using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Signals;

/// <summary>The ways in which layers without a kernel pass a signal on; <see cref="KernelFlows"/> has the
/// others.</summary>
internal static class SignalFlows
{
    /// <summary>The positions of a pooling window, or of a map, that are told apart at most.</summary>
    private const int MaxPositions = 64;

    /// <summary>A map of 7 by 7, where its size is not known.</summary>
    private const int UsualPositions = 49;

    /// <summary>The signal as it comes.</summary>
    public static SignalFlow Same { get; } = new(static call => call.First);

    /// <summary>Standard normal noise of the input's channels.</summary>
    public static SignalFlow Input { get; } =
        new(
            static call =>
                (call.Call.InputShape is { Rank: > 1 } shape ? shape[-1] : 1) is { } channels
                && channels is > 0 and <= SignalCall.MaxChannels
                    ? Cloud.Noise(call.Samples, (int)channels, call.Random)
                    : null,
            TakesNoise: true
        );

    /// <summary>The function that the key <c>activation</c> names.</summary>
    public static SignalFlow Activation { get; } =
        new(static call => ActivationFunctions.Apply(ActivationFunctions.Name(call.Config), call.First));

    public static SignalFlow Softmax { get; } = new(static call => ActivationFunctions.Apply("softmax", call.First));

    public static SignalFlow ReLU { get; } =
        new(static call =>
        {
            float slope = (float)call.Config.Number("negative_slope", 0),
                threshold = (float)call.Config.Number("threshold", 0),
                most = (float)call.Config.Number("max_value", double.PositiveInfinity);
            return call.First.Map(value => value < threshold ? slope * (value - threshold) : Math.Min(most, value));
        });

    public static SignalFlow LeakyReLU { get; } =
        new(static call =>
            call.First.Map(Leaky((float)call.Config.Number("negative_slope", call.Config.Number("alpha", 0.3))))
        );

    /// <summary>With the first of its slopes.</summary>
    public static SignalFlow PReLU { get; } =
        new(static call =>
            call.First.Map(
                Leaky(
                    call.Call.Weights.TryGetValue("alpha", out PlannedWeight? alpha)
                    && WeightReader.Of(alpha) is { } reader
                        ? FirstOf(reader)
                        : 0
                )
            )
        );

    public static SignalFlow Elu { get; } =
        new(static call =>
        {
            float scale = (float)call.Config.Number("alpha", 1);
            return call.First.Map(value => value < 0 ? scale * (MathF.Exp(value) - 1) : value);
        });

    /// <summary>As in training: every channel over the samples.</summary>
    public static SignalFlow BatchNormalization { get; } =
        new(static call => Normalised(call, acrossSamples: true, groups: 1));

    public static SignalFlow LayerNormalization { get; } =
        new(static call =>
            Normalised(call, acrossSamples: false, groups: 1, isCentred: !call.Config.Flag("rms_scaling", false))
        );

    public static SignalFlow RmsNormalization { get; } =
        new(static call =>
            call.First.Normalise(false, 1, false, call.Config.Number("epsilon", 1e-6), call.Vector("scale"), null)
        );

    /// <summary>One channel a group is normalised over positions, which are samples here.</summary>
    public static SignalFlow GroupNormalization { get; } =
        new(static call =>
        {
            int channels = call.First.Channels,
                groups = call.Config.Integer("groups") is { } given and > 0 ? given : channels;
            return channels % groups == 0 && groups < channels
                ? Normalised(call, acrossSamples: false, groups)
                : Normalised(call, acrossSamples: true, groups: 1);
        });

    /// <summary>The product with the layer's one weight.</summary>
    public static SignalFlow LayerScale { get; } =
        new(static call =>
        {
            float[] gain = call.Vector(call.Call.Weights.Keys.FirstOrDefault() ?? "") ?? [1];
            Cloud factor = new(call.Samples, call.First.Channels);
            for (int sample = 0; sample < factor.Samples; sample++)
            for (int channel = 0; channel < factor.Channels; channel++)
                factor[sample][channel] = gain[channel % gain.Length];
            return Cloud.Join([call.First, factor], static (a, b) => a * b);
        });

    public static SignalFlow MaxPooling(int rank) =>
        new(call => call.First.Pool(Window(call, rank), Math.Max, false, call.Random));

    public static SignalFlow AveragePooling(int rank) =>
        new(call => call.First.Pool(Window(call, rank), static (a, b) => a + b, true, call.Random));

    public static SignalFlow GlobalMaxPooling { get; } =
        new(static call => call.First.Pool(Positions(call), Math.Max, false, call.Random));

    public static SignalFlow GlobalAveragePooling { get; } =
        new(static call => call.First.Pool(Positions(call), static (a, b) => a + b, true, call.Random));

    public static SignalFlow Add { get; } = Joined(static (a, b) => a + b);

    public static SignalFlow Subtract { get; } = Joined(static (a, b) => a - b);

    public static SignalFlow Multiply { get; } = Joined(static (a, b) => a * b);

    public static SignalFlow Maximum { get; } = Joined(Math.Max);

    public static SignalFlow Minimum { get; } = Joined(Math.Min);

    public static SignalFlow Average { get; } =
        new(static call =>
        {
            float count = call.Inputs.Length;
            return Cloud.Join(call.Inputs, static (a, b) => a + b)?.Map(sum => sum / count);
        });

    public static SignalFlow Concatenate { get; } =
        new(static call =>
            call.Inputs.Sum(static cloud => (long)cloud.Channels) <= SignalCall.MaxChannels
                ? Cloud.Concatenate(call.Inputs)
                : null
        );

    /// <summary>Where one number of channels divides the other.</summary>
    public static SignalFlow Reshape { get; } =
        new(static call =>
            call.Config["target_shape"]
                is { IsArray: true, Items: [.., { AsInteger: { } size and > 0 and <= SignalCall.MaxChannels }] }
            && (size % call.First.Channels == 0 || call.First.Channels % size == 0)
                ? call.First.Regroup((int)size, call.Random)
                : null
        );

    private static SignalFlow Joined(Func<float, float, float> join) => new(call => Cloud.Join(call.Inputs, join));

    private static Cloud Normalised(SignalCall call, bool acrossSamples, int groups, bool isCentred = true) =>
        call.First.Normalise(
            acrossSamples,
            groups,
            isCentred,
            call.Config.Number("epsilon", 1e-3),
            call.Vector("gamma"),
            call.Vector("beta")
        );

    private static float FirstOf(WeightReader reader)
    {
        Span<float> first = stackalloc float[1];
        if (reader.Shape.Elements > 0)
            reader.Read(0, first);
        return first[0];
    }

    private static Func<float, float> Leaky(float slope) => value => value < 0 ? slope * value : value;

    /// <summary>The positions that a pooling window joins.</summary>
    private static int Window(SignalCall call, int rank) =>
        (int)
            call
                .Config.Sizes("pool_size", rank, 2)
                .Aggregate(1L, static (product, size) => Math.Min(MaxPositions, product * size));

    /// <summary>The positions of a whole map, where they are known.</summary>
    private static int Positions(SignalCall call) =>
        call.Call.InputShape is { Rank: > 2 } shape
        && TensorShape.Product(shape.Spatial(call.Config.ChannelsFirst)) is { } positions
            ? (int)Math.Clamp(positions, 1, MaxPositions)
            : UsualPositions;
}
