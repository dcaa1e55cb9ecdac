using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Signals;
using Fanwise.Python;

namespace Fanwise.Models.Layers.Families;

/// <summary>Layers that change shapes alone; keras/src/layers/reshaping. No weights.</summary>
internal static class Reshaping
{
    public static readonly LayerClass[] Classes =
    [
        new("Flatten")
        {
            Signal = SignalFlows.Same,
            Keys = "data_format",
            Features = FeatureCall.Flattened,
            Output = static call =>
                [new(call.Inputs.First![0], TensorShape.Product(call.Inputs.First.Dimensions[1..]))],
        },
        new("Reshape")
        {
            Signal = SignalFlows.Reshape,
            Keys = "target_shape",
            Features = FeatureCall.Unknown,
            Output = static call => [Reshape(call)],
        },
        new("Permute")
        {
            Keys = "dims",
            Features = FeatureCall.Unknown,
            Output = static call =>
            {
                TensorShape input = call.Inputs.First!;
                int[] axes = call.Config.Axes("dims");
                if (axes.Length != input.Rank - 1 || !axes.Order().SequenceEqual(Enumerable.Range(1, axes.Length)))
                    throw call.Config.Error("dims", $"must be an order of the axes 1 to {input.Rank - 1}");
                return [new([input[0], .. axes.Select(axis => input[axis])])];
            },
        },
        new("RepeatVector")
        {
            Signal = SignalFlows.Same,
            Keys = "n",
            Features = FeatureCall.Unknown,
            Output = static call =>
                call.Inputs.First is { Rank: 2 } input
                    ? [new(input[0], call.Config.Size("n"), input[1])]
                    : throw call.Config.Error($"needs an input of rank 2; received the shape {call.Inputs.First}"),
        },
        .. Enumerable
            .Range(1, 3)
            .SelectMany(static rank =>
                new[]
                {
                    new LayerClass($"ZeroPadding{rank}D")
                    {
                        Signal = SignalFlows.Same,
                        Keys = "padding data_format",
                        Features = FeatureCall.Windowed,
                        Output = call => Around(call, "padding", rank, 1),
                    },
                    new LayerClass($"Cropping{rank}D")
                    {
                        Signal = SignalFlows.Same,
                        Keys = "cropping data_format",
                        Features = FeatureCall.Windowed,
                        Output = call => Around(call, "cropping", rank, -1),
                    },
                    new LayerClass($"UpSampling{rank}D")
                    {
                        Signal = SignalFlows.Same,
                        Keys = "size data_format interpolation",
                        Features = FeatureCall.Windowed,
                        Output = call => Scaled(call, rank),
                    },
                }
            ),
    ];

    private static TensorShape Reshape(LayerCall call)
    {
        TensorShape input = call.Inputs.First!;
        if (call.Config["target_shape"] is not { IsArray: true } target || target.Items.Length > Shape.MaxRank)
            throw call.Config.Error("target_shape", "must be a list of sizes");
        long?[] sizes = new long?[target.Items.Length];
        int open = -1;
        for (int i = 0; i < sizes.Length; i++)
        {
            long? size = target.Items[i].IsNull ? -1 : target.Items[i].AsInteger;
            if (size is null or < -1 || size == -1 && open >= 0)
                throw call.Config.Error("target_shape", "must be a list of sizes, at most one of them -1");
            if (size == -1)
                open = i;
            sizes[i] = size == -1 ? null : size;
        }

        long? all = TensorShape.Product(input.Dimensions[1..]),
            given = TensorShape.Product([.. sizes.Where((_, i) => i != open)]);
        if (all is { } elements && given is { } known)
        {
            if (open >= 0 ? known == 0 || elements % known != 0 : elements != known)
                throw call.Config.Error("target_shape", $"must have the {elements} elements of the input {input}");
            if (open >= 0)
                sizes[open] = elements / known;
        }

        return new([input[0], .. sizes]);
    }

    private static TensorShape?[] Around(LayerCall call, string key, int rank, int sign)
    {
        Configuration c = call.Config;
        TensorShape input = Ranked(call, rank);
        bool first = c.ChannelsFirst;
        long[] sums = Sums(c, key, rank);
        long?[] spatial = [.. input.Spatial(first).ToArray().Select((n, i) => n + sign * sums[i])];
        if (spatial.Any(static n => n <= 0))
            throw c.Error(key, $"must leave something of the input {input}");
        return [TensorShape.Image(input[0], spatial, input[first ? 1 : -1], first)];
    }

    /// <summary>Before and after together, of each axis: <c>2</c>, <c>[1, 2]</c> or <c>[[1, 2], [0, 3]]</c>; in one
    /// dimension <c>[1, 2]</c> is before and after.</summary>
    private static long[] Sums(Configuration c, string key, int rank)
    {
        if (c[key] is not { IsNull: false } value)
            return [.. Enumerable.Repeat(key == "cropping" && rank == 2 ? 0L : 2L, rank)];
        if (rank == 1 && value is { IsArray: true, Items: [{ IsArray: true } only] })
            return [Pair(only)];
        if (rank == 1 && value is { IsArray: true, Items.Length: 2 })
            return [Pair(value)];
        if (!value.IsArray)
            return [.. Enumerable.Repeat(Pair(value), rank)];
        return value.Items.Length == rank ? [.. value.Items.ToArray().Select(Pair)] : throw Wrong();

        long Pair(JsonValue item)
        {
            if (item.AsInteger is { } both and >= 0 and < int.MaxValue)
                return 2 * both;
            if (
                item is { IsArray: true, Items: [{ AsInteger: { } before }, { AsInteger: { } after }] }
                && before is >= 0 and < int.MaxValue
                && after is >= 0 and < int.MaxValue
            )
                return before + after;
            throw Wrong();
        }

        ModelException Wrong() =>
            c.Error(key, $"must be an integer, or {rank} integers or pairs of them, none negative");
    }

    private static TensorShape?[] Scaled(LayerCall call, int rank)
    {
        TensorShape input = Ranked(call, rank);
        bool first = call.Config.ChannelsFirst;
        long[] size = call.Config.Sizes("size", rank, 2);
        return
        [
            TensorShape.Image(
                input[0],
                [
                    .. input
                        .Spatial(first)
                        .ToArray()
                        .Select((n, i) => n is { } length ? TensorShape.Product([length, size[i]]) : null),
                ],
                input[first ? 1 : -1],
                first
            ),
        ];
    }

    private static TensorShape Ranked(LayerCall call, int rank) =>
        call.Inputs.First is { } input && input.Rank == rank + 2
            ? input
            : throw call.Config.Error($"needs an input of rank {rank + 2}; received the shape {call.Inputs.First}");
}
