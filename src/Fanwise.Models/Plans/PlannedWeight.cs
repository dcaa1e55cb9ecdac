using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>One weight of a model: its name and what every element of it is.</summary>
/// <param name="Name">Unique in the model, stable and readable: <c>block_1/conv2d/kernel</c>.</param>
/// <param name="Values">Shape, element type and values.</param>
public sealed record PlannedWeight(string Name, Values Values)
{
    /// <summary>The lengths.</summary>
    public Shape Shape => Values.Shape;

    /// <summary>The type of the elements.</summary>
    public ElementType ElementType => Values.ElementType;

    /// <summary>Fills <paramref name="destination"/>, which has the weight's length, with all of its elements in row-major order.</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type, or the lengths differ.</exception>
    public void Fill<T>(Span<T> destination) where T : unmanaged
    {
        if (destination.Length != Shape.Elements)
            throw new InitializerException($"The destination must have the {Shape.Elements} elements of {Name}; received {destination.Length}.");
        Values.Fill(0, destination);
    }
}
