using System.Text.Json;

namespace Fanwise.Models.Checkpoints.TensorFlowJs;

/// <summary>Which files of a folder for TensorFlow.js were written here, by what its <c>model.json</c> says.</summary>
internal static class TensorFlowJsFiles
{
    private const int MostBytes = 1 << 28; // no topology is longer; what is says nothing to us

    /// <summary>What overwriting may remove.</summary>
    public static FolderFiles Row { get; } = new(TensorFlowJsModel.ModelName, WrittenIn, TensorFlowJsModel.IsOurs);

    /// <summary>The names that <c>model.json</c> lists, itself included; null where it does not say that it was written
    /// here.</summary>
    private static HashSet<string>? WrittenIn(string folder)
    {
        string path = Path.Combine(folder, TensorFlowJsModel.ModelName);
        if (new FileInfo(path).Length > MostBytes)
            return null;
        try
        {
            using JsonDocument model = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = model.RootElement;
            if (
                !root.TryGetProperty("generatedBy", out JsonElement program)
                || program.ValueKind != JsonValueKind.String
                || !program.ValueEquals(TensorFlowJsModel.GeneratedBy)
            )
                return null;
            HashSet<string> names = new(StringComparer.Ordinal) { TensorFlowJsModel.ModelName };
            foreach (JsonElement group in root.GetProperty("weightsManifest").EnumerateArray())
            foreach (JsonElement name in group.GetProperty("paths").EnumerateArray())
                if (name.GetString() is { } text && TensorFlowJsModel.IsOurs(text))
                    names.Add(text);
            return names;
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null; // not of our form, so not ours
        }
    }
}
