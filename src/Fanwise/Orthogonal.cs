using Fanwise.Draws;
using Fanwise.Draws.Frameworks;
using Fanwise.Streams;

namespace Fanwise;

/// <summary>Orthonormal columns (rows, where there are more columns than rows), times <see cref="Gain"/>, from the QR
/// decomposition of a matrix of normals.</summary>
/// <remarks>
/// With r = the product of all dimensions but the last and c = the last: a is (max(r, c), min(r, c)) of standard
/// normals, a = QR; <c>destination = gain * Q * sign(diag R)</c>, transposed where r &lt; c.
/// The normals are TensorFlow's bit for bit. The factor Q is ours: the same bits on every machine, within 1e-5
/// (float32) of TensorFlow's.
/// A slice needs the whole matrix and costs as much. Source: Saxe et al. 2014;
/// keras/src/initializers/random_initializers.py.
/// </remarks>
public sealed record Orthogonal : RandomInitializer
{
    /// <summary>What the orthonormal matrix is multiplied by.</summary>
    public double Gain { get; init; } = 1.0;

    /// <summary>The normals whose decomposition is taken.</summary>
    public override Draw DrawFor(Shape shape, ElementType type) => OrthogonalValues.Normals(shape, type);

    /// <inheritdoc/>
    public override Values ValuesFor(Shape shape, ElementType type, PhiloxStream stream) =>
        new OrthogonalValues(shape, DrawFor(shape, type), stream, Gain);

    private protected override Values ValuesFor(Shape shape, ElementType type, BackendRow row, SeedPair pair) =>
        row.Orthogonal(shape, type, Gain, pair);
}
