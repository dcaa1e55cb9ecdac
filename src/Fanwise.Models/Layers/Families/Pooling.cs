using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Signals;

namespace Fanwise.Models.Layers.Families;

/// <summary>Pooling; keras/src/layers/pooling. No weights: the rows are here for the shapes.</summary>
internal static class Pooling
{
    public static readonly LayerClass[] Classes =
    [
        .. Enumerable
            .Range(1, 3)
            .SelectMany(static rank =>
                new[]
                {
                    Window($"MaxPooling{rank}D", rank, $"MaxPool{rank}D", SignalFlows.MaxPooling(rank)),
                    Window($"AveragePooling{rank}D", rank, $"AvgPool{rank}D", SignalFlows.AveragePooling(rank)),
                    Global($"GlobalMaxPooling{rank}D", rank, $"GlobalMaxPool{rank}D", SignalFlows.GlobalMaxPooling),
                    Global(
                        $"GlobalAveragePooling{rank}D",
                        rank,
                        $"GlobalAvgPool{rank}D",
                        SignalFlows.GlobalAveragePooling
                    ),
                    Adaptive($"AdaptiveMaxPooling{rank}D", rank),
                    Adaptive($"AdaptiveAveragePooling{rank}D", rank),
                }
            ),
    ];

    private static LayerClass Window(string name, int rank, string other, SignalFlow signal) =>
        new(name)
        {
            OtherNames = [other],
            Signal = signal,
            Keys = "pool_size strides padding data_format",
            Features = FeatureCall.Windowed,
            Output = call =>
            {
                Configuration c = call.Config;
                long[] size = c.Sizes("pool_size", rank, 2),
                    strides = c.Has("strides") ? c.Sizes("strides", rank, null) : size;
                string padding = c.Text("padding")?.ToLowerInvariant() ?? "valid";
                bool first = c.ChannelsFirst;
                TensorShape input = Ranked(call, rank);
                long?[] spatial =
                [
                    .. input
                        .Spatial(first)
                        .ToArray()
                        .Select((n, i) => ShapeRules.Convolve(n, size[i], strides[i], 1, padding)),
                ];
                if (spatial.Any(static n => n <= 0))
                    throw c.Error($"has a window that does not fit into its input of the shape {input}");
                return [TensorShape.Image(input[0], spatial, input[first ? 1 : -1], first)];
            },
        };

    private static LayerClass Global(string name, int rank, string other, SignalFlow signal) =>
        new(name)
        {
            OtherNames = [other],
            Signal = signal,
            Keys = "data_format keepdims",
            Features = static call =>
                call.Call.Config.Flag("keepdims", false) ? FeatureCall.Windowed(call) : FeatureCall.Plain(call),
            Output = call =>
            {
                bool first = call.Config.ChannelsFirst;
                TensorShape input = Ranked(call, rank);
                long? channels = input[first ? 1 : -1];
                return
                [
                    call.Config.Flag("keepdims", false)
                        ? TensorShape.Image(input[0], [.. Enumerable.Repeat<long?>(1, rank)], channels, first)
                        : new(input[0], channels),
                ];
            },
        };

    private static LayerClass Adaptive(string name, int rank) =>
        new(name)
        {
            Keys = "output_size data_format",
            Features = FeatureCall.Windowed,
            Output = call =>
            {
                bool first = call.Config.ChannelsFirst;
                TensorShape input = Ranked(call, rank);
                return
                [
                    TensorShape.Image(
                        input[0],
                        [.. call.Config.Sizes("output_size", rank, null).Select(static n => (long?)n)],
                        input[first ? 1 : -1],
                        first
                    ),
                ];
            },
        };

    private static TensorShape Ranked(LayerCall call, int rank) =>
        call.Inputs.First is { } input && input.Rank == rank + 2
            ? input
            : throw call.Config.Error($"needs an input of rank {rank + 2}; received the shape {call.Inputs.First}");
}
