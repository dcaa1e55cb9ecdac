using Fanwise.Models.Plans;

namespace Fanwise.Models.Layers.Families;

/// <summary>A matrix as the quantizing builds see it: what is stored of it under each mode.</summary>
/// <param name="Name">The variable: <c>kernel</c>, <c>embeddings</c>.</param>
/// <param name="Shape">The shape without quantization.</param>
/// <param name="Rows">The rows of the matrix that int4 stores.</param>
/// <param name="Columns">Its columns; int4 packs two of them into a byte.</param>
internal sealed record QuantizedMatrix(string Name, long[] Shape, long Rows, long Columns)
{
    /// <summary>The scale's shape under int8.</summary>
    public required long[] Scale { get; init; }

    /// <summary>Whether int4 scales groups of columns in each row (embeddings), not groups of rows.</summary>
    public bool GroupsColumns { get; init; }

    /// <summary>Whether the class also has float8.</summary>
    public bool IsKernel { get; init; } = true;
}

/// <summary>Kernels whose policy quantizes them: zeros and scales of ones, nothing drawn. Under float8 the kernel is
/// drawn as always, behind six weights of the scaling.</summary>
/// <remarks>Sources: keras/src/layers/core/dense.py, einsum_dense.py, embedding.py (<c>quantized_build</c>);
/// keras/src/dtype_policies/dtype_policy.py.</remarks>
internal static class Quantization
{
    /// <summary>The orders in which Keras stores the weights of a layer in a <c>.weights.h5</c>
    /// (<c>variable_serialization_spec</c>); those that a layer lacks are left out, and LoRA's are merged, not
    /// stored.</summary>
    private static readonly string[] Stored =
    [
        "kernel",
        "embeddings",
        "bias",
        "inputs_scale",
        "inputs_amax_history",
        "kernel_scale",
        "embeddings_scale",
        "kernel_amax_history",
        "outputs_grad_scale",
        "outputs_grad_amax_history",
        "kernel_zero",
        "embeddings_zero",
        "g_idx",
        "reverse_embeddings",
        "reverse_embeddings_scale",
        "reverse_embeddings_zero",
    ];

    /// <summary>Adds a matrix as the layer's policy has it.</summary>
    public static void Kernel(LayerBuild b, QuantizedMatrix matrix, BoundInitializer? initializer)
    {
        switch (b.Layer.Policy.Quantization?.Split('/'))
        {
            case null:
                b.Weight(matrix.Name, matrix.Shape, initializer ?? b.Missing(matrix.Name));
                break;
            case ["int8"]:
                b.WeightNow(matrix.Name, matrix.Shape, "zeros", trainable: false, ElementType.Int8);
                b.WeightNow(matrix.Name + "_scale", matrix.Scale, "ones", trainable: false);
                break;
            case ["int4"]:
                Int4(b, matrix, GroupSize(b, null));
                break;
            case ["int4", var size]:
                Int4(b, matrix, GroupSize(b, size));
                break;
            case ["float8"] when matrix.IsKernel:
                foreach (string part in (ReadOnlySpan<string>)["inputs", "kernel", "outputs_grad"])
                {
                    b.WeightNow(part + "_scale", [], "ones", type: ElementType.Float32);
                    b.WeightNow(
                        part + "_amax_history",
                        [b.Layer.Policy.HistoryLength],
                        "zeros",
                        type: ElementType.Float32
                    );
                }

                b.Weight(matrix.Name, matrix.Shape, initializer ?? b.Missing(matrix.Name));
                break;
            default:
                throw b.Config.Error("dtype", "must quantize to int8 or int4, or a kernel to float8");
        }
    }

    /// <summary>The weights in the order in which Keras stores them.</summary>
    public static IEnumerable<Variable> StoredWeights(Layer layer)
    {
        foreach (string name in Stored)
            if (layer.Weight(name) is { } weight)
                yield return weight;
    }

    /// <summary>Whether the attribute <c>kernel</c> of a layer is its variable, and not computed: LoRA adds to it, and
    /// int4 is unpacked.</summary>
    public static bool KernelIsVariable(Layer layer) =>
        !layer.Config.Has("lora_rank")
        && layer.Policy.Quantization?.StartsWith("int4", StringComparison.Ordinal) != true;

    /// <summary>The reversed embeddings that are not tied, quantized.</summary>
    public static void Reversed(LayerBuild b, long rows, long columns)
    {
        const string name = "reverse_embeddings";
        string[] mode = b.Layer.Policy.Quantization!.Split('/');
        bool isInt4 = mode[0] == "int4";
        b.WeightNow(name, [isInt4 ? Half(rows) : rows, columns], "zeros", trainable: false, ElementType.Int8);
        long? group = isInt4 ? GroupSize(b, mode.Length > 1 ? mode[1] : null) : null;
        long[] scale = group is { } size ? [Groups(rows, size), columns] : [columns];
        b.WeightNow(name + "_scale", scale, "ones", trainable: false);
        if (group is not null)
            b.WeightNow(name + "_zero", scale, "zeros", trainable: false);
    }

    private static void Int4(LayerBuild b, QuantizedMatrix matrix, long? group)
    {
        b.WeightNow(matrix.Name, [matrix.Rows, Half(matrix.Columns)], "zeros", trainable: false, ElementType.Int8);
        long grouped = matrix.GroupsColumns ? matrix.Columns : matrix.Rows,
            kept = matrix.GroupsColumns ? matrix.Rows : matrix.Columns;
        long[] scale =
            group is not { } size ? [kept]
            : matrix.GroupsColumns ? [kept, Groups(grouped, size)]
            : [Groups(grouped, size), kept];
        b.WeightNow(matrix.Name + "_scale", scale, "ones", trainable: false);
        if (group is not { } groupSize)
            return;
        b.WeightNow(matrix.Name + "_zero", scale, "zeros", trainable: false, ElementType.Int8);
        Shape indices = b.Checked("g_idx", [grouped]);
        b.Weight(
            "g_idx",
            new InitialValue(new GroupIndexValues(indices, groupSize), $"index of the group of {groupSize}"),
            trainable: false
        );
    }

    /// <summary>How many values share a scale under int4; null where a whole row or column does. The layer's own
    /// configuration of the quantization goes before the policy's.</summary>
    private static long? GroupSize(LayerBuild b, string? ofPolicy)
    {
        if (
            b.Config["quantization_config"] is { IsObject: true } config
            && config["class_name"]?.AsString == "Int4QuantizationConfig"
        )
            return config["config"]?["block_size"] switch
            {
                null or { IsNull: true } => null,
                { AsInteger: -1 } => null,
                { AsInteger: > 0 and { } size } => size,
                _ => throw b.Config.Error("quantization_config", "must have a positive block_size, -1 or null"),
            };
        if (ofPolicy is null or "-1")
            return null;
        return
            long.TryParse(
                ofPolicy,
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out long given
            )
            && given > 0
            ? given
            : throw b.Config.Error("dtype", "must have a positive block size or -1 behind \"int4/\"");
    }

    /// <summary>Two values of four bits in a byte.</summary>
    private static long Half(long length) => (length + 1) / 2;

    private static long Groups(long length, long size) => (length - 1) / size + 1;
}
