using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>One declared class: read into a row like those of the tables.</summary>
internal static class Declaration
{
    private static readonly string[] ClassKeys =
        ["about", "like", "layers", "calls", "weights", "seed_generators", "output"],
        WeightKeys = ["name", "shape", "initializer", "trainable"];

    /// <summary>A layer may have no more seed generators.</summary>
    private const int MaxGenerators = 1000;

    private sealed record Weight(string Name, SizeExpression[] Shape, JsonValue Initializer, bool Trainable)
    {
        /// <summary>The key of the layer's configuration that holds the initializer, where the declaration names
        /// one.</summary>
        public string? Key =>
            Initializer.AsString is { } text
            && text.EndsWith("_initializer", StringComparison.Ordinal)
            && InitializerTable.Find(text) is null
                ? text
                : null;
    }

    /// <summary>The row that a declaration describes.</summary>
    public static LayerClass Read(string className, JsonValue value, LayerTable known)
    {
        string place = $"the declaration of '{JsonValue.Printable(className)}'";
        if (value.AsString == "none")
            value = JsonValue.EmptyObject;
        if (!value.IsObject)
            throw new ModelException(
                $"In {place}, the value must be \"none\" or an object with weights; received {value}."
            );
        CheckKeys(value, ClassKeys, place);
        if (value["like"] is { } like)
            return Like(className, like, value, known, place);
        DeclaredLayer[] layers = DeclaredLayer.ReadAll(value["layers"], place);
        string[] calls =
        [
            .. List(value, "calls", place)
                .Select(item =>
                    item.AsString is { } name && Array.Exists(layers, layer => Holds(layer, name))
                        ? name
                        : throw new ModelException(
                            $"\"calls\" in {place} must be a list of names of its layers; received {item}."
                        )
                ),
        ];
        Weight[] weights = [.. List(value, "weights", place).Select(item => ReadWeight(item, place))];
        long generators = Generators(value["seed_generators"], place);
        SizeExpression[]? output = value["output"] is { IsArray: true }
            ? [.. List(value, "output", place).Select(item => SizeExpression.Read(item, $"\"output\" in {place}"))]
            : null;
        string? result = value["output"]?.AsString is { } told && told != "input" ? told : null;
        if (
            value["output"] is { IsArray: false } other
            && other.AsString != "input"
            && (result is null || result != "previous" && !Array.Exists(layers, layer => Holds(layer, result)))
        )
            throw new ModelException(
                $"\"output\" in {place} must be \"input\", a list of sizes or the name of one of its layers; received "
                    + $"{other}."
            );
        if (output is [])
            throw new ModelException(
                $"\"output\" in {place} must have at least one size, the batch's; received an empty list."
            );
        DeclaredParts? parts = layers.Length == 0 ? null : new(layers, calls, output, result);
        return new(className)
        {
            IsBuiltIn = false,
            // What the configuration holds is resolved by the layer's constructor, as Keras' own layers do; what the
            // declaration names, when the weight is made.
            Constructor =
            [
                .. weights
                    .Where(static weight => weight.Key is not null)
                    .Select(static weight => weight.Key!)
                    .Distinct()
                    .Select(static key =>
                        Constructing.Initializer(key[..^"_initializer".Length], Constructing.GlorotUniform)
                    ),
                .. Enumerable.Repeat(Constructing.Seed, (int)generators),
                (layer, reviver) => parts?.Make(layer, null, inBuild: false, reviver),
            ],
            Build =
                weights.Length == 0 && parts is null
                    ? null
                    : b =>
                    {
                        foreach (Weight weight in weights)
                        {
                            long[] shape =
                            [
                                .. weight.Shape.Select(size =>
                                    size.Value(b.Config, b.Inputs.First)
                                    ?? throw b.Config.Error(
                                        $"needs the size {size} of its weight \"{weight.Name}\"; received the "
                                            + $"shape {b.Inputs.First?.ToString() ?? "of nothing"}"
                                    )
                                ),
                            ];
                            if (weight.Key is { } key)
                                b.Weight(weight.Name, shape, key[..^"_initializer".Length], weight.Trainable);
                            else
                                b.Weight(
                                    weight.Name,
                                    shape,
                                    b.Reviver.Initializer(
                                        Template.Fill(weight.Initializer, b.Config, b.Inputs.First, b.Reviver),
                                        b.Config.Place,
                                        weight.Name
                                    ),
                                    weight.Trainable
                                );
                        }

                        parts?.Make(b.Layer, b.Inputs.First, inBuild: true, b.Reviver);
                        DeclaredParts.Build(b.Layer, b.Inputs, b.Reviver);
                    },
            CellOutput = output is null
                ? null
                : layer => layer.BuiltFor is { } step ? output[^1].Value(layer.Config, step) : null,
            Output = call =>
                parts is not null ? parts.Call(call)
                : output is null ? [call.Inputs.First]
                : [new([.. output.Select(size => size.Value(call.Config, call.Inputs.First))])],
        };
    }

    private static long Generators(JsonValue? count, string place)
    {
        if (count is null)
            return 0;
        if (count.AsInteger is not (>= 0 and <= MaxGenerators))
            throw new ModelException(
                $"\"seed_generators\" in {place} must be a number from 0 to {MaxGenerators}; received {count}."
            );
        return count.AsInteger.Value;
    }

    /// <summary>A class that inherits one of Keras' and has its weights.</summary>
    private static LayerClass Like(string className, JsonValue like, JsonValue value, LayerTable known, string place)
    {
        if (value.Without("about").Members.Length > 1)
            throw new ModelException($"In {place}, \"like\" must be the only key; received {value}.");
        if (
            like.AsString is not { } name
            || known.Find(name) is not { } found
            || found.Name is LayerNames.Functional or LayerNames.Sequential
        )
            throw new ModelException(
                $"\"like\" in {place} must be a layer of Keras; received {like}"
                    + Nearest.End(like.AsString ?? "", known.Names)
            );
        return found with { Name = className, OtherNames = [], IsBuiltIn = false };
    }

    private static bool Holds(DeclaredLayer layer, string name) =>
        layer.Name == name || Array.Exists(layer.Group, inner => Holds(inner, name));

    private static Weight ReadWeight(JsonValue value, string place)
    {
        if (!value.IsObject)
            throw new ModelException($"A weight in {place} must be an object with name and shape; received {value}.");
        CheckKeys(value, WeightKeys, place);
        if (value["name"]?.AsString is not { Length: > 0 } name || name.Contains('/'))
            throw new ModelException($"A weight in {place} must have a name without \"/\"; received {value}.");
        SizeExpression[] shape =
        [
            .. List(value, "shape", place)
                .Select(item => SizeExpression.Read(item, $"\"shape\" of '{JsonValue.Printable(name)}' in {place}")),
        ];
        JsonValue initializer = value["initializer"] ?? JsonValue.String("glorot_uniform");
        return new(name, shape, initializer, value["trainable"] is not { Kind: JsonKind.False });
    }

    private static JsonValue[] List(JsonValue value, string key, string place) =>
        value[key] is not { } list ? []
        : list.IsArray ? list.Items.ToArray()
        : throw new ModelException($"\"{key}\" in {place} must be a list; received {list}.");

    /// <summary>Refuses what is no key of an object in a declaration.</summary>
    public static void CheckKeys(JsonValue value, string[] known, string place)
    {
        foreach (JsonMember member in value.Members)
            if (Array.IndexOf(known, member.Key) < 0)
                throw new ModelException(
                    $"In {place}, \"{JsonValue.Printable(member.Key)}\" is no key; received "
                        + $"{member.Value}{Nearest.End(member.Key, known)}"
                );
    }
}
