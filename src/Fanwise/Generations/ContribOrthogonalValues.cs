using Fanwise.Draws;
using Fanwise.LinearAlgebra;
using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>r1.2's orthogonal matrix: Q * sign(diag R) of the (r, c) matrix of normals, never transposed; where r &lt;
/// c, Q is (r, r) and zeros fill the columns from r on.</summary>
/// <remarks>r = the product of all dimensions but the last, c = the last. A wide matrix' Q is that of its first r
/// columns.</remarks>
internal sealed record ContribOrthogonalValues : Values
{
    private readonly Draw _normals;
    private readonly PhiloxStream _stream;
    private readonly double _gain;

    private ContribOrthogonalValues(Shape shape, Draw normals, PhiloxStream stream, double gain)
        : base(shape, normals.ElementType)
    {
        _normals = normals;
        _stream = stream;
        _gain = Elements.Round(gain, normals.ElementType, ParameterRounding.Graph);
    }

    public override bool NeedsWhole => true;

    public static Plan PlanFor(Shape shape, ElementType type, double gain)
    {
        if (type is not (ElementType.Float32 or ElementType.Float64))
            throw new InitializerException(
                $"Value passed to parameter 'input' has DataType {type.Name()} not in list of allowed values: "
                    + "float64, float32, complex64, complex128"
            );
        Draw normals = Draw.Normal(type, 0, 1, ParameterRounding.Graph) with { DoubleLogarithm = true };
        long rows = Rows(shape);
        return new(shape, normals, stream => new ContribOrthogonalValues(shape, normals, stream, gain))
        {
            OperationsAfter = rows < shape[shape.Rank - 1] ? 22 : 19,
        };
    }

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("contrib-orthogonal");
        writer.Write(_normals);
        writer.Write(_stream);
        writer.Write(_gain);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        (long rows, long columns) = (Rows(Shape), Shape[Shape.Rank - 1]);
        TypedTensor normals = new DrawnValues([rows, columns], _normals, _stream).ToTensor();
        byte[] whole = new byte[Bytes];
        if (ElementType == ElementType.Float64)
            Finish(normals.As<double>(), (int)rows, (int)columns, whole);
        else
            Finish(normals.As<float>(), (int)rows, (int)columns, whole);
        whole.AsSpan((int)(start * ElementType.Size()), destination.Length).CopyTo(destination);
    }

    private void Finish<T>(ReadOnlySpan<T> normals, int rows, int columns, byte[] whole)
        where T : unmanaged, System.Numerics.IRootFunctions<T>, System.Numerics.IFloatingPointIeee754<T>
    {
        int thin = Math.Min(rows, columns);
        T[] leading = new T[rows * thin];
        for (int row = 0; row < rows; row++)
            normals.Slice(row * columns, thin).CopyTo(leading.AsSpan(row * thin));
        T[] q = HouseholderQr.Orthonormal<T>(leading, rows, thin);
        int size = ElementType.Size();
        double zero = Elements.Multiply(_gain, 0, ElementType);
        for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
        {
            double value =
                column < thin
                    ? Elements.Multiply(_gain, double.CreateChecked(q[row * thin + column]), ElementType)
                    : zero;
            Elements.Store(value, ElementType, whole.AsSpan((row * columns + column) * size));
        }
    }

    private static long Rows(Shape shape)
    {
        long rows = 1;
        foreach (long length in shape.Lengths[..^1])
            rows *= length;
        return rows;
    }
}
