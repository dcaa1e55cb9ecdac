using Fanwise.Models.Architectures;
using Fanwise.Models.Layers;

namespace Fanwise.Models;

/// <summary>Declarations of layer classes that are not Keras' own: which weights they have. Immutable.</summary>
/// <remarks>
/// A JSON object: class name to <c>"none"</c>, or to an object with <c>weights</c> (a list of <c>name</c>,
/// <c>shape</c>, <c>initializer</c>, <c>trainable</c>), <c>seed_generators</c> and <c>output</c>;
/// docs/models.md describes it.
/// </remarks>
public sealed class CustomLayers
{
    private readonly Dictionary<string, LayerClass> _classes;

    private CustomLayers(Dictionary<string, LayerClass> classes) => _classes = classes;

    /// <summary>No declarations.</summary>
    public static CustomLayers None { get; } = new([]);

    /// <summary>The names of the declared classes.</summary>
    public IReadOnlyCollection<string> Names => _classes.Keys;

    /// <summary>Reads declarations.</summary>
    /// <param name="stream">JSON in UTF-8.</param>
    /// <exception cref="ModelException">They are not in the form; the sentence names class, key and value.</exception>
    public static CustomLayers Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        JsonValue json = JsonReader.Read(ArchitectureReader.ReadAll(stream, [], "A file of declarations"));
        if (!json.IsObject)
            throw new ModelException(
                $"Declarations of layers must be an object, class name to weights; received {json}."
            );
        Dictionary<string, LayerClass> classes = [];
        foreach (JsonMember member in json.Members)
            classes[member.Key] = Declaration.Read(member.Key, member.Value);
        return new(classes);
    }

    /// <summary>Reads a file of declarations.</summary>
    /// <exception cref="ModelException">They are not in the form.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static CustomLayers Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file);
    }

    internal LayerClass? Find(string className) => _classes.GetValueOrDefault(className);
}
