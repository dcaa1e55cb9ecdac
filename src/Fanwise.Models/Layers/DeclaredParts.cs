using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>What a layer of a declared class does with the layers that it holds: makes, builds and calls them in
/// Python's order.</summary>
/// <remarks>A layer whose class has no <c>build</c> is built by its first call (keras/src/layers/layer.py,
/// <c>_maybe_build</c>), so that what it holds draws when it is called, and not when a file's build_config is
/// read.</remarks>
internal sealed class DeclaredParts(DeclaredLayer[] layers, string[] calls, SizeExpression[]? output, string? result)
{
    /// <summary>A list of layers may have no more: each takes memory, and its count stands in a file.</summary>
    private const long MaxRepeat = 10_000;

    /// <summary>One layer that was made, and the configuration with its <c>index</c>.</summary>
    internal sealed record Made(DeclaredLayer Declared, Layer Layer, Configuration Config);

    /// <summary>Makes the layers of the constructor, or of <c>build</c>.</summary>
    public void Make(Layer layer, TensorShape? input, bool inBuild, Reviver reviver) =>
        Make(layers, layer, layer.Config, input, inBuild, reviver, isList: false);

    private static void Make(
        DeclaredLayer[] declared,
        Layer layer,
        Configuration config,
        TensorShape? input,
        bool inBuild,
        Reviver reviver,
        bool isList
    )
    {
        foreach (DeclaredLayer part in declared)
        {
            if (part.Entry is not null && part.IsMadeInBuild != inBuild)
                continue;
            // The condition of a group whose layers are made elsewhere is not asked: it may need the input.
            if (part.Group.Length > 0 && !Array.Exists(part.Group, inner => IsMade(inner, inBuild)))
                continue;
            if (part.When?.Holds(config, input) == false)
                continue;
            long count = 1;
            if (part.Repeat is { } repeat)
            {
                count =
                    repeat.Value(config, input) ?? throw config.Error($"needs the count {repeat} of its declaration");
                if (count > MaxRepeat)
                    throw config.Error($"must repeat '{part.Name}' at most {MaxRepeat} times; received {count}");
            }

            bool isInList = isList || part.Repeat is not null;
            for (long index = 0; index < count; index++)
            {
                Configuration own = part.Repeat is null
                    ? config
                    : config with
                    {
                        Json = config.Json.With("index", JsonValue.Number(index)),
                    };
                if (part.Entry is null)
                {
                    Make(part.Group, layer, own, input, inBuild, reviver, isInList);
                    continue;
                }

                Layer made = reviver.ReviveDeclared(Template.Fill(part.Entry, own, input, reviver), part.Place);
                layer.Children.Add((part.Name, made));
                if (isInList)
                    layer.Lists.Add(part.Name);
                layer.Parts.Add(new(part, made, own));
            }
        }
    }

    private static bool IsMade(DeclaredLayer part, bool inBuild) =>
        part.Entry is not null
            ? part.IsMadeInBuild == inBuild
            : Array.Exists(part.Group, inner => IsMade(inner, inBuild));

    /// <summary>Builds the layers that the class's <c>build</c> builds.</summary>
    public static void Build(Layer layer, CallInputs inputs, Reviver reviver)
    {
        foreach (Made part in layer.Parts)
            if (part.Declared.BuildFor is { } shape)
                reviver.Build(
                    part.Layer,
                    CallInputs.Of(Shape(shape.IsArray ? JsonValue.Object(("shape", shape)) : shape, part, inputs, []))
                );
    }

    /// <summary>Calls the layers, which builds those that are not built, and tells the shape of the class's
    /// output.</summary>
    public TensorShape?[]? Call(LayerCall call)
    {
        Dictionary<string, TensorShape?> results = new(StringComparer.Ordinal) { ["previous"] = call.Inputs.First };
        IEnumerable<Made> order =
            calls.Length == 0 ? call.Layer.Parts : call.Layer.Parts.OrderBy(part => Place(part.Declared.Name));
        call.Reviver.Within(
            call.Layer,
            () =>
            {
                foreach (Made part in order)
                {
                    if (
                        part.Declared.CallWith is not { } with
                        || part.Declared.CallWhen?.Holds(part.Config, call.Inputs.First) == false
                    )
                        continue;
                    TensorShape?[]? outputs = call.Reviver.Call(
                        part.Layer,
                        Arguments(with, part, call.Inputs, results)
                    );
                    results[part.Declared.Name] = results["previous"] = outputs is [var first, ..] ? first : null;
                }
            }
        );
        if (output is not null)
            return [new([.. output.Select(size => size.Value(call.Config, call.Inputs.First))])];
        if (result is null)
            return [call.Inputs.First];
        return results.TryGetValue(result, out TensorShape? shape)
            ? shape is null
                ? null
                : [shape]
            : throw call.Config.Error(
                $"has a declaration whose output is the layer '{JsonValue.Printable(result)}', which is not called"
            );

        int Place(string name)
        {
            int place = Array.IndexOf(calls, name);
            return place < 0 ? calls.Length : place;
        }
    }

    private static CallInputs Arguments(
        JsonValue[] with,
        Made part,
        CallInputs inputs,
        Dictionary<string, TensorShape?> results
    )
    {
        string[] names = part.Layer.Class.Arguments;
        if (with.Length > names.Length)
            throw new ModelException(
                $"\"call\" of {part.Declared.Place} must have at most {names.Length} tensors, as a "
                    + $"{part.Layer.Class.Name} takes; received {with.Length}."
            );
        return new([
            .. with.Select(
                (item, i) =>
                    item.IsArray
                        ? new CallArgument(
                            names[i],
                            [.. item.Items.ToArray().Select(one => Shape(one, part, inputs, results))],
                            IsList: true
                        )
                        : new CallArgument(names[i], [Shape(item, part, inputs, results)], IsList: false)
            ),
        ]);
    }

    /// <summary>The shape of a tensor: <c>input</c>, <c>input.query</c>, <c>previous</c>, a layer's output by its name,
    /// or <c>{"shape": sizes}</c>.</summary>
    private static TensorShape? Shape(
        JsonValue item,
        Made part,
        CallInputs inputs,
        Dictionary<string, TensorShape?> results
    )
    {
        if (item.IsObject && item["shape"] is { IsArray: true } sizes)
            return new([
                .. sizes
                    .Items.ToArray()
                    .Select(size =>
                        size.IsNull
                            ? null
                            : DeclaredLayer
                                .ReadSize(size, $"A shape of {part.Declared.Place}")
                                .Value(part.Config, inputs.First)
                    ),
            ]);
        if (item.AsString is { } name)
        {
            if (name == "input")
                return inputs.First;
            if (name.StartsWith("input.", StringComparison.Ordinal))
                return inputs[name["input.".Length..]];
            if (results.TryGetValue(name, out TensorShape? shape))
                return shape;
        }

        throw new ModelException(
            $"A tensor of {part.Declared.Place} must be \"input\", \"previous\", a layer called before or "
                + $"{{\"shape\": [...]}}; received {item}."
        );
    }
}
