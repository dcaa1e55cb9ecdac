namespace Fanwise.Models.Layers;

/// <summary>The names of the classes that a model is made of, and of the layer that it begins with.</summary>
internal static class LayerNames
{
    public const string Functional = "Functional",
        Sequential = "Sequential",
        InputLayer = "InputLayer";
}
