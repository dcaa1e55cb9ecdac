using Fanwise.Draws;

namespace Fanwise;

/// <summary>A matrix of <see cref="Gain"/> on the diagonal and zeros elsewhere: <c>destination[i, j] = i == j ? Gain :
/// 0</c>; square or not.</summary>
/// <param name="Gain">The value on the diagonal.</param>
public sealed record Identity(double Gain = 1.0) : Initializer
{
    /// <inheritdoc/>
    public override Values ValuesFor(Shape shape, ElementType type) => new IdentityValues(shape, type, Gain);
}
