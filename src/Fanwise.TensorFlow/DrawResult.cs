using Fanwise.Generations;

namespace Fanwise.TensorFlow;

/// <summary>What a <see cref="DrawRequest"/> made: the operations of its calls.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Initializer">The initializer that was called.</param>
/// <param name="Notes">What reading it dropped or changed in meaning.</param>
/// <param name="Operations">One for each call.</param>
public sealed record DrawResult(
    DrawRequest Request,
    ConfiguredInitializer Initializer,
    IReadOnlyList<string> Notes,
    IReadOnlyList<Operation> Operations
)
{
    /// <summary>The fans that decide what is drawn: the layer's, where the request says how they are counted; null for
    /// an initializer that has none.</summary>
    public Fans? Fans =>
        Initializer.Distribution is null ? null
        : Request.Layer is { } layer ? layer.Of(Operations[0].Values.Shape)
        : Initializer.FansOf(
            Initializer.Generation.Columns.PartsHaveFansOfWhole ? Request.FullShape ?? Request.Shape : Request.Shape
        );

    /// <summary>Whether the values are the orthonormal factor of what is drawn.</summary>
    public bool IsOrthogonal => Initializer.Class.Rule == Rule.Orthogonal;
}
