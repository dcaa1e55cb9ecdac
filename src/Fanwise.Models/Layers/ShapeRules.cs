using Fanwise.Models.Configurations;

namespace Fanwise.Models.Layers;

/// <summary>How long the outputs of windows are.</summary>
/// <remarks>Source: keras/src/ops/operation_utils.py (<c>compute_conv_output_shape</c>,
/// <c>compute_pooling_output_shape</c>), keras/src/backend/common/backend_utils.py.</remarks>
internal static class ShapeRules
{
    /// <summary>A convolution: valid floor((n - d (k - 1) - 1) / s) + 1, else floor((n - 1) / s) + 1.</summary>
    public static long? Convolve(long? n, long kernel, long stride, long dilation, string padding) =>
        n is not { } length ? null
        : padding == "valid" ? Floor((Int128)length - (Int128)dilation * (kernel - 1) - 1, stride) + 1
        : Floor((Int128)length - 1, stride) + 1;

    /// <summary>A transposed convolution, with k' = (k - 1) d + 1.</summary>
    public static long? Transpose(long? n, long kernel, long stride, long dilation, string padding, long? outputPadding)
    {
        if (n is not { } length)
            return null;
        Int128 wide = (Int128)(kernel - 1) * dilation + 1,
            start = (Int128)(length - 1) * stride;
        Int128 result =
            padding == "same"
                ? outputPadding is { } extra
                    ? start + wide % 2 + extra
                    : (Int128)length * stride
                : start + wide + (outputPadding ?? (long)Int128.Min(Int128.Max(wide, stride) - wide, long.MaxValue));
        return result > long.MaxValue || result < 0 ? null : (long)result;
    }

    /// <summary>The dimensions of two shapes that are combined elementwise; null where they cannot be told.</summary>
    /// <param name="a">One shape.</param>
    /// <param name="b">The other.</param>
    /// <param name="fits">False where two known dimensions differ and neither is 1.</param>
    public static TensorShape Broadcast(TensorShape a, TensorShape b, out bool fits)
    {
        fits = true;
        long?[] result = new long?[Math.Max(a.Rank, b.Rank)];
        for (int i = 1; i <= result.Length; i++)
        {
            long? x = i <= a.Rank ? a[-i] : 1,
                y = i <= b.Rank ? b[-i] : 1;
            if (x is { } known && y is { } other && known != other && known != 1 && other != 1)
                fits = false;
            result[^i] =
                x == 1 ? y
                : y == 1 ? x
                : x ?? y;
        }

        return new(result);
    }

    private static long Floor(Int128 dividend, long divisor) =>
        (long)((dividend - ((dividend % divisor + divisor) % divisor)) / divisor);
}
