using Fanwise;
using Fanwise.Draws;
using TorchSharp;

namespace FanwiseTorch;

/// <summary>Writes values into a tensor of any device and strides, piece by piece, so that neither memory for a second
/// tensor nor a span of more than 2^31 bytes is needed.</summary>
internal static class TensorWriter
{
    private const int PieceBytes = 1 << 28;

    /// <summary>A tensor of no more elements is set to zero first, which costs less than what tells autograd of the
    /// others.</summary>
    private const int FewElements = 1 << 12;

    /// <summary>The types that both have.</summary>
    private static readonly (torch.ScalarType Torch, ElementType Own)[] Types =
    [
        (torch.ScalarType.Float32, ElementType.Float32),
        (torch.ScalarType.Float64, ElementType.Float64),
        (torch.ScalarType.Float16, ElementType.Float16),
        (torch.ScalarType.BFloat16, ElementType.BFloat16),
        (torch.ScalarType.Int64, ElementType.Int64),
        (torch.ScalarType.Int32, ElementType.Int32),
    ];

    public static ElementType TypeOf(torch.Tensor tensor)
    {
        foreach ((torch.ScalarType type, ElementType own) in Types)
            if (tensor.dtype == type)
                return own;
        throw new InitializerException(
            $"A tensor must be of float32, float64, float16, bfloat16, int32 or int64; received {tensor.dtype}."
        );
    }

    public static torch.ScalarType TypeOf(ElementType type)
    {
        foreach ((torch.ScalarType torchType, ElementType own) in Types)
            if (type == own)
                return torchType;
        throw new InitializerException(
            $"A tensor must be of float32, float64, float16, bfloat16, int32 or int64; received {type.Name()}."
        );
    }

    /// <summary>Writes all elements. The tensor stays the same object, and autograd sees that it was changed.</summary>
    public static void Write(torch.Tensor tensor, Values values)
    {
        using IDisposable mode = torch.no_grad();
        if (tensor.is_sparse || tensor.device_type == DeviceType.META)
            throw new InitializerException("A tensor must hold its elements in memory, one by one, to be filled.");
        if (values.Shape.Elements == 0)
            return;
        WritePiece(tensor, values.NeedsWhole ? values.Materialize() : values, 0);
    }

    private static void WritePiece(torch.Tensor tensor, Values values, long start)
    {
        int size = values.ElementType.Size();
        long elements = tensor.numel(),
            fit = PieceBytes / size;
        if (elements > fit)
        {
            long rows = tensor.shape[0],
                rowElements = elements / rows,
                rowsAtOnce = Math.Max(1, fit / rowElements);
            for (long row = 0; row < rows; row += rowsAtOnce)
            {
                long count = Math.Min(rowsAtOnce, rows - row);
                using torch.Tensor part = rowElements > fit ? tensor.select(0, row) : tensor.narrow(0, row, count);
                WritePiece(part, values, start + row * rowElements);
            }

            return;
        }

        bool isDirect = tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        if (!isDirect)
        {
            using torch.Tensor piece = torch.empty(tensor.shape, tensor.dtype, torch.CPU);
            values.Fill(start, piece.bytes);
            tensor.copy_(piece);
            return;
        }

        // An operation of its own, even one on no element, counts as a change of the tensor: what autograd saved before
        // is known to be stale.
        if (elements <= FewElements)
        {
            tensor.zero_();
            values.Fill(start, tensor.bytes);
            return;
        }

        values.Fill(start, tensor.bytes);
        using torch.Tensor none = tensor.narrow(0, 0, 0);
        none.zero_();
    }
}
