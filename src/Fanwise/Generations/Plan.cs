using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>What a call makes, whoever's numbers are used: a draw, or values that need none.</summary>
/// <param name="Shape">The lengths.</param>
/// <param name="Draw">What is drawn; null for a constant.</param>
/// <param name="Values">The values on a stream; a constant ignores it.</param>
internal sealed record Plan(Shape Shape, Draw? Draw, Func<PhiloxStream, Values> Values)
{
    /// <summary>Whether what is drawn is all, with no decomposition after it.</summary>
    private bool IsPlain { get; init; }

    /// <summary>How many operations a 1.x graph has gained when the draw asks for its seed.</summary>
    public int OperationsBefore { get; init; } = 3;

    /// <summary>How many it gains from there on: the draw and what follows it.</summary>
    public int OperationsAfter { get; init; } = 3;

    /// <summary>A draw; its shape, its two parameters and the arithmetic on them are operations.</summary>
    public static Plan Of(Shape shape, Draw draw) =>
        new(shape, draw, stream => new DrawnValues(shape, draw, stream))
        {
            IsPlain = true,
            OperationsAfter = draw.Kind switch
            {
                DrawKind.Uniform => 4,
                DrawKind.Integer => 1,
                _ => 3,
            },
        };

    /// <summary>The plan whose addend of 0 is left out; other plans as they are. (The optimizer makes +0 of a product
    /// with 0, which is what the addition makes of it.)</summary>
    public Plan WithoutZero() =>
        Draw is { Addend: 0, Multiplier: not 0 } draw && IsPlain
            ? Of(Shape, draw with { Addend = -0.0 }) with
            {
                OperationsBefore = OperationsBefore,
                OperationsAfter = OperationsAfter,
            }
            : this;

    /// <summary>Values that are not drawn: one operation.</summary>
    public static Plan Constant(Shape shape, Func<Values> values) =>
        new(shape, null, _ => values()) { OperationsBefore = 1, OperationsAfter = 0 };
}
