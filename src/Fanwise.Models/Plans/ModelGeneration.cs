namespace Fanwise.Models.Plans;

/// <summary>Whose initial weights a plan gives; the generations differ in these facts alone.</summary>
public sealed record ModelGeneration
{
    private ModelGeneration(string name) => Name = name;

    /// <summary>Keras 3.15, the default.</summary>
    public static ModelGeneration Keras { get; } = new("keras") { FansByEquation = true };

    /// <summary>Keras 3.0 to 3.14: the fans of EinsumDense and of attention are guessed from the kernel's
    /// shape.</summary>
    public static ModelGeneration Keras314 { get; } = new("keras-3.14");

    /// <summary>tf.keras 2.10 to 2.15: a seed is drawn when its weight is made, and layers themselves draw
    /// none.</summary>
    public static ModelGeneration TfKeras215 { get; } = new("tf-keras-2.15") { DrawsAtFirstUse = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ModelGeneration> All { get; } = [Keras, Keras314, TfKeras215];

    /// <summary>The name: <c>keras</c>, <c>keras-3.14</c>, <c>tf-keras-2.15</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the fans of an EinsumDense kernel follow from its equation.</summary>
    internal bool FansByEquation { get; private init; }

    /// <summary>Whether seeds are drawn when weights are made (tf.keras), not when initializers are.</summary>
    internal bool DrawsAtFirstUse { get; private init; }

    /// <summary>The generation of this name.</summary>
    /// <exception cref="ModelException">No generation of models has it.</exception>
    public static ModelGeneration Parse(string name) =>
        All.FirstOrDefault(generation => generation.Name == name)
        ?? throw new ModelException(
            $"A model's weights follow one of {string.Join(", ", All.Select(static generation => generation.Name))}; received '{name}'{Nearest.End(name, All.Select(static generation => generation.Name))}"
        );

    /// <inheritdoc/>
    public override string ToString() => Name;
}
