namespace Fanwise;

/// <summary>Keras' words for each <see cref="FanMode"/>.</summary>
public static class FanModes
{
    private static readonly string[] Words = ["fan_in", "fan_out", "fan_avg"];

    /// <summary>All words, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Names => Words;

    /// <summary>The word of a mode: <c>fan_in</c>, <c>fan_out</c>, <c>fan_avg</c>.</summary>
    public static string Name(this FanMode mode) => Words[(int)mode];

    /// <summary>The mode of a word; false where none has it.</summary>
    public static bool TryParse(string? name, out FanMode mode)
    {
        int index = Array.IndexOf(Words, name);
        mode = index < 0 ? default : (FanMode)index;
        return index >= 0;
    }

    /// <summary>The mode of a word.</summary>
    /// <exception cref="InitializerException">None has it.</exception>
    public static FanMode Parse(string name) =>
        TryParse(name, out FanMode mode)
            ? mode
            : throw new InitializerException(
                $"A mode is one of {string.Join(", ", Words)}; received '{name}'{Nearest.End(name, Words)}"
            );
}
