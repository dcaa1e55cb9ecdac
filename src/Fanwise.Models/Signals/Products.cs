using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fanwise.Models.Signals;

/// <summary>What layers with kernels do to a cloud: every tap of a kernel sees another sample, as if positions were
/// independent; the middle tap sees the sample itself.</summary>
internal static class Products
{
    /// <summary>So many elements of a kernel are used; of a larger one the first outputs are computed and stand for the
    /// others.</summary>
    public const long MaxElements = 1 << 22;

    /// <summary>A dense layer or convolution: the kernel is taps times inputs times outputs, row-major.</summary>
    public static Cloud Multiply(
        Cloud x,
        WeightReader kernel,
        long taps,
        long inputs,
        long outputs,
        int groups,
        Random random
    )
    {
        int rows = checked((int)(taps * inputs)),
            columns = (int)Math.Max(1, Math.Min(outputs, Math.Max(groups, MaxElements / Math.Max(1, rows))));
        if (groups > 1)
            columns = (int)outputs;
        int perGroup = columns / groups;
        Cloud y = new(x.Samples, (int)outputs);
        float[] block = new float[columns];
        int[] order = new int[x.Samples];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int i = 0; i < order.Length; i++)
                order[i] = tap == taps / 2 ? i : random.Next(x.Samples);
            for (int input = 0; input < inputs; input++)
            {
                kernel.Read((tap * inputs + input) * outputs, block);
                for (int sample = 0; sample < x.Samples; sample++)
                {
                    ReadOnlySpan<float> source = x[order[sample]];
                    Span<float> sums = y[sample];
                    for (int group = 0; group < groups; group++)
                    {
                        Span<float> part = sums.Slice(group * perGroup, perGroup);
                        Add(block.AsSpan(group * perGroup, perGroup), source[(int)(group * inputs) + input], part);
                    }
                }
            }
        }

        if (columns < outputs)
            for (int sample = 0; sample < x.Samples; sample++)
            for (int channel = columns; channel < outputs; channel++)
                y[sample][channel] = y[sample][channel % columns];
        return y;
    }

    /// <summary>A depthwise convolution: the kernel is taps times channels times a multiplier.</summary>
    public static Cloud Depthwise(Cloud x, WeightReader kernel, long taps, int multiplier, Random random)
    {
        float[] weights = kernel.All();
        Cloud y = new(x.Samples, x.Channels * multiplier);
        for (int tap = 0; tap < taps; tap++)
        for (int sample = 0; sample < x.Samples; sample++)
        {
            ReadOnlySpan<float> source = x[tap == taps / 2 ? sample : random.Next(x.Samples)];
            Span<float> sums = y[sample];
            ReadOnlySpan<float> row = weights.AsSpan(tap * x.Channels * multiplier, x.Channels * multiplier);
            for (int i = 0; i < row.Length; i++)
                sums[i] += row[i] * source[i / multiplier];
        }

        return y;
    }

    /// <summary>A transposed convolution: an output sums those taps that its phase between the strides meets. The
    /// kernel is taps times outputs times inputs.</summary>
    public static Cloud Transposed(
        Cloud x,
        WeightReader kernel,
        long[] window,
        long[] strides,
        int outputs,
        Random random
    )
    {
        float[] weights = kernel.All();
        Cloud y = new(x.Samples, outputs);
        long taps = window.Aggregate(1L, static (product, size) => product * size);
        for (int sample = 0; sample < x.Samples; sample++)
        {
            long[] phase = Array.ConvertAll(strides, stride => random.NextInt64(stride));
            for (long tap = 0; tap < taps; tap++)
            {
                bool met = true;
                long rest = tap;
                for (int axis = window.Length - 1; axis >= 0; axis--)
                {
                    met &= rest % window[axis] % strides[axis] == phase[axis];
                    rest /= window[axis];
                }

                if (!met)
                    continue;
                ReadOnlySpan<float> source = x[random.Next(x.Samples)];
                for (int output = 0; output < outputs; output++)
                    y[sample][output] += Dot(
                        weights.AsSpan((int)(tap * outputs + output) * x.Channels, x.Channels),
                        source
                    );
            }
        }

        return y;
    }

    /// <summary>Rows of a table, each sample another.</summary>
    public static Cloud Lookup(int samples, WeightReader table, Random random)
    {
        Cloud y = new(samples, (int)table.Shape[1]);
        for (int sample = 0; sample < samples; sample++)
            table.Read(random.NextInt64(table.Shape[0]) * table.Shape[1], y[sample]);
        return y;
    }

    /// <summary>Adds multiples, each rounded twice: what fuses the two steps where the processor can gives other bits
    /// there.</summary>
    private static void Add(ReadOnlySpan<float> values, float factor, Span<float> sums)
    {
        ReadOnlySpan<Vector256<float>> wholes = MemoryMarshal.Cast<float, Vector256<float>>(values);
        Span<Vector256<float>> into = MemoryMarshal.Cast<float, Vector256<float>>(sums);
        for (int i = 0; i < wholes.Length; i++)
            into[i] += wholes[i] * factor;
        for (int i = wholes.Length * Vector256<float>.Count; i < values.Length; i++)
            sums[i] += values[i] * factor;
    }

    /// <summary>A sum of products in eight parts, whatever the processor's vectors hold: the same bits
    /// everywhere.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ReadOnlySpan<Vector256<float>> lefts = MemoryMarshal.Cast<float, Vector256<float>>(left),
            rights = MemoryMarshal.Cast<float, Vector256<float>>(right);
        Vector256<float> sums = Vector256<float>.Zero;
        for (int i = 0; i < lefts.Length; i++)
            sums += lefts[i] * rights[i];
        float sum = 0;
        for (int part = 0; part < Vector256<float>.Count; part++)
            sum += sums[part];
        for (int i = lefts.Length * Vector256<float>.Count; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
