using Fanwise.Python;

namespace Fanwise.Models.Configurations;

/// <summary>A layer's configuration, read key by key; what does not fit is an error that names layer, key and
/// value.</summary>
/// <param name="Json">The object under <c>config</c>.</param>
/// <param name="Place">The layer, for messages: <c>layer 'conv1' (Conv2D)</c>.</param>
internal sealed record Configuration(JsonValue Json, string Place)
{
    /// <summary>No dimension, size or count may be larger; products are checked where they are made.</summary>
    private const long MaxSize = 1L << 62;

    public JsonValue? this[string key] => Json[key];

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Json[key] is { IsNull: false };

    /// <summary>What Python's <c>if</c> takes the value for; the default where the key is absent.</summary>
    public bool Flag(string key, bool absent) => Json[key]?.IsTrue ?? absent;

    public string? Text(string key) =>
        Json[key] is not { IsNull: false } value ? null : value.AsString ?? throw Error(key, "must be a string");

    public double Number(string key, double absent) =>
        Json[key] is not { IsNull: false } value ? absent
        : value.Kind is JsonKind.True or JsonKind.False ? (value.IsTrue ? 1 : 0) // as Python counts with them
        : value.AsNumber ?? throw Error(key, "must be a number");

    public int? Integer(string key) =>
        Json[key] is not { IsNull: false } value ? null
        : value.AsInteger is { } integer and >= int.MinValue and <= int.MaxValue ? (int)integer
        : throw Error(key, "must be an integer");

    /// <summary>A positive integer that must be there.</summary>
    public long Size(string key) => SizeOrNull(key) ?? throw Error(key, "must be a positive integer");

    /// <summary>A positive integer; null where the key is absent or null.</summary>
    public long? SizeOrNull(string key) =>
        Json[key] is not { IsNull: false } value ? null
        : Whole(value) is { } size and > 0 and <= MaxSize ? size
        : throw Error(key, "must be a positive integer");

    /// <summary>An integer or a list of <paramref name="rank"/> integers, none below <paramref name="least"/>; the
    /// default where absent or null.</summary>
    public long[] Sizes(string key, int rank, long? absent, long least = 1)
    {
        JsonValue? value = Json[key];
        if (value is null or { IsNull: true })
            return absent is { } size ? [.. Enumerable.Repeat(size, rank)] : throw Error(key, "must be given");
        if (Whole(value) is { } one)
            return one >= least && one <= MaxSize ? [.. Enumerable.Repeat(one, rank)] : throw Refused();
        if (!value.IsArray || value.Items.Length != rank)
            throw Refused();
        return [.. Integers(value).Select(item => item >= least && item <= MaxSize ? item : throw Refused())];

        ModelException Refused() => Error(key, $"must be an integer or {rank} integers of {least} or more");
    }

    /// <summary>The integers of a key that is one integer or a list of them; the default where absent or
    /// null.</summary>
    public int[] Axes(string key, params int[] absent)
    {
        JsonValue? value = Json[key];
        if (value is null or { IsNull: true })
            return absent;
        if (value.AsInteger is { } one and >= -64 and <= 64)
            return [(int)one];
        if (!value.IsArray)
            throw Error(key, "must be an axis or a list of axes");
        return
        [
            .. Integers(value)
                .Select(axis =>
                    axis is >= -64 and <= 64 ? (int)axis : throw Error(key, "must be an axis or a list of axes")
                ),
        ];
    }

    /// <summary>Whether channels stand before the spatial dimensions.</summary>
    public bool ChannelsFirst =>
        Text("data_format") switch
        {
            null or "channels_last" => false,
            "channels_first" => true,
            _ => throw Error("data_format", "must be \"channels_last\" or \"channels_first\""),
        };

    /// <summary>One sentence that says what the key's value must be and what was received.</summary>
    public ModelException Error(string key, string rule) =>
        new($"\"{key}\" of {Place} {rule}; received {(Json[key] is { } value ? value.ToString() : "nothing")}.");

    /// <summary>One sentence about the layer.</summary>
    public ModelException Error(string what) => new($"The {Place} {what}.");

    private long[] Integers(JsonValue value)
    {
        long[] integers = new long[value.Items.Length];
        for (int i = 0; i < integers.Length; i++)
            integers[i] =
                Whole(value.Items[i])
                ?? throw new ModelException($"A list of {Place} must hold integers; received {value}.");
        return integers;
    }

    /// <summary>An integer; old writers put 2.0 for 2.</summary>
    private static long? Whole(JsonValue value) =>
        value.AsInteger
        ?? (
            value.AsNumber is { } number && Math.Abs(number) < 1L << 53 && number == Math.Floor(number)
                ? (long)number
                : null
        );
}
