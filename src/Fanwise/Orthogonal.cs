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

    /// <summary>In which order shapes are. In PyTorch's, r is the first dimension and c the product of the
    /// others.</summary>
    public KernelLayout Layout { get; init; }

    /// <inheritdoc/>
    public override Initializer InLayout(KernelLayout layout) => this with { Layout = layout };

    /// <summary>The normals whose decomposition is taken.</summary>
    internal override Draw DrawFor(Shape shape, ElementType type, ParameterRounding rounding) =>
        OrthogonalValues.Normals(Matrix(shape), type);

    internal override Values ValuesFor(Shape shape, ElementType type, PhiloxStream stream, ParameterRounding rounding)
    {
        Shape matrix = Matrix(shape);
        return InShape(shape, new OrthogonalValues(matrix, DrawFor(shape, type, rounding), stream, Gain));
    }

    private protected override Values ValuesFor(Shape shape, ElementType type, BackendRow row, SeedPair pair) =>
        InShape(shape, row.Orthogonal(Matrix(shape), type, Gain, pair));

    private Shape Matrix(Shape shape) =>
        Layout == KernelLayout.PyTorch && shape.Rank > 2 && shape[0] > 0
            ? [shape[0], shape.Elements / shape[0]]
            : shape;

    private static Values InShape(Shape shape, Values matrix) =>
        matrix.Shape == shape ? matrix : new ConcatenatedValues(shape, matrix);
}
