using Fanwise.Models.Plans;

namespace Fanwise.Models;

/// <summary>How a plan is made.</summary>
public sealed record PlanOptions
{
    /// <summary>Whose weights are given; Keras 3.15's by default.</summary>
    public ModelGeneration Generation { get; init; } = ModelGeneration.Keras;

    /// <summary>Whose numbers Keras draws; TensorFlow's by default.</summary>
    public Backend Backend { get; init; }

    /// <summary>The layer classes that are not Keras' own.</summary>
    public CustomLayers Custom { get; init; } = CustomLayers.None;
}
