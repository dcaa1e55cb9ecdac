using Fanwise.LinearAlgebra;

namespace Fanwise.Draws;

/// <summary>The orthonormal factor of a matrix of normals, decomposed in double and rounded: NumPy's bit for bit, and
/// JAX's but for its rounding in float32.</summary>
/// <remarks>
/// <c>destination = gain * Q * sign(diag R)</c>. With n the length of the column axis and m the product of the others:
/// the matrix of normals is (max(n, m), min(n, m)); element (row i of the others, column j) is Q[i, j]; Q[j, i]
/// where n is larger.
/// </remarks>
internal sealed record FactorValues : Values
{
    /// <summary>The factor of these normals.</summary>
    /// <param name="shape">The shape of the weight.</param>
    /// <param name="type">The type of its elements: float32 or float64.</param>
    /// <param name="normals">A matrix (larger, smaller).</param>
    /// <param name="gain">What the factor is multiplied by, in the element type.</param>
    /// <param name="columnAxis">The axis whose length is the number of columns.</param>
    public FactorValues(Shape shape, ElementType type, Values normals, double gain, int columnAxis)
        : base(shape, type)
    {
        Normals = normals;
        Gain = Elements.Round(gain, type, ParameterRounding.Graph);
        ColumnAxis = columnAxis;
    }

    public Values Normals { get; }

    public double Gain { get; }

    public int ColumnAxis { get; }

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <summary>The lengths of the matrix of normals for a weight of this shape.</summary>
    /// <exception cref="InitializerException">The rank is below 2.</exception>
    public static Shape MatrixOf(Shape shape, int columnAxis)
    {
        OrthogonalValues.CheckRank(shape);
        long columns = shape[columnAxis],
            others = 1;
        for (int axis = 0; axis < shape.Rank; axis++)
            if (axis != columnAxis)
                others *= shape[axis];
        return [Math.Max(columns, others), Math.Min(columns, others)];
    }

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("factor");
        writer.Write(Normals);
        writer.Write(Gain);
        writer.Write((long)ColumnAxis);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        (int tall, int thin) = ((int)Normals.Shape[0], (int)Normals.Shape[1]);
        TypedTensor drawn = Normals.ToTensor();
        double[] matrix = new double[(long)tall * thin];
        int from = Normals.ElementType.Size();
        for (int i = 0; i < matrix.Length; i++)
            matrix[i] = Normals.ElementType.Read(drawn.Bytes[(i * from)..]);
        double[] q = HouseholderQr.Orthonormal<double>(matrix, tall, thin);

        long columns = Shape[ColumnAxis],
            after = 1;
        for (int axis = ColumnAxis + 1; axis < Shape.Rank; axis++)
            after *= Shape[axis];
        bool turned = columns > Shape.Elements / Math.Max(1, columns);
        int size = ElementType.Size();
        for (long i = start; destination.Length > 0; i++, destination = destination[size..])
        {
            long column = i / after % columns,
                other = i / (after * columns) * after + i % after,
                index = turned ? column * thin + other : other * thin + column;
            double value = Elements.Round(q[index], ElementType, ParameterRounding.Graph);
            Elements.Store(Elements.Multiply(Gain, value, ElementType), ElementType, destination);
        }
    }
}

/// <summary>A block of other values in the middle of zeros: the last two axes at one place of those before
/// them.</summary>
/// <param name="Shape">The whole.</param>
/// <param name="Block">A matrix of the lengths of the last two axes.</param>
/// <param name="Place">The number of the block among all.</param>
internal sealed record CentredValues(Shape Shape, Values Block, long Place) : Values(Shape, Block.ElementType)
{
    /// <inheritdoc/>
    public override bool NeedsWhole => Block.NeedsWhole;

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("centred");
        writer.Write(Block);
        writer.Write(Place);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        destination.Clear();
        int size = ElementType.Size();
        long elements = Shape[Shape.Rank - 1] * Shape[Shape.Rank - 2],
            first = Math.Max(start, Place * elements),
            end = Math.Min(start + destination.Length / size, (Place + 1) * elements);
        if (first < end)
            FillSlice(
                Block,
                first - Place * elements,
                destination.Slice((int)(first - start) * size, (int)(end - first) * size)
            );
    }
}
