using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Python;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Layers around other layers; keras/src/layers/rnn and keras/src/layers/core/wrapper.py.</summary>
internal static class Wrappers
{
    public static readonly LayerClass[] Classes =
    [
        new("Wrapper")
        {
            Keys = "layer",
            Constructor = [Inner("layer")],
            Build = static b => b.Inner(b.Layer.Child("layer"), b.Inputs.First),
            Output = static call => call.Of(call.Layer.Child("layer"), call.Inputs.First),
        },
        new("TimeDistributed")
        {
            Features = FeatureCall.Unknown,
            Keys = "layer",
            Constructor =
            [
                Inner("layer"),
                static (layer, reviver) =>
                {
                    if (
                        layer.Child("layer").Graph is FunctionalGraph
                        && !reviver.Generation.LoadsTimeDistributedFunctionals
                    )
                        throw layer.Config.Error($"holds a Functional, which {reviver.Generation} cannot read");
                },
            ],
            Build = static b =>
                b.Inner(
                    b.Layer.Child("layer"),
                    b.Input.Rank >= 3
                        ? Step(b.Input)
                        : throw b.Config.Error($"needs an input of rank 3 or more; received the shape {b.Input}")
                ),
            HidesOutput = static (layer, generation) =>
                layer.Child("layer").Graph is not null && !generation.TimeDistributesModels,
            Output = static call =>
                call.Inputs.First!.Rank < 3 ? null
                : call.Of(call.Layer.Child("layer"), Step(call.Inputs.First)) is [{ } step]
                    ? [new([step[0], call.Inputs.First[1], .. step.Dimensions[1..]])]
                : null,
        },
        new("Bidirectional")
        {
            Keys = "layer backward_layer merge_mode weights",
            Constructor = [Directions],
            Arguments = ["sequences", "initial_state"],
            Build = static b =>
            {
                b.Reviver.Build(b.Layer.Child("forward_layer"), b.Inputs);
                b.Reviver.Build(b.Layer.Child("backward_layer"), b.Inputs);
            },
            PyTorch = PyTorchForms.Recurrent,
            Features = FeatureCall.Plain,
            FixedAxes = static _ => [-1],
            Output = static call =>
            {
                if (call.Of(call.Layer.Child("forward_layer"), call.Inputs.First) is not [{ } output, .. var states])
                    return null;
                TensorShape?[] merged =
                    call.Config["merge_mode"] is { IsNull: true } ? [output, output]
                    : (call.Config.Text("merge_mode") ?? "concat") == "concat" ? [output.With(-1, output[-1] * 2)]
                    : [output];
                return [.. merged, .. states, .. states];
            },
        },
    ];

    /// <summary>
    /// The layer of the file is revived first; then the backward layer, where the file has one. Keras makes the forward
    /// layer again from the first one's configuration,
    /// and the backward layer too, where the file has none: what the first one drew is thrown away.
    /// </summary>
    private static void Directions(Layer layer, Reviver reviver)
    {
        if (layer.Config["layer"] is not { IsObject: true } entry)
            throw layer.Config.Error("layer", "must be a layer");
        Layer first = reviver.Revive(entry, layer.Config.Place, "layer");
        Layer? given = layer.Config.Has("backward_layer")
            ? reviver.Revive(layer.Config["backward_layer"]!, layer.Config.Place, "backward_layer")
            : null;
        Layer forward = Again(first, "forward_", turned: false);
        Layer backward = given ?? Again(first, "backward_", turned: true);
        if (forward.Config.Flag("go_backwards", false) == backward.Config.Flag("go_backwards", false))
            throw layer.Config.Error("must have layers with different \"go_backwards\"");
        foreach (string key in (ReadOnlySpan<string>)["return_sequences", "return_state", "stateful"])
            if (forward.Config.Flag(key, false) != backward.Config.Flag(key, false))
                throw layer.Config.Error($"must have layers with the same \"{key}\"");
        if (reviver.Generation.ListsBidirectionalTemplate)
            layer.Children.Add(("layer", first));
        layer.Children.Add(("forward_layer", forward));
        layer.Children.Add(("backward_layer", backward));

        Layer Again(Layer original, string prefix, bool turned)
        {
            JsonValue config = original.Config.Json;
            foreach (string key in original.Class.Unwritten)
                config = config.Without(key);
            string name = original.Name.StartsWith(prefix, StringComparison.Ordinal)
                ? original.Name
                : prefix + original.Name;
            config = config.With("name", JsonValue.String(name));
            if (turned)
                config = config.With(
                    "go_backwards",
                    reviver.Generation.TogglesBackwards && original.Config.Flag("go_backwards", false)
                        ? JsonValue.False
                        : JsonValue.True
                );
            return reviver.ReviveAgain(
                entry.With("config", config).Without("shared_object_id"),
                layer.Config.Place,
                prefix + "layer"
            );
        }
    }

    private static TensorShape Step(TensorShape shape) => new([shape[0], .. shape.Dimensions[2..]]);
}
