using System.Numerics.Tensors;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Signals;

/// <summary>The ways in which layers with a kernel make a signal of another; each use of a kernel is a step of the
/// picture.</summary>
internal static class KernelFlows
{
    /// <summary>More sums than a page has time for.</summary>
    private const double MaxSums = 1 << 24;

    /// <summary>Dense layers and convolutions: <c>[window..., in, out]</c>, in groups where the layer has
    /// some.</summary>
    public static SignalFlow Kernel { get; } =
        Of(
            ["kernel"],
            static (call, weight, kernel) =>
            {
                Shape shape = weight.Shape;
                int groups = (int)(call.Config["groups"] is null ? 1 : call.Config.SizeOrNull("groups") ?? 1);
                long taps = Taps(shape),
                    inputs = shape.Lengths[^2] * groups;
                if (Input(call, taps, inputs) is not { } x)
                    return null;
                if (groups == 1 && taps * inputs * shape.Lengths[^1] > Products.MaxElements)
                    call.NoteCut();
                Cloud y = Products.Multiply(x, kernel, taps, shape.Lengths[^2], shape.Lengths[^1], groups, call.Random);
                return Done(call, weight, x.MeanSquare, y);
            }
        );

    /// <summary>Transposed convolutions: <c>[window..., out, in]</c>.</summary>
    public static SignalFlow Transposed { get; } =
        Of(
            ["kernel"],
            static (call, weight, kernel) =>
            {
                Shape shape = weight.Shape;
                int rank = shape.Rank - 2;
                if (shape.Elements > MaxSums || Input(call, Taps(shape), shape.Lengths[^1]) is not { } x)
                    return null;
                Cloud y = Products.Transposed(
                    x,
                    kernel,
                    shape.Lengths[..rank].ToArray(),
                    call.Config.Sizes("strides", rank, 1),
                    (int)shape.Lengths[^2],
                    call.Random
                );
                return Done(call, weight, x.MeanSquare, y);
            }
        );

    /// <summary>Depthwise convolutions, <c>[window..., in, multiplier]</c>, and what a separable one does
    /// then.</summary>
    public static SignalFlow Depthwise { get; } =
        Of(
            ["kernel", "depthwise_kernel"],
            static (call, weight, kernel) =>
            {
                Shape shape = weight.Shape;
                long taps = Taps(shape);
                if (shape.Elements > MaxSums || Input(call, taps, shape.Lengths[^2]) is not { } x)
                    return null;
                Cloud y = Products.Depthwise(x, kernel, taps, (int)shape.Lengths[^1], call.Random);
                if (
                    !call.Call.Weights.TryGetValue("pointwise_kernel", out PlannedWeight? pointwise)
                    || WeightReader.Of(pointwise) is not { } second
                )
                    return Done(call, weight, x.MeanSquare, y);
                call.Step(weight, x.MeanSquare, y);
                Cloud z = Products.Multiply(
                    y,
                    second,
                    1,
                    pointwise.Shape.Lengths[^2],
                    pointwise.Shape.Lengths[^1],
                    1,
                    call.Random
                );
                return Done(call, pointwise, y.MeanSquare, z);
            }
        );

    /// <summary>Rows of a table, chosen at random.</summary>
    public static SignalFlow Lookup { get; } =
        new(
            static call =>
                call.Call.Weights.TryGetValue("embeddings", out PlannedWeight? weight)
                && weight.Shape is { Rank: 2, Elements: > 0 } shape
                && shape[1] <= SignalCall.MaxChannels
                && WeightReader.Of(weight) is { } table
                    ? call.Step(weight, 1, Products.Lookup(call.Samples, table, call.Random))
                    : null,
            TakesNoise: true
        );

    /// <summary>A flow by the first of these weights that the layer has, and then by its activation.</summary>
    private static SignalFlow Of(string[] names, Func<SignalCall, PlannedWeight, WeightReader, Cloud?> multiply) =>
        new(
            call =>
            {
                PlannedWeight? weight = names
                    .Select(name => call.Call.Weights.GetValueOrDefault(name))
                    .FirstOrDefault(static found => found is not null);
                if (
                    weight is null
                    || WeightReader.Of(weight) is not { } kernel
                    || weight.Shape.Elements == 0
                    || weight.Shape.Lengths.ToArray().Any(static length => length > SignalCall.MaxChannels)
                    || multiply(call, weight, kernel) is not { } y
                )
                    return null;
                return ActivationFunctions.Apply(ActivationFunctions.Name(call.Config), y);
            },
            TakesNoise: true
        );

    private static long Taps(Shape shape)
    {
        long taps = 1;
        foreach (long length in shape.Lengths[..^2])
            taps *= length;
        return taps;
    }

    /// <summary>Samples of as many channels as a kernel takes: the layer's input, regrouped where one number divides
    /// the other, else noise; null where they are too many.</summary>
    private static Cloud? Input(SignalCall call, long taps, long channels)
    {
        if ((double)taps * channels > MaxSums || channels > SignalCall.MaxChannels)
            return null;
        if (call.FirstOrNull is not { } x)
            return Cloud.Noise(call.Samples, (int)channels, call.Random);
        return x.Channels == channels ? x
            : channels % x.Channels == 0 || x.Channels % channels == 0 ? x.Regroup((int)channels, call.Random)
            : Cloud.Noise(call.Samples, (int)channels, call.Random);
    }

    /// <summary>The last step of a layer, with its bias.</summary>
    private static Cloud Done(SignalCall call, PlannedWeight weight, double before, Cloud y)
    {
        if (call.Vector("bias") is { } bias && bias.Length == y.Channels)
            for (int sample = 0; sample < y.Samples; sample++)
                TensorPrimitives.Add<float>(y[sample], bias, y[sample]);
        return call.Step(weight, before, y);
    }
}
