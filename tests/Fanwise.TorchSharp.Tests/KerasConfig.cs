using System.Text.Json;

namespace FanwiseTorch.Tests;

/// <summary>What a layer's entry in a Keras model's JSON says.</summary>
internal sealed class KerasConfig(JsonElement layer)
{
    private readonly JsonElement _config = layer.GetProperty("config");

    /// <summary>The shape that it was built for; the batch is 0.</summary>
    public long[] Input => Shape(layer.GetProperty("build_config").GetProperty("input_shape"));

    /// <summary>The shape of an attention's query.</summary>
    public long[] Query =>
        Shape(layer.GetProperty("build_config").GetProperty("shapes_dict").GetProperty("query_shape"));

    /// <summary>A layer within it.</summary>
    public JsonElement Inner(string key) => _config.GetProperty(key);

    public bool Has(string key) =>
        _config.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public long Integer(string key) => _config.GetProperty(key).GetInt64();

    public bool Flag(string key, bool absent) => Has(key) ? _config.GetProperty(key).GetBoolean() : absent;

    public string Text(string key, string absent) => Has(key) ? _config.GetProperty(key).ToString() : absent;

    public double? NumberOrNull(string key) => Has(key) ? _config.GetProperty(key).GetDouble() : null;

    public double Number(string key, double absent) => NumberOrNull(key) ?? absent;

    public long[] Sizes(string key, int rank)
    {
        JsonElement value = _config.GetProperty(key);
        return value.ValueKind == JsonValueKind.Array ? Shape(value) : [.. Enumerable.Repeat(value.GetInt64(), rank)];
    }

    private static long[] Shape(JsonElement shape) =>
        [.. shape.EnumerateArray().Select(static n => n.ValueKind == JsonValueKind.Null ? 0 : n.GetInt64())];
}
