using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>A layer that a declared class holds: when it is made, and what builds it.</summary>
internal sealed record DeclaredLayer(string Name, string Place)
{
    private static readonly string[] Keys =
    [
        "class_name",
        "module",
        "registered_name",
        "config",
        "made",
        "when",
        "repeat",
        "layers",
        "build",
        "call",
        "call_when",
    ];

    /// <summary>The layer's entry with expressions; null for a group, which is repeated as a whole.</summary>
    public JsonValue? Entry { get; private init; }

    /// <summary>What a group holds.</summary>
    public DeclaredLayer[] Group { get; private init; } = [];

    /// <summary>How many are made; null for one that is no list.</summary>
    public SizeExpression? Repeat { get; private init; }

    /// <summary>Whether the class's <c>build</c> makes it, and not the constructor.</summary>
    public bool IsMadeInBuild { get; private init; }

    public DeclaredCondition? When { get; private init; }

    public DeclaredCondition? CallWhen { get; private init; }

    /// <summary>What the class's <c>build</c> builds it for; null where it does not.</summary>
    public JsonValue? BuildFor { get; private init; }

    /// <summary>What the class's <c>call</c> calls it with; null where it does not.</summary>
    public JsonValue[]? CallWith { get; private init; }

    /// <summary>The layers under <c>layers</c>, in the order in which they are made.</summary>
    public static DeclaredLayer[] ReadAll(JsonValue? value, string place)
    {
        if (value is null)
            return [];
        if (!value.IsObject)
            throw new ModelException($"\"layers\" in {place} must be an object, attribute to layer; received {value}.");
        return [.. value.Members.ToArray().Select(member => Read(member.Key, member.Value, place))];
    }

    private static DeclaredLayer Read(string name, JsonValue value, string outer)
    {
        string place = $"'{JsonValue.Printable(name)}' in {outer}";
        if (!value.IsObject || name.Length == 0 || name.Contains('/'))
            throw new ModelException($"The layer {place} must be an object with class_name; received {value}.");
        Declaration.CheckKeys(value, Keys, place);
        bool isGroup = value["layers"] is not null;
        if (isGroup == value["class_name"]?.AsString is not null)
            throw new ModelException($"The layer {place} must have either class_name or layers; received {value}.");
        bool isMadeInBuild = value["made"]?.AsString switch
        {
            null when value["made"] is null => false,
            "constructor" => false,
            "build" => true,
            _ => throw new ModelException(
                $"\"made\" of {place} must be \"constructor\" or \"build\"; received {value["made"]}."
            ),
        };
        return new(name, place)
        {
            Entry = isGroup
                ? null
                : JsonValue.Object([
                    .. value
                        .Members.ToArray()
                        .Where(static member =>
                            member.Key is "class_name" or "module" or "registered_name" or "config"
                        ),
                ]),
            Group = ReadAll(value["layers"], place),
            Repeat = value["repeat"] is { } count ? ReadSize(count, $"\"repeat\" of {place}") : null,
            IsMadeInBuild = isMadeInBuild,
            When = DeclaredCondition.Read(value["when"], $"\"when\" of {place}"),
            CallWhen = DeclaredCondition.Read(value["call_when"], $"\"call_when\" of {place}"),
            BuildFor = value["build"],
            CallWith =
                value["call"] is not { } call ? null
                : call.IsArray ? call.Items.ToArray()
                : [call],
        };
    }

    /// <summary>A size, which may begin with the "$" of a value.</summary>
    public static SizeExpression ReadSize(JsonValue value, string place) =>
        SizeExpression.Read(
            value.AsString is ['$', .. string expression] ? JsonValue.String(expression) : value,
            place
        );
}
