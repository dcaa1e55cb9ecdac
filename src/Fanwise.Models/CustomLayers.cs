using System.Text.Json;
using Fanwise.Models.Architectures;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Configurations;
using Fanwise.Models.Layers;
using Fanwise.Models.Layers.Families;
using Fanwise.Models.Planning;
using Fanwise.Python;

namespace Fanwise.Models;

/// <summary>Declarations of layer classes that are not Keras' own: which weights they have. Immutable.</summary>
/// <remarks>
/// A JSON object: class name to <c>"none"</c>, or to an object with <c>weights</c> (a list of <c>name</c>,
/// <c>shape</c>, <c>initializer</c>, <c>trainable</c>), <c>layers</c> (those that it makes, attribute to layer),
/// <c>calls</c>, <c>seed_generators</c> and <c>output</c>; to <c>{"like": "Conv2D"}</c>; or, for an initializer, to
/// <c>{"initializer": "he_normal"}</c>. docs/models.md describes it.
/// </remarks>
public sealed class CustomLayers
{
    private CustomLayers(Declarations declarations) => Declarations = declarations;

    /// <summary>What is declared, as the layers are read by it.</summary>
    internal Declarations Declarations { get; }

    /// <summary>No declarations.</summary>
    public static CustomLayers None { get; } = new(Declarations.None);

    /// <summary>The names of the declared classes of layers.</summary>
    public IReadOnlyCollection<string> Names => Declarations.Names;

    /// <summary>Reads declarations.</summary>
    /// <param name="stream">JSON in UTF-8.</param>
    /// <exception cref="ModelException">They are not in the form; the sentence names class, key and value.</exception>
    public static CustomLayers Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        JsonValue json = ModelJson.Read(ArchitectureReader.ReadAll(stream, [], "A file of declarations"));
        return new(Declarations.Read(json, LayerClasses.All));
    }

    /// <summary>Reads a file of declarations.</summary>
    /// <exception cref="ModelException">They are not in the form.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static CustomLayers Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file);
    }

    /// <summary>Writes declarations to fill in: one for every class of a model that is neither Keras' nor declared,
    /// with what the file says of it under <c>about</c>, which is not read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">The weights beside the model, of which those of the classes are told; may be
    /// empty.</param>
    /// <param name="destination">Takes one JSON object, empty where every class is known.</param>
    public void WriteTemplate(Model model, IReadOnlyList<StoredTensor> tensors, Utf8JsonWriter destination)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(destination);
        new CustomTemplate(model.Architecture, Declarations).Write(tensors, destination);
    }
}
