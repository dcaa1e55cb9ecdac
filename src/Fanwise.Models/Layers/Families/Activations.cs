using Fanwise.Models.Layouts;
using Fanwise.Models.Signals;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Activations as layers; keras/src/layers/activations. PReLU alone has a weight.</summary>
internal static class Activations
{
    public static readonly LayerClass[] Classes =
    [
        new("Activation")
        {
            Keys = "activation",
            Constructor = [Activation()],
            Signal = SignalFlows.Activation,
        },
        new("ReLU") { Keys = "max_value negative_slope threshold", Signal = SignalFlows.ReLU },
        new("LeakyReLU") { Keys = "negative_slope alpha", Signal = SignalFlows.LeakyReLU },
        new("ELU") { Keys = "alpha", Signal = SignalFlows.Elu },
        new("Softmax") { Keys = "axis", Signal = SignalFlows.Softmax },
        new("ThresholdedReLU") { Keys = "theta" },
        new("PReLU")
        {
            Signal = SignalFlows.PReLU,
            PyTorch = PyTorchForms.PRelu,
            Keys = "alpha_initializer alpha_regularizer alpha_constraint shared_axes",
            Constructor = [Initializer("alpha", Zeros)],
            Build = static b =>
            {
                int[] shared = b.Config.Axes("shared_axes");
                if (shared.Any(axis => axis < 1 || axis >= b.Input.Rank))
                    throw b.Config.Error(
                        "shared_axes",
                        $"must be axes of the input from 1 on; the shape is {b.Input}, and it"
                    );
                b.Weight(
                    "alpha",
                    [
                        .. Enumerable
                            .Range(1, b.Input.Rank - 1)
                            .Select(axis => shared.Contains(axis) ? 1 : b.Dimension(axis)),
                    ],
                    "alpha"
                );
            },
            FixedAxes = static layer =>
                layer.BuiltFor is { } shape
                    ? [.. Enumerable.Range(1, shape.Rank - 1).Except(layer.Config.Axes("shared_axes"))]
                    : [],
        },
    ];
}
