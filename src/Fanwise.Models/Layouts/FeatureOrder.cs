using Fanwise.Models.Plans;

namespace Fanwise.Models.Layouts;

/// <summary>In which order a tensor holds its features, as far as PyTorch's order is another one.</summary>
/// <param name="Channels">The number of channels, where they are known.</param>
/// <param name="IsImage">Whether PyTorch has the channels before the positions.</param>
/// <param name="IsFlat">Whether positions and channels are one axis.</param>
internal readonly record struct FeatureOrder(long? Channels, bool IsImage, bool IsFlat)
{
    /// <summary>Features in the last axis, in both frameworks.</summary>
    public static FeatureOrder Plain { get; } = new(null, IsImage: false, IsFlat: false);

    /// <summary>Whether Keras has the channels before the positions too.</summary>
    public bool IsChannelsFirst { get; init; }

    /// <summary>Whether nothing tells the order.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>The number of positions of a flat axis of this length whose channels PyTorch has first; 1 where both
    /// orders are the same.</summary>
    public long PositionsOf(long length) =>
        IsFlat && IsImage && !IsChannelsFirst && Channels is { } channels && length % channels == 0
            ? length / channels
            : 1;
}

/// <summary>A call whose order of features is asked for.</summary>
/// <param name="Call">The call.</param>
/// <param name="Inputs">The orders of its inputs, one or more.</param>
internal readonly record struct FeatureCall(PlannedCall Call, FeatureOrder[] Inputs)
{
    private FeatureOrder First => Inputs[0];

    /// <summary>Layers that go element by element: as their first input, where all are alike.</summary>
    public static FeatureOrder Same(FeatureCall call) =>
        Array.TrueForAll(call.Inputs, input => input == call.First) ? call.First : Unknown(call);

    /// <summary>Layers whose output has its features in the last axis in both frameworks.</summary>
    public static FeatureOrder Plain(FeatureCall call) => FeatureOrder.Plain;

    /// <summary>Layers of which nothing is known.</summary>
    public static FeatureOrder Unknown(FeatureCall call) => new() { IsUnknown = true };

    /// <summary>Layers that put filters in the place of channels.</summary>
    public static FeatureOrder Filtered(FeatureCall call) => Image(call, call.Call.Config.SizeOrNull("filters"));

    /// <summary>Layers that go over an image or a sequence, channel by channel.</summary>
    public static FeatureOrder Windowed(FeatureCall call) => Image(call, call.First.Channels);

    /// <summary>Layers that make several channels of each.</summary>
    public static FeatureOrder Multiplied(FeatureCall call) =>
        Image(call, call.First.Channels * (call.Call.Config.SizeOrNull("depth_multiplier") ?? 1));

    /// <summary>Flatten, which itself puts the channels last where it is told that they come first.</summary>
    public static FeatureOrder Flattened(FeatureCall call) =>
        call.First with
        {
            IsFlat = true,
            IsChannelsFirst = call.First.IsChannelsFirst && !call.Call.Config.ChannelsFirst,
        };

    /// <summary>Concatenate: the channels together, or anything.</summary>
    public static FeatureOrder Joined(FeatureCall call)
    {
        FeatureOrder first = call.First;
        bool isAlike = Array.TrueForAll(call.Inputs, input => input with { Channels = first.Channels } == first);
        bool isLast = call.Call.Config.Axes("axis", -1) is [-1];
        if (!isAlike || first.IsUnknown || (first.IsImage && (first.IsFlat || !isLast)))
            return Unknown(call);
        return first with { Channels = call.Inputs.Sum(static input => input.Channels) };
    }

    private static FeatureOrder Image(FeatureCall call, long? channels) =>
        new(channels, IsImage: true, IsFlat: false) { IsChannelsFirst = call.Call.Config.ChannelsFirst };
}
