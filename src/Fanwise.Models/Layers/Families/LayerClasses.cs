namespace Fanwise.Models.Layers.Families;

/// <summary>All layer classes of Keras: the families' tables together.</summary>
internal static class LayerClasses
{
    /// <summary>The table, by name.</summary>
    public static LayerTable All { get; } =
        new(
            [
                new(LayerNames.Functional) { OtherNames = ["Model"] },
                new(LayerNames.Sequential),
                .. Core.Classes,
                .. EinsumDense.Classes,
                .. Convolutions.Classes,
                .. Normalizations.Classes,
                .. Activations.Classes,
                .. Recurrent.Classes,
                .. Wrappers.Classes,
                .. Attention.Classes,
                .. Pooling.Classes,
                .. Reshaping.Classes,
                .. Merging.Classes,
                .. Regularization.Classes,
                .. Images.Classes,
                .. Preprocessing.Classes,
                .. Legacy.Classes,
            ],
            // Its shape only the file can tell.
            new("operation") { IsBuiltIn = false, Output = Operations.Output }
        );

    /// <summary>The class of this name, or null.</summary>
    public static LayerClass? Find(string name) => All.Find(name);
}
