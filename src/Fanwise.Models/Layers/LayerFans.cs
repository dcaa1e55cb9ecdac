namespace Fanwise.Models.Layers;

/// <summary>What each class of layers really connects: the rule by which the fans of its kernels would be counted if
/// the layer were known.</summary>
internal static class LayerFans
{
    /// <summary>The rule for a weight of a layer; null where the class is not in the table, or the weight is no
    /// kernel.</summary>
    public static FanRule? Of(Layer layer, string variable) =>
        (layer.Class.Name, variable) switch
        {
            ("Dense", "kernel") => FanRule.Dense,
            ("Conv1D" or "Conv2D" or "Conv3D", "kernel") => FanRule.Convolution(
                (int)(layer.Config.SizeOrNull("groups") ?? 1)
            ),
            ("DepthwiseConv1D" or "DepthwiseConv2D", "kernel" or "depthwise_kernel") => FanRule.Depthwise,
            ("SeparableConv1D" or "SeparableConv2D", "depthwise_kernel") => FanRule.Depthwise,
            ("SeparableConv1D" or "SeparableConv2D", "pointwise_kernel") => FanRule.Convolution(),
            ("Conv1DTranspose", "kernel") => Transposed(layer, 1),
            ("Conv2DTranspose", "kernel") => Transposed(layer, 2),
            ("Conv3DTranspose", "kernel") => Transposed(layer, 3),
            ("EinsumDense", "kernel") => FanRule.Einsum(layer.Config.Text("equation")!),
            ("Embedding" or "ReversibleEmbedding", "embeddings") => FanRule.Embedding,
            _ => null,
        };

    private static FanRule Transposed(Layer layer, int rank) =>
        FanRule.Transposed([
            .. layer.Config.Sizes("strides", rank, 1).Select(static stride => (int)Math.Min(stride, int.MaxValue)),
        ]);
}
