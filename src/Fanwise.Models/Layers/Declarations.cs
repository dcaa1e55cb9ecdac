using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>The declared classes, of layers and of initializers: those that are not Keras' own.</summary>
internal sealed class Declarations
{
    private readonly Dictionary<string, LayerClass> _layers = [];

    private readonly Dictionary<string, JsonValue> _initializers = [];

    /// <summary>No declarations.</summary>
    public static Declarations None { get; } = new();

    /// <summary>The names of the declared classes of layers.</summary>
    public IReadOnlyCollection<string> Names => _layers.Keys;

    /// <summary>Reads declarations.</summary>
    /// <param name="json">An object, class name to declaration.</param>
    /// <param name="known">The classes that a declaration may be like.</param>
    /// <exception cref="ModelException">They are not in the form.</exception>
    public static Declarations Read(JsonValue json, LayerTable known)
    {
        if (!json.IsObject)
            throw new ModelException(
                $"Declarations of layers must be an object, class name to weights; received {json}."
            );
        Declarations read = new();
        foreach (JsonMember member in json.Members)
            if (member.Value["initializer"] is { } initializer && member.Value.Without("about").Members.Length == 1)
                read._initializers[member.Key] = initializer;
            else
                read._layers[member.Key] = Declaration.Read(member.Key, member.Value, known);
        return read;
    }

    /// <summary>The declared class of layers of this name, or null.</summary>
    public LayerClass? Find(string className) => _layers.GetValueOrDefault(className);

    /// <summary>What an initializer of one's own is declared as, or null.</summary>
    public JsonValue? FindInitializer(string className) => _initializers.GetValueOrDefault(className);
}
