using System.Text.Json;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Configurations;
using Fanwise.Models.Layers;
using Fanwise.Models.Layers.Families;
using Fanwise.Python;

namespace Fanwise.Models.Planning;

/// <summary>Declarations to fill in: one for every class of a model that is not known, with what the file says of
/// it.</summary>
internal sealed class CustomTemplate(Architecture architecture, Declarations known)
{
    /// <summary>So many places and weights of a class are told; a model may have any number.</summary>
    private const int MaxTold = 20;

    private static readonly string[] CommonKeys = ["name", "trainable", "dtype"],
        OtherObjects = ["dtype", "activation", "compile_config", "build_config", "quantization_config", "seed"];

    private sealed record Unknown(JsonValue Config, bool IsInitializer)
    {
        public List<string> Places { get; } = [];

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public JsonValue? Input { get; set; }
    }

    private readonly Dictionary<string, Unknown> _unknown = new(StringComparer.Ordinal);

    /// <summary>Writes the declarations: an object, empty where every class is known.</summary>
    public void Write(IReadOnlyList<StoredTensor> tensors, Utf8JsonWriter json)
    {
        Walk(architecture.Root, "model", "");
        json.WriteStartObject();
        foreach ((string name, Unknown unknown) in _unknown)
        {
            json.WriteStartObject(name);
            if (unknown.IsInitializer)
                json.WriteString("initializer", "glorot_uniform");
            else
            {
                json.WriteStartObject("layers");
                json.WriteEndObject();
                json.WriteStartArray("weights");
                json.WriteEndArray();
                json.WriteString("output", "input");
            }

            WriteAbout(unknown, tensors, json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAbout(Unknown unknown, IReadOnlyList<StoredTensor> tensors, Utf8JsonWriter json)
    {
        json.WriteStartObject("about");
        json.WriteStartArray("places");
        foreach (string place in unknown.Places)
            json.WriteStringValue(place);
        json.WriteEndArray();
        json.WriteStartObject("config");
        foreach (JsonMember member in unknown.Config.Members)
            if (Array.IndexOf(CommonKeys, member.Key) < 0)
                json.WriteString(member.Key, member.Value.ToString());
        json.WriteEndObject();
        if (unknown.Input is { } input)
            json.WriteString("input", input.ToString());
        StoredTensor[] saved = [.. tensors.Where(tensor => IsOf(tensor, unknown)).Take(MaxTold)];
        if (saved.Length > 0)
        {
            json.WriteStartArray("saved");
            foreach (StoredTensor tensor in saved)
                json.WriteStringValue($"{tensor.Name} {tensor.Shape} {tensor.Type}");
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool IsOf(StoredTensor tensor, Unknown unknown) =>
        tensor.Place is { } place && place.Layer.Split('/').Any(unknown.Names.Contains)
        || tensor.Name.Split('/').Any(unknown.Names.Contains);

    private void Walk(JsonValue value, string key, string place)
    {
        if (value.IsArray)
        {
            foreach (JsonValue item in value.Items)
                Walk(item, key, place);
            return;
        }

        if (
            !value.IsObject
            || Array.IndexOf(OtherObjects, key) >= 0
            || key.EndsWith("_regularizer", StringComparison.Ordinal)
            || key.EndsWith("_constraint", StringComparison.Ordinal)
        )
            return;
        JsonValue config = value["config"] is { IsObject: true } given ? given : JsonValue.EmptyObject;
        string inner = config["name"]?.AsString is { } name ? (place.Length == 0 ? name : $"{place}/{name}") : place;
        if (value["class_name"]?.AsString is { } className)
        {
            bool isInitializer = key.EndsWith("_initializer", StringComparison.Ordinal);
            if (isInitializer ? IsOwnInitializer(value, className) : IsOwnLayer(value, className, config))
                Add(className, value, config, isInitializer, inner, place + (isInitializer ? "/" + key : ""));
            foreach (JsonMember member in config.Members)
                Walk(member.Value, member.Key, inner);
        }
    }

    private void Add(
        string className,
        JsonValue entry,
        JsonValue config,
        bool isInitializer,
        string place,
        string initializerPlace
    )
    {
        if (!_unknown.TryGetValue(className, out Unknown? unknown))
            _unknown[className] = unknown = new(config, isInitializer);
        if (unknown.Places.Count < MaxTold)
            unknown.Places.Add(isInitializer ? initializerPlace : place);
        if (config["name"]?.AsString is { } name)
            unknown.Names.Add(name);
        unknown.Names.Add(Names.Snake(className));
        unknown.Input ??= entry["build_config"]?["input_shape"] ?? entry["build_config"]?["shapes_dict"];
    }

    private bool IsOwnInitializer(JsonValue entry, string className) =>
        known.FindInitializer(className) is null
        && (entry["module"] is { IsNull: true } || InitializerTable.Find(className) is null);

    private bool IsOwnLayer(JsonValue entry, string className, JsonValue config) =>
        known.Find(className) is null
        && (config["name"]?.AsString is not { } name || known.Find(name) is null)
        && !className.StartsWith("__", StringComparison.Ordinal)
        && InitializerTable.Find(className) is null
        && ClassChoice.ModelOf(config) is null
        && (ClassChoice.IsOwnClass(entry, architecture) || LayerClasses.Find(className) is null);
}
