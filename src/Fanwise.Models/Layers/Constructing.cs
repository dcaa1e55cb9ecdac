using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>The words of the tables' constructor columns.</summary>
internal static class Constructing
{
    public const string GlorotUniform = "glorot_uniform",
        Orthogonal = "orthogonal",
        Zeros = "zeros",
        Ones = "ones",
        Uniform = "uniform";

    /// <summary>Resolves the initializer under <c>NAME_initializer</c>: a random one without a seed draws it
    /// here.</summary>
    public static Construction Initializer(string name, string absent)
    {
        string key = name + "_initializer";
        JsonValue otherwise = JsonValue.String(absent);
        return (layer, reviver) =>
        {
            JsonValue value = layer.Config[key] ?? otherwise;
            if (!value.IsNull)
                layer.Initializers[name] = reviver.Initializer(value, layer.Config.Place, key);
        };
    }

    /// <summary>Makes the layer that a layer's activation is, before the layer's own initializers are resolved; a
    /// function draws nothing.</summary>
    /// <remarks>Source: keras/src/activations/__init__.py (<c>get</c>). Built only where its entry says for which
    /// shape: calling the outer layer with symbols does not reach it.</remarks>
    public static Construction Activation(string key = "activation") =>
        (layer, reviver) =>
        {
            if (
                layer.Config[key] is not { IsObject: true } value
                || value["class_name"]?.AsString is "function" or null
            )
                return;
            if (reviver.Knows(value))
                layer.Children.Add((key, reviver.Revive(value, layer.Config.Place, key)));
            else
                reviver.Notes.Add(
                    $"\"{key}\" of {layer.Config.Place} is of the class "
                        + $"'{JsonValue.Printable(value["class_name"]!.AsString!)}', which is not known, and taken for "
                        + "one that draws nothing and has no weights"
                );
        };

    /// <summary>Makes a seed generator, which draws its seed where <c>seed</c> is null or absent.</summary>
    public static readonly Construction Seed = static (layer, reviver) =>
        AddGenerator(layer, "seed_generator", reviver);

    /// <summary>The same, as image layers keep it.</summary>
    public static readonly Construction Generator = static (layer, reviver) =>
        AddGenerator(layer, "generator", reviver);

    /// <summary>Makes a seed generator where a rate is positive, and in some generations for a rate of 0,
    /// too.</summary>
    /// <param name="rate">The key of the rate.</param>
    /// <param name="always">Whether a generation makes it for every rate.</param>
    public static Construction SeedIfPositive(string rate, Func<ModelGeneration, bool>? always = null) =>
        (layer, reviver) =>
        {
            if (layer.Config.Number(rate, 0) > 0 || always?.Invoke(reviver.Generation) == true)
                AddGenerator(layer, "seed_generator", reviver);
        };

    /// <summary>Draws a seed that nothing uses, where <c>seed</c> is null or absent.</summary>
    public static readonly Construction UnusedSeed = static (layer, reviver) =>
    {
        bool hasSeed =
            layer.Config.Has("seed") && !(reviver.Generation.ZeroSeedIsNone && layer.Config["seed"]!.AsInteger == 0);
        if (!hasSeed && reviver.Generation.HasSeedGenerators)
            reviver.Seeds.Next();
    };

    /// <summary>Revives the layer under a key, and tracks it.</summary>
    public static Construction Inner(string key) =>
        (layer, reviver) =>
            layer.Children.Add(
                (
                    key,
                    reviver.Revive(
                        layer.Config[key] ?? throw layer.Config.Error(key, "must be a layer"),
                        layer.Config.Place,
                        key
                    )
                )
            );

    /// <summary>Makes a cell of another class from the layer's own configuration.</summary>
    public static Construction Cell(LayerClass cell, string name, bool takesTrainable = true) =>
        (layer, reviver) =>
            layer.Children.Add(
                ("cell", reviver.Make(cell, layer.Config.Json, name, layer.Policy, !takesTrainable || layer.Trainable))
            );

    /// <summary>Makes an inner layer of another class from given configuration.</summary>
    public static Construction Part(string attribute, string className, Func<Configuration, bool>? when = null) =>
        (layer, reviver) =>
        {
            if (when is null || when(layer.Config))
                layer.Children.Add(
                    (
                        attribute,
                        reviver.Make(
                            reviver.Classes[className],
                            JsonValue.Object(("seed", layer.Config["seed"] ?? JsonValue.Null)),
                            Names.Snake(className),
                            layer.Policy,
                            true
                        )
                    )
                );
        };

    private static void AddGenerator(Layer layer, string attribute, Reviver reviver)
    {
        if (!reviver.Generation.HasSeedGenerators)
            return; // tf.keras draws with stateful operations there
        layer.SeedGenerators.Add(
            (attribute, new SeedState(reviver.Seeds.Of(layer.Config["seed"] ?? JsonValue.Null, layer.Config)!.Value))
        );
    }
}
