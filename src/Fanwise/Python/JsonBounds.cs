namespace Fanwise.Python;

/// <summary>How much JSON is read: time and memory are linear in the text, but a value costs more than its
/// bytes.</summary>
/// <param name="Depth">How deep values nest.</param>
/// <param name="NumberLength">How many characters a number has: reading a long integer costs the square of
/// them.</param>
/// <param name="Values">How many values there are that are no numbers: a text of two-byte values takes some sixty times
/// its size in memory.</param>
/// <param name="KeysRepeat">Whether a key may be given twice in an object: Python takes the last value.</param>
internal readonly record struct JsonBounds(int Depth, int NumberLength, int Values, bool KeysRepeat)
{
    /// <summary>A model: a nested one adds four levels, and Python itself ends near one thousand; the largest have a
    /// few hundred thousand values.</summary>
    public static JsonBounds Model { get; } = new(512, 400, 10_000_000, KeysRepeat: false);

    /// <summary>A configuration: Python refuses integers of more than 4300 digits
    /// (<c>sys.set_int_max_str_digits</c>).</summary>
    public static JsonBounds Configuration { get; } = new(64, 4300, 10_000_000, KeysRepeat: true);
}
