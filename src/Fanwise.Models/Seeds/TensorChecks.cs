using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Models.Seeds;

/// <summary>What can be seen of a tensor without searching.</summary>
internal static class TensorChecks
{
    private const int Chunk = 1 << 18;

    /// <summary>How far an orthogonal factor may be from the reference's, which computes it in another order, and in
    /// float16 in that type.</summary>
    private static double Tolerance(ElementType type) =>
        type switch
        {
            ElementType.Float64 => 1e-12,
            ElementType.Float32 => 1e-5,
            _ => 4e-3,
        };

    /// <summary>Whether all elements have the same bits.</summary>
    public static bool IsConstant(Values tensor, CancellationToken cancellation)
    {
        byte[] first = new byte[tensor.ElementType.Size()];
        tensor.Fill(0, first.AsSpan());
        return All(
            tensor,
            tensor.Shape.Elements,
            (_, bytes) =>
            {
                for (int at = 0; at < bytes.Length; at += first.Length)
                    if (!bytes.Slice(at, first.Length).SequenceEqual(first))
                        return false;
                return true;
            },
            cancellation
        );
    }

    /// <summary>Whether two tensors have the same bits; orthogonal ones, whether they are within the
    /// tolerance.</summary>
    public static bool Agree(Values tensor, Values expected, CancellationToken cancellation)
    {
        double? tolerance = expected is OrthogonalValues or FactorValues ? Tolerance(expected.ElementType) : null;
        expected = expected.Materialize();
        byte[] other = new byte[Chunk];
        return All(
            tensor,
            tensor.Shape.Elements,
            (start, bytes) =>
            {
                Span<byte> there = other.AsSpan(0, bytes.Length);
                expected.Fill(start, there);
                if (tolerance is null)
                    return bytes.SequenceEqual(there);
                double[] left = Numbers(bytes, tensor.ElementType),
                    right = Numbers(there, tensor.ElementType);
                for (int i = 0; i < left.Length; i++)
                    if (!(Math.Abs(left[i] - right[i]) <= tolerance))
                        return false;
                return true;
            },
            cancellation
        );
    }

    /// <summary>Whether the first two rows (columns, where these are the shorter side) are of one length and
    /// orthogonal, as trained or drawn ones never are to so many digits.</summary>
    public static bool LooksOrthogonal(Values tensor)
    {
        if (tensor.Shape.Rank < 2 || tensor.ElementType == ElementType.BFloat16 || tensor.Bytes > 1 << 28)
            return false;
        byte[] bytes = new byte[tensor.Bytes];
        tensor.Fill(0, bytes.AsSpan());
        double[] elements = Numbers(bytes, tensor.ElementType);
        int columns = (int)tensor.Shape.Lengths[^1],
            rows = elements.Length / columns;
        (int length, int step, int next) = rows >= columns ? (rows, columns, 1) : (columns, 1, columns);
        if (Math.Min(rows, columns) < 2 || length < 3)
            return false;
        double first = 0,
            second = 0,
            product = 0;
        for (int i = 0; i < length; i++)
        {
            (double a, double b) = (elements[i * step], elements[i * step + next]);
            first += a * a;
            second += b * b;
            product += a * b;
        }

        // Roundings of float16 average out over a long row.
        double tolerance = first * (tensor.ElementType == ElementType.Float16 ? 1e-5 + 4e-3 / Math.Sqrt(length) : 1e-5);
        return first > 0 && Math.Abs(first - second) <= tolerance && Math.Abs(product) <= tolerance;
    }

    /// <summary>Floating elements as doubles.</summary>
    public static double[] Numbers(ReadOnlySpan<byte> bytes, ElementType type) =>
        type switch
        {
            ElementType.Float32 => Convert<float>(bytes, static value => value),
            ElementType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            ElementType.Float16 => Convert<Half>(bytes, static value => (double)value),
            _ => Convert<BFloat16>(bytes, static value => (double)value),
        };

    private static double[] Convert<T>(ReadOnlySpan<byte> bytes, Converter<T, double> convert)
        where T : unmanaged => Array.ConvertAll(MemoryMarshal.Cast<byte, T>(bytes).ToArray(), convert);

    private delegate bool Check(long start, ReadOnlySpan<byte> bytes);

    private static bool All(Values tensor, long elements, Check check, CancellationToken cancellation)
    {
        int size = tensor.ElementType.Size();
        byte[] buffer = new byte[Chunk];
        for (long start = 0; start < elements; start += Chunk / size)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(Chunk / size, elements - start) * size);
            tensor.Fill(start, bytes);
            if (!check(start, bytes))
                return false;
        }

        return true;
    }
}
