using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Signals;

namespace Fanwise.Models.Layers.Families;

/// <summary>Layers that join several tensors; keras/src/layers/merging. No weights.</summary>
internal static class Merging
{
    public static readonly LayerClass[] Classes =
    [
        Joining("Add", SignalFlows.Add),
        Joining("Subtract", SignalFlows.Subtract),
        Joining("Multiply", SignalFlows.Multiply),
        Joining("Average", SignalFlows.Average),
        Joining("Maximum", SignalFlows.Maximum),
        Joining("Minimum", SignalFlows.Minimum),
        Joining("Merge", null),
        new("Concatenate")
        {
            Signal = SignalFlows.Concatenate,
            Keys = "axis",
            Features = FeatureCall.Joined,
            Output = Concatenate,
        },
        new("Dot")
        {
            Keys = "axes normalize",
            Features = FeatureCall.Unknown,
            Output = Dot,
        },
    ];

    private static LayerClass Joining(string name, SignalFlow? signal) =>
        new(name) { Output = Elementwise, Signal = signal };

    private static TensorShape?[] Elementwise(LayerCall call)
    {
        TensorShape shape = call.Inputs.All[0]!;
        foreach (TensorShape? other in call.Inputs.All[1..])
        {
            TensorShape joined = ShapeRules.Broadcast(shape, other!, out bool fits);
            if (!fits)
                throw call.Config.Error($"is called with the shapes {shape} and {other}, which do not fit together");
            shape = joined;
        }

        return [shape];
    }

    private static TensorShape?[]? Concatenate(LayerCall call)
    {
        if (call.Config.Axes("axis", -1) is not [var axis])
            throw call.Config.Error("axis", "must be one axis");
        TensorShape first = call.Inputs.All[0]!;
        long? total = 0;
        if (axis < -first.Rank || axis >= first.Rank)
            throw call.Config.Error("axis", $"must be an axis of the input {first}");
        foreach (TensorShape? shape in call.Inputs.All)
        {
            if (shape!.Rank != first.Rank)
                throw call.Config.Error($"is called with the shapes {first} and {shape}, which do not fit together");
            for (int i = 1; i < first.Rank; i++)
                if (
                    i != (axis < 0 ? axis + first.Rank : axis)
                    && first[i] is { } size
                    && shape[i] is { } other
                    && size != other
                )
                    throw call.Config.Error(
                        $"is called with the shapes {first} and {shape}, which do not fit together"
                    );
            total += shape[axis];
            if (total < 0)
                total = null; // more than 2^63
        }

        return [first.With(axis, total)];
    }

    private static TensorShape?[]? Dot(LayerCall call)
    {
        if (call.Inputs.All is not [{ } a, { } b])
            throw call.Config.Error("must be called with a list of two tensors");
        int[] axes = call.Config.Axes("axes");
        (int x, int y) =
            axes is [var both] ? (both, both)
            : axes is [var one, var two] ? (one, two)
            : throw call.Config.Error("axes", "must be one axis or two");
        if (x < -a.Rank || x >= a.Rank || y < -b.Rank || y >= b.Rank)
            throw call.Config.Error("axes", $"must be axes of the inputs {a} and {b}");
        if (a[x] is { } size && b[y] is { } other && size != other)
            throw call.Config.Error($"is called with the shapes {a} and {b}, which do not fit together");
        long?[] rest = [.. Without(a, x), .. Without(b, y)[1..]];
        return [rest.Length == 1 ? new(rest[0], 1) : new(rest)];
    }

    private static long?[] Without(TensorShape shape, int axis) =>
        [.. shape.Dimensions.ToArray().Where((_, i) => i != (axis < 0 ? axis + shape.Rank : axis))];
}
