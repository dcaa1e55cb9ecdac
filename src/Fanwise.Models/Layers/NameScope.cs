using System.Runtime.InteropServices;
using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>The names that Keras gives to layers and weights while a model is made.</summary>
internal sealed class NameScope
{
    private readonly Dictionary<string, int> _automatic = [];
    private readonly List<string> _entered = [];
    private int _unnamed;

    /// <summary>The models that are being read, each with a slash behind it: layers within them are told so in
    /// messages.</summary>
    public string Container { get; set; } = "";

    /// <summary>Enters a layer, whose name is then in the paths of weights.</summary>
    public void Enter(string name) => _entered.Add(name);

    /// <summary>Leaves the layer that was entered last.</summary>
    public void Leave() => _entered.RemoveAt(_entered.Count - 1);

    /// <summary>Keras' path of a weight that is made now.</summary>
    public string PathOf(string variable)
    {
        Enter(variable);
        string path = string.Join('/', CollectionsMarshal.AsSpan(_entered)!);
        Leave();
        return path;
    }

    /// <summary>The name of a weight that the layer's code does not name: <c>variable</c>, <c>variable_1</c>.</summary>
    public string UnnamedVariable() => _unnamed++ == 0 ? "variable" : $"variable_{_unnamed - 1}";

    /// <summary>A layer's name: the configuration's, or the next of its class.</summary>
    public string NameOf(JsonValue config, string className)
    {
        if (config["name"] is { IsNull: false } name)
            return name.AsString
                ?? throw new ModelException($"The name of a layer ({className}) must be a string; received {name}.");
        string snake = Names.Snake(className);
        int count = _automatic[snake] = _automatic.GetValueOrDefault(snake, -1) + 1;
        return count == 0 ? snake : $"{snake}_{count}";
    }

    /// <summary>How messages call the layer of an entry: by its name, or null where it has none.</summary>
    public string? Inner(JsonValue entry, JsonValue config) =>
        (config["name"] ?? entry["name"])?.AsString is { } name
            ? $"layer '{JsonValue.Printable(Container + name)}'"
            : null;
}
