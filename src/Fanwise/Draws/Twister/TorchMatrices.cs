using System.Runtime.InteropServices;
using Fanwise.LinearAlgebra;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws.Twister;

/// <summary>PyTorch's <c>randperm</c>: Fisher and Yates' shuffle from the front, a word a step.</summary>
internal sealed record TorchPermutation(long Count, Mt19937Stream Stream, UInt128 Position)
    : Values([Count], ElementType.Int64)
{
    public override bool NeedsWhole => true;

    /// <summary>The numbers 0 to <paramref name="count"/> - 1, shuffled by the words from
    /// <paramref name="position"/> on.</summary>
    public static long[] Of(int count, Mt19937Stream stream, UInt128 position)
    {
        long[] numbers = new long[count];
        uint[] words = new uint[Math.Max(0, count - 1)];
        TwisterRun.Fill(stream, position, 0, MemoryMarshal.AsBytes(words.AsSpan()), default(RawWords), Dispatch.Best);
        for (int i = 0; i < count; i++)
            numbers[i] = i;
        for (int i = 0; i < words.Length; i++)
        {
            int other = i + (int)(words[i] % (uint)(count - i));
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }

        return numbers;
    }

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-permutation");
        writer.Write((long)Stream.Seed);
        writer.Write(Position);
    }

    protected override void FillSlice(long start, Span<byte> destination) =>
        MemoryMarshal
            .AsBytes<long>(Of((int)Count, Stream, Position))
            .Slice((int)start * sizeof(long), destination.Length)
            .CopyTo(destination);
}

/// <summary>PyTorch's <c>sparse_</c>: a matrix in each of whose columns the first rows of a permutation are
/// zero.</summary>
internal sealed record TorchSparse(Values Normals, double Sparsity, Mt19937Stream Stream, UInt128 Position)
    : Values(Normals.Shape, Normals.ElementType)
{
    public override bool NeedsWhole => true;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-sparse");
        writer.Write(Normals);
        writer.Write(Sparsity);
        writer.Write((long)Stream.Seed);
        writer.Write(Position);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        FillSlice(Normals, start, destination);
        int rows = (int)Shape[0],
            zeros = (int)Math.Ceiling(Sparsity * rows),
            size = ElementType.Size();
        long columns = Shape[1],
            end = start + destination.Length / size;
        for (long column = 0; column < columns; column++)
        {
            UInt128 position = Position + (UInt128)column * (UInt128)Math.Max(0, rows - 1);
            foreach (long row in TorchPermutation.Of(rows, Stream, position).AsSpan(0, zeros))
            {
                long index = row * columns + column;
                if (index >= start && index < end)
                    destination.Slice((int)(index - start) * size, size).Clear();
            }
        }
    }
}

/// <summary>PyTorch's <c>dirac_</c>: ones at (d, d, centre), d counted within each group.</summary>
internal sealed record TorchDirac(Shape Shape, ElementType ElementType, long Groups) : Values(Shape, ElementType)
{
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-dirac");
        writer.Write(Groups);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        destination.Clear();
        long receptiveField = 1,
            centre = 0;
        foreach (long length in Shape.Lengths[2..])
        {
            receptiveField *= length;
            centre = centre * length + length / 2;
        }

        long perGroup = Shape[0] / Groups,
            end = start + destination.Length / size,
            row = Shape[1] * receptiveField;
        for (long output = start / row; output < Shape[0] && output * row < end; output++)
        {
            long channel = output % perGroup,
                index = output * row + channel * receptiveField + centre;
            if (channel < Shape[1] && index >= start && index < end)
                Elements.Store(1, ElementType, destination[((int)(index - start) * size)..]);
        }
    }
}

/// <summary>PyTorch's <c>orthogonal_</c>: a matrix (out, rest) of normals, transposed where it is wide, Q * sign(diag
/// R), transposed back, times the gain.</summary>
internal sealed record TorchOrthogonal(Shape Shape, Values Normals, double Gain) : Values(Shape, Normals.ElementType)
{
    public override bool NeedsWhole => true;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-orthogonal");
        writer.Write(Normals);
        writer.Write(Gain);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        byte[] whole = new byte[Bytes];
        TypedTensor normals = Normals.ToTensor();
        if (ElementType == ElementType.Float64)
            Decompose(normals.As<double>(), MemoryMarshal.Cast<byte, double>(whole.AsSpan()));
        else
            Decompose(normals.As<float>(), MemoryMarshal.Cast<byte, float>(whole.AsSpan()));
        whole.AsSpan((int)(start * ElementType.Size()), destination.Length).CopyTo(destination);
    }

    private void Decompose<T>(ReadOnlySpan<T> normals, Span<T> destination)
        where T : unmanaged, System.Numerics.IRootFunctions<T>, System.Numerics.IFloatingPointIeee754<T>
    {
        (int rows, int columns) = ((int)Normals.Shape[0], (int)Normals.Shape[1]);
        bool isWide = rows < columns;
        (int tall, int thin) = isWide ? (columns, rows) : (rows, columns);
        T[] matrix = normals.ToArray();
        if (isWide)
            for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                matrix[column * rows + row] = normals[row * columns + column];
        T[] q = HouseholderQr.Orthonormal<T>(matrix, tall, thin);
        T gain = T.CreateChecked(Gain);
        for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
            destination[row * columns + column] = q[isWide ? column * rows + row : row * columns + column] * gain;
    }
}
