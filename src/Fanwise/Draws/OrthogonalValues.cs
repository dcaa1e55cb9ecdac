using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanwise.LinearAlgebra;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>An orthogonal matrix from the QR decomposition of drawn normals; see <see cref="Orthogonal"/>.</summary>
public sealed record OrthogonalValues : Values
{
    /// <summary>The factor of these normals, times a gain.</summary>
    /// <param name="shape">The shape of the weight.</param>
    /// <param name="normals">What <see cref="Normals"/> gave for it.</param>
    /// <param name="stream">Whose numbers.</param>
    /// <param name="gain">What the orthonormal matrix is multiplied by, in the element type.</param>
    public OrthogonalValues(Shape shape, Draw normals, PhiloxStream stream, double gain)
        : base(shape, normals.ElementType)
    {
        Draw = normals;
        Stream = stream;
        Gain = Elements.Round(gain, normals.ElementType, ParameterRounding.Keras3);
    }

    /// <summary>The normals.</summary>
    public Draw Draw { get; }

    /// <summary>Whose numbers.</summary>
    public PhiloxStream Stream { get; }

    /// <summary>What the orthonormal matrix is multiplied by.</summary>
    public double Gain { get; }

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <summary>The standard normals whose decomposition gives an orthogonal weight of this shape.</summary>
    /// <exception cref="InitializerException">The rank is below 2, or the type is bfloat16, in which TensorFlow has no
    /// decomposition.</exception>
    public static Draw Normals(Shape shape, ElementType type)
    {
        CheckRank(shape);
        if (type == ElementType.BFloat16)
            throw new InitializerException(
                "An orthogonal initializer draws float32, float64 or float16; received bfloat16."
            );
        return Draw.Normal(type, 0, 1, ParameterRounding.Keras3);
    }

    /// <summary>Refuses a shape that is not a matrix's.</summary>
    internal static void CheckRank(Shape shape)
    {
        if (shape.Rank < 2)
            throw new InitializerException(
                $"An orthogonal initializer needs a shape of rank 2 or more; received {shape}."
            );
    }

    /// <summary>The matrix of normals: (max(r, c), min(r, c)), r the product of all dimensions but the last, c the
    /// last.</summary>
    public Values NormalMatrix
    {
        get
        {
            (long rows, long columns) = Matrix;
            return new DrawnValues([Math.Max(rows, columns), Math.Min(rows, columns)], Draw, Stream);
        }
    }

    private (long Rows, long Columns) Matrix
    {
        get
        {
            long rows = 1;
            foreach (long length in Shape.Lengths[..^1])
                rows *= length;
            return (rows, Shape.Lengths[^1]);
        }
    }

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("orthogonal");
        writer.Write(Draw);
        writer.Write(Stream);
        writer.Write(Gain);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        (long rows, long columns) = Matrix;
        TypedTensor normals = NormalMatrix.ToTensor();
        (int tall, int thin) = ((int)normals.Shape[0], (int)normals.Shape[1]);
        // Nothing but the whole is ever made; where it is asked for, it is made in its place.
        Span<byte> whole = destination.Length == Bytes ? destination : new byte[Bytes];
        switch (ElementType)
        {
            case ElementType.Float64:
                Finish(HouseholderQr.Orthonormal(normals.As<double>(), tall, thin), rows < columns, tall, thin, whole);
                break;
            case ElementType.Float32:
                Finish(HouseholderQr.Orthonormal(normals.As<float>(), tall, thin), rows < columns, tall, thin, whole);
                break;
            default: // float16: decomposed in float32, rounded once
                float[] wide = Array.ConvertAll(normals.As<Half>().ToArray(), static value => (float)value);
                Finish(HouseholderQr.Orthonormal<float>(wide, tall, thin), rows < columns, tall, thin, whole);
                break;
        }

        if (whole != destination)
            whole.Slice((int)(start * ElementType.Size()), destination.Length).CopyTo(destination);
    }

    /// <summary>Transposes where the weight is wide, multiplies by the gain and stores.</summary>
    private void Finish<T>(T[] q, bool transpose, int tall, int thin, Span<byte> whole)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        // A few columns at a time, so that a transposed row is written where the cache still has it.
        const int Columns = 16;
        bool isStored = Unsafe.SizeOf<T>() == ElementType.Size();
        T gain = T.CreateChecked(Gain);
        Span<T> stored = isStored ? MemoryMarshal.Cast<byte, T>(whole) : [];
        for (int first = 0; first < thin; first += Columns)
        for (int row = 0; row < tall; row++)
        for (int column = first; column < Math.Min(thin, first + Columns); column++)
        {
            int index = transpose ? column * tall + row : row * thin + column;
            T element = q[row * thin + column],
                product = gain * element;
            // Of normal numbers, the product needs none of the care that the others do.
            if (isStored && T.IsNormal(product) && T.IsNormal(element) && T.IsNormal(gain))
                stored[index] = product;
            else
                Store(double.CreateChecked(element), whole[(index * ElementType.Size())..]);
        }
    }

    private void Store(double element, Span<byte> destination)
    {
        double value = Elements.Round(element, ElementType, ParameterRounding.Graph);
        Elements.Store(Elements.Multiply(Gain, value, ElementType), ElementType, destination);
    }
}
