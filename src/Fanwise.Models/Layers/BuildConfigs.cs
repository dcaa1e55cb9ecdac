using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>For which shapes a file says that a layer was built.</summary>
internal sealed class BuildConfigs
{
    /// <summary>The last one: the layers of a large model say the same, in one object.</summary>
    private (JsonValue? Json, LayerClass? Class, CallInputs? Inputs) _last;

    /// <summary>What a build_config gives to <c>build</c>: <c>{"input_shape": ...}</c> or <c>{"shapes_dict":
    /// {"query_shape": ...}}</c>.</summary>
    public CallInputs? Read(JsonValue build, Layer layer)
    {
        if (_last.Json == build && _last.Class == layer.Class)
            return _last.Inputs;
        string place = $"\"build_config\" of {layer.Config.Place}";
        if (build["input_shape"] is { } single)
        {
            if (single.IsNull && layer.Graph is not null)
                return null;
            _last = (build, layer.Class, new(Argument(layer.Class.Arguments[0], single, place)));
            return _last.Inputs;
        }

        if (build["shapes_dict"] is not { IsObject: true } shapes)
            return build.IsObject && build.Members.IsEmpty
                ? null
                : throw new ModelException($"{place} must give an input_shape or a shapes_dict; received {build}.");
        List<CallArgument> arguments = [];
        foreach (JsonMember member in shapes.Members)
            if (!member.Value.IsNull)
                arguments.Add(
                    Argument(
                        member.Key.EndsWith("_shape", StringComparison.Ordinal)
                            ? member.Key[..^"_shape".Length]
                            : member.Key,
                        member.Value,
                        place
                    )
                );
        arguments.Sort((a, b) => Index(a).CompareTo(Index(b)));
        return new([.. arguments]);

        int Index(CallArgument argument) => layer.Class.PlaceOf(argument.Name);
    }

    private static CallArgument Argument(string name, JsonValue value, string place)
    {
        if (TensorShape.Read(value) is { } shape)
            return new(name, [shape], IsList: false);
        List<TensorShape?> shapes = [];
        Flatten(value);
        return new(name, [.. shapes], IsList: true);

        // States of stacked cells are lists in a list; a dictionary goes by its sorted keys.
        void Flatten(JsonValue nested)
        {
            if (TensorShape.Read(nested) is { } inner)
                shapes.Add(inner);
            else if (nested.IsArray)
                foreach (JsonValue item in nested.Items)
                    Flatten(item);
            else if (nested.IsObject)
                foreach (
                    JsonMember member in nested
                        .Members.ToArray()
                        .OrderBy(static member => member.Key, StringComparer.Ordinal)
                )
                    Flatten(member.Value);
            else
                throw Wrong();
        }

        ModelException Wrong() => new($"{place} must hold shapes, lists of sizes and nulls; received {value}.");
    }
}
