using Fanwise.Python;

namespace Fanwise.Models.Configurations;

/// <summary>The JSON of a model.</summary>
internal static class ModelJson
{
    /// <summary>The value that this UTF-8 text is.</summary>
    /// <exception cref="ModelException">It is not JSON, too deep, or gives a key twice.</exception>
    public static JsonValue Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonReader.Read(utf8, JsonBounds.Model);
        }
        catch (FormatException error)
        {
            throw new ModelException($"The model is not JSON that can be read: {error.Message}", error);
        }
    }
}
