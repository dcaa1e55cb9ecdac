using System.Text.Json;

namespace Fanwise.Models.Programs;

/// <summary>A model's <c>config.json</c>: numbers and truth values by key, with the defaults of its class.</summary>
/// <param name="json">The object.</param>
/// <param name="defaults">The sizes that the class has where the configuration says nothing.</param>
internal sealed class ProgramConfig(JsonElement json, IReadOnlyDictionary<string, long>? defaults = null)
{
    /// <summary>More than any model has of anything: sizes are multiplied with one another.</summary>
    private const long LargestSize = 1 << 30;

    public string? Text(string key) =>
        json.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public string? FirstOf(string key) =>
        json.TryGetProperty(key, out JsonElement value)
        && value.ValueKind == JsonValueKind.Array
        && value.GetArrayLength() > 0
        && value[0].ValueKind == JsonValueKind.String
            ? value[0].GetString()
            : null;

    /// <summary>A size that the model cannot be without.</summary>
    /// <exception cref="ModelException">It is missing or no size.</exception>
    public long Size(string key) =>
        OptionalSize(key) ?? throw new ModelException($"The configuration must have {key}, an integer; received none.");

    /// <summary>A size; null where it is missing or null.</summary>
    /// <exception cref="ModelException">It is no size.</exception>
    public long? OptionalSize(string key)
    {
        if (!json.TryGetProperty(key, out JsonElement value))
            return defaults?.TryGetValue(key, out long absent) == true ? absent : null;
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return
            value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out long size)
            && size is > 0 and <= LargestSize
            ? size
            : throw new ModelException($"The configuration's {key} must be an integer from 1 to {LargestSize}.");
    }

    /// <summary>The row of an embedding that stands for padding; null where there is none.</summary>
    /// <exception cref="ModelException">It is none of the rows; a negative one counts from the end.</exception>
    public long? Row(string key, long rows, long? otherwise)
    {
        if (!json.TryGetProperty(key, out JsonElement value))
            return otherwise;
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long row) && row >= -rows && row < rows
            ? (row + rows) % rows
            : throw new ModelException($"The configuration's {key} must be a row from {-rows} to {rows - 1}.");
    }

    public double Number(string key, double otherwise) =>
        !json.TryGetProperty(key, out JsonElement value) ? otherwise
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw new ModelException($"The configuration's {key} must be a number; received {value.GetRawText()}.");

    public bool Flag(string key, bool otherwise) =>
        json.TryGetProperty(key, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? json.GetProperty(key).GetBoolean()
            : otherwise;

    /// <summary>The number of classes of a head: <c>id2label</c>'s, 2 without it.</summary>
    public long Labels =>
        json.TryGetProperty("id2label", out JsonElement labels) && labels.ValueKind == JsonValueKind.Object
            ? labels.EnumerateObject().Count()
            : 2;
}
