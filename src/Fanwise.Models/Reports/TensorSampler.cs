namespace Fanwise.Models.Reports;

/// <summary>Reads all values of a tensor, or evenly spread slices of a large one.</summary>
internal static class TensorSampler
{
    private const int Slice = 4096;

    /// <summary>So many values of all tensors together are read: about a second's work.</summary>
    private const long Budget = 1 << 24;

    private const int Least = 1 << 14,
        Most = 1 << 20;

    /// <summary>The most values to be read of one tensor, so that all together stay within the budget.</summary>
    public static int LimitFor(IReadOnlyCollection<ReportTensor> tensors)
    {
        int limit = Most;
        while (limit > Least && tensors.Sum(tensor => Math.Min(limit, tensor.Shape.Elements)) > Budget)
            limit /= 2;
        return limit;
    }

    /// <summary>The values of a tensor, at most <paramref name="limit"/> of them.</summary>
    public static double[] Read(ReportTensor tensor, int limit)
    {
        long elements = tensor.Shape.Elements;
        ReportTensor source = tensor.Prepare();
        double[] values = new double[(int)Math.Min(elements, limit)];
        int slices = (values.Length + Slice - 1) / Slice;
        for (int i = 0; i < slices; i++)
        {
            Span<double> slice = values.AsSpan(i * Slice, Math.Min(Slice, values.Length - i * Slice));
            // Whole: one slice after the other. Sampled: the first at the start, the last at the end, the rest between.
            long start =
                elements == values.Length || slices == 1
                    ? (long)i * Slice
                    : (long)((Int128)(elements - slice.Length) * i / (slices - 1));
            source.Read(start, slice);
        }

        return values;
    }
}
