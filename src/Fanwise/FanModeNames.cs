namespace Fanwise;

/// <summary>Keras' words for the fans: <c>fan_in</c>, <c>fan_out</c>, <c>fan_avg</c>.</summary>
internal static class FanModeNames
{
    /// <summary>All three, in the order of the enumeration.</summary>
    public static string[] All { get; } = ["fan_in", "fan_out", "fan_avg"];

    /// <summary>The word of a mode.</summary>
    public static string Name(this FanMode mode) => All[(int)mode];

    /// <summary>The mode of a word; null where there is none.</summary>
    public static FanMode? Find(string? name) => Array.IndexOf(All, name) is >= 0 and int index ? (FanMode)index : null;
}
