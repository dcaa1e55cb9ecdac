using Fanwise.Models.Layers.Families;

namespace Fanwise.Models.Layers;

/// <summary>All layer classes by name: the families' tables together.</summary>
internal static class LayerClasses
{
    public const string Functional = "Functional",
        Sequential = "Sequential",
        InputLayer = "InputLayer";

    /// <summary>An operation as a node of a graph (<c>keras.src.ops</c>): no layer, no weights, and a shape that only
    /// the file can tell.</summary>
    public static readonly LayerClass Operation = new("operation") { IsBuiltIn = false, Output = Operations.Output };

    private static readonly Dictionary<string, LayerClass> ByName = Index();

    /// <summary>The class of this name, or null.</summary>
    public static LayerClass? Find(string name) => ByName.GetValueOrDefault(name);

    public static IReadOnlyCollection<string> AllNames => ByName.Keys;

    private static Dictionary<string, LayerClass> Index()
    {
        LayerClass[][] families =
        [
            [new(Functional) { OtherNames = ["Model"] }, new(Sequential)],
            Core.Classes,
            EinsumDense.Classes,
            Convolutions.Classes,
            Normalizations.Classes,
            Activations.Classes,
            Recurrent.Classes,
            Wrappers.Classes,
            Attention.Classes,
            Pooling.Classes,
            Reshaping.Classes,
            Merging.Classes,
            Regularization.Classes,
            Images.Classes,
            Preprocessing.Classes,
            Legacy.Classes,
        ];
        Dictionary<string, LayerClass> index = [];
        foreach (LayerClass row in families.SelectMany(static family => family))
        foreach (string name in row.OtherNames.Prepend(row.Name))
            index.Add(name, row);
        return index;
    }
}
