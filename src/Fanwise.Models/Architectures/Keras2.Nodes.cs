using Fanwise.Models.Configurations;
using Fanwise.Models.Layers;
using Fanwise.Python;

namespace Fanwise.Models.Architectures;

/// <summary>The calls of a Functional: lists of <c>[layer, node, tensor, keywords]</c> become <c>args</c> and
/// <c>kwargs</c> with tensors.</summary>
internal sealed partial class Keras2
{
    /// <summary>What an operation in a graph keeps of its configuration: its name, its function, and the arguments that
    /// are no tensors.</summary>
    private static JsonValue Operation(JsonValue config, JsonValue entry)
    {
        JsonValue node = config["node_def"] ?? JsonValue.Null;
        if (node.AsString is { } text) // early versions wrote it as text
            node = ModelJson.Read(System.Text.Encoding.UTF8.GetBytes(text));
        return JsonValue.Object(
            ("name", config["name"] ?? entry["name"] ?? JsonValue.Null),
            ("function", config["function"] ?? node["op"] ?? JsonValue.Null),
            ("constants", config["constants"] ?? JsonValue.Null),
            ("attr", node["attr"] ?? JsonValue.Null)
        );
    }

    private JsonValue Functional(JsonValue config)
    {
        if (config["layers"] is not { IsArray: true } layers)
            return config;
        HashSet<string> names = [];
        Dictionary<string, string> models = [];
        foreach (JsonValue entry in layers.Items)
        {
            if ((entry["name"] ?? entry["config"]?["name"])?.AsString is not { } name)
                continue;
            names.Add(name);
            if (entry["class_name"]?.AsString is LayerNames.Functional or LayerNames.Sequential or "Model")
                models[name] = entry["class_name"]!.AsString!;
        }

        // Keras 2 counts a nested model's own making as its node 0, so calls begin at 1; a file that uses 0 counts
        // calls alone.
        HashSet<string> shifted = _countsFromZero ? [] : [.. models.Keys];
        foreach (JsonValue entry in layers.Items)
            Zeros(entry["inbound_nodes"], shifted, depth: 0);
        Zeros(config["output_layers"], shifted, depth: 0);

        JsonValue[] entries =
        [
            .. layers.Items.ToArray().Select(entry => Calls(Entry(entry, isInner: false), names, shifted)),
        ];
        if (shifted.Count > 0)
            Note("node index of calls of nested models lowered by 1");
        config = config.With("layers", JsonValue.Array(entries));
        // Keras 3 wrote its ends in the form in which it reads them.
        foreach (string key in _countsFromZero ? [] : (ReadOnlySpan<string>)["input_layers", "output_layers"])
            if (config[key] is { } tensors)
                config = config.With(key, Ends(tensors, models, shifted));
        return config;
    }

    /// <summary>Takes those models out of the set of which a call with the index 0 is used.</summary>
    private static void Zeros(JsonValue? value, HashSet<string> shifted, int depth)
    {
        if (value is null || depth > 8)
            return;
        if (value is { IsArray: true, Items: [{ AsString: { } name }, { AsInteger: 0 }, ..] })
            shifted.Remove(name);
        foreach (JsonValue item in value.Items)
            Zeros(item, shifted, depth + 1);
        foreach (JsonMember member in value.Members)
            Zeros(member.Value, shifted, depth + 1);
    }

    private static JsonValue Calls(JsonValue entry, HashSet<string> names, HashSet<string> shifted)
    {
        if (!entry.IsObject)
            return entry;
        if (entry["name"] is null && entry["config"]?["name"] is { } name)
            entry = entry.With("name", name);
        if (entry["inbound_nodes"] is not { IsArray: true } calls)
            return entry;
        return entry.With(
            "inbound_nodes",
            JsonValue.Array([.. calls.Items.ToArray().Select(call => Call(call, names, shifted))])
        );
    }

    private static JsonValue Call(JsonValue call, HashSet<string> names, HashSet<string> shifted)
    {
        if (call.IsObject && call["args"] is not null)
            return call; // the Keras 3 form already
        List<JsonValue> tensors = [];
        List<JsonMember> keywords = [];
        bool hasTensors = false;
        JsonValue[] inputs =
            call is { IsArray: true, Items: [{ Kind: JsonKind.String }, ..] } ? [call]
            : call.IsObject
                ?
                [
                    .. call
                        .Members.ToArray()
                        .OrderBy(static member => member.Key, StringComparer.Ordinal)
                        .Select(static member => member.Value),
                ]
            : call.Items.ToArray();
        foreach (JsonValue input in inputs)
        {
            if (input is not { IsArray: true, Items.Length: >= 3 })
                return call; // refused where it is read
            if (input.Items[0].AsString is not "_CONSTANT_VALUE")
                tensors.Add(Tensor(input, shifted));
            if (input.Items.Length < 4)
                continue;
            foreach (JsonMember member in input.Items[3].Members)
            {
                if (keywords.Exists(other => other.Key == member.Key))
                    continue;
                JsonValue value = Keyword(member.Value, names, shifted);
                hasTensors |= !ReferenceEquals(value, member.Value);
                keywords.Add(new(member.Key, value));
            }
        }

        // A list of tensors is one argument; with tensors among the keywords each is one (a call of attention).
        JsonValue[] arguments = tensors.Count == 1 || hasTensors ? [.. tensors] : [JsonValue.Array([.. tensors])];
        return JsonValue.Object(("args", JsonValue.Array(arguments)), ("kwargs", JsonValue.Object([.. keywords])));
    }

    /// <summary>A keyword's value, with <c>["layer", node, tensor]</c> as a tensor where the model has that layer; the
    /// same object where there is none.</summary>
    private static JsonValue Keyword(JsonValue value, HashSet<string> names, HashSet<string> shifted)
    {
        if (
            value
                is {
                    IsArray: true,
                    Items: [{ AsString: { } name }, { AsInteger: not null }, { AsInteger: not null }, ..]
                }
            && names.Contains(name)
        )
            return Tensor(value, shifted);
        if (!value.IsArray)
            return value;
        JsonValue[] items = [.. value.Items.ToArray().Select(item => Keyword(item, names, shifted))];
        return items.Zip(value.Items.ToArray()).All(static pair => ReferenceEquals(pair.First, pair.Second))
            ? value
            : JsonValue.Array(items);
    }

    private static JsonValue Tensor(JsonValue input, HashSet<string> shifted)
    {
        JsonValue node = input.Items[1];
        if (input.Items[0].AsString is { } name && shifted.Contains(name) && node.AsInteger is > 0 and var index)
            node = JsonValue.Number(index - 1);
        return JsonValue.Object(
            ("class_name", JsonValue.String("__keras_tensor__")),
            ("config", JsonValue.Object(("keras_history", JsonValue.Array(input.Items[0], node, input.Items[2]))))
        );
    }

    /// <summary>The model's ends: Keras 3 lowers the index itself for a Functional, not for a Sequential.</summary>
    private static JsonValue Ends(JsonValue value, Dictionary<string, string> models, HashSet<string> shifted)
    {
        if (
            value is { IsArray: true, Items: [{ AsString: { } name }, { AsInteger: { } node }, ..] }
            && models.TryGetValue(name, out string? className)
        )
        {
            long index = node - (shifted.Contains(name) ? 1 : 0) + (className == LayerNames.Sequential ? 0 : 1);
            return JsonValue.Array([value.Items[0], JsonValue.Number(index), .. value.Items[2..]]);
        }

        if (value.IsArray && value.Items is not [{ Kind: JsonKind.String }, ..])
            return JsonValue.Array([.. value.Items.ToArray().Select(item => Ends(item, models, shifted))]);
        return value.IsObject
            ? JsonValue.Object([
                .. value
                    .Members.ToArray()
                    .Select(member => new JsonMember(member.Key, Ends(member.Value, models, shifted))),
            ])
            : value;
    }
}
