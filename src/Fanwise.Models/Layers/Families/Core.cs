using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Dense, Embedding and the layers that only pass on; keras/src/layers/core.</summary>
internal static class Core
{
    private const string Kernel =
        "activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        + "kernel_constraint bias_constraint ";

    public static readonly LayerClass[] Classes =
    [
        new("Dense")
        {
            Keys = Kernel + "units lora_rank lora_alpha quantization_config",
            Constructor = [Initializer("kernel", GlorotUniform), Initializer("bias", Zeros)],
            Build = static b =>
            {
                long units = b.Config.Size("units");
                Quantization.Kernel(
                    b,
                    "kernel",
                    [b.Dimension(-1), units],
                    b.Layer.Initializers.GetValueOrDefault("kernel"),
                    [units]
                );
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [units], "bias");
                LowRank.Add(b, "kernel");
            },
            FixedAxes = static _ => [-1],
            Output = static call =>
                [
                    call.Inputs.First!.Rank < 2
                        ? throw call.Config.Error(
                            $"needs an input of rank 2 or more; received the shape {call.Inputs.First}"
                        )
                        : call.Inputs.First.With(-1, call.Config.Size("units")),
                ],
        },
        new("TernaryDense")
        {
            Keys = Kernel + "units threshold",
            Constructor = [Initializer("kernel", GlorotUniform), Initializer("bias", Zeros)],
            Build = static b =>
            {
                b.Weight("kernel", [b.Dimension(-1), b.Config.Size("units")], "kernel");
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [b.Config.Size("units")], "bias");
            },
            FixedAxes = static _ => [-1],
            Output = static call => [call.Inputs.First!.With(-1, call.Config.Size("units"))],
        },
        new("Embedding")
        {
            Keys =
                "output_dim embeddings_initializer embeddings_regularizer embeddings_constraint mask_zero "
                + "input_length weights lora_rank lora_alpha quantization_config",
            Constructor = [Initializer("embeddings", Uniform)],
            Build = static b => Embed(b),
            Output = static call => [new([.. call.Inputs.First!.Dimensions, call.Config.Size("output_dim")])],
        },
        new("ReversibleEmbedding")
        {
            Keys =
                "output_dim tie_weights embeddings_initializer embeddings_regularizer embeddings_constraint "
                + "mask_zero reverse_dtype logit_soft_cap input_length lora_rank lora_alpha quantization_config",
            Constructor = [Initializer("embeddings", Uniform)],
            Build = static b =>
            {
                Embed(b);
                if (b.Config.Flag("tie_weights", true))
                    return;
                // One initializer object for both: an integer seed draws alike.
                Quantization.Kernel(
                    b,
                    "reverse_embeddings",
                    [b.Config.Size("output_dim"), b.Config.Size("input_dim")],
                    b.Layer.Initializers.GetValueOrDefault("embeddings"),
                    [b.Config.Size("input_dim")]
                );
            },
            Output = static _ => null, // a call may be reversed
        },
        new("InputLayer")
        {
            Keys = "batch_shape batch_input_shape shape batch_size sparse ragged input_tensor optional",
            OtherNames = ["Input"],
        },
        new("Lambda")
        {
            Keys = "function output_shape mask arguments",
            // What its function gives cannot be told, unless the file says so.
            Output = static call =>
                call.Config["output_shape"] is { IsArray: true } shape && TensorShape.Read(shape) is { } inner
                    ? [new([call.Inputs.First![0], .. inner.Dimensions])]
                    : null,
        },
        new("Masking") { Keys = "mask_value" },
        new("Identity"),
        new("Layer"),
        new("ActivityRegularization") { Keys = "l1 l2" },
    ];

    private static void Embed(LayerBuild b)
    {
        Quantization.Kernel(
            b,
            "embeddings",
            [b.Config.Size("input_dim"), b.Config.Size("output_dim")],
            b.Layer.Initializers.GetValueOrDefault("embeddings"),
            [b.Config.Size("input_dim")]
        );
        LowRank.Add(b, "embeddings");
    }
}

/// <summary>What LoRA adds at the end of a build: two float32 matrices, the first drawn then; the kernel itself is no
/// longer trained. Hu et al. 2021.</summary>
internal static class LowRank
{
    public static void Add(LayerBuild b, string kernel)
    {
        if (b.Config.SizeOrNull("lora_rank") is not { } rank)
            return;
        Variable weight = b.Layer.Weight(kernel)!;
        ReadOnlySpan<long> shape = weight.Initial.Values.Shape.Lengths;
        b.WeightNow($"lora_{kernel}_a", [.. shape[..^1], rank], "he_uniform", type: ElementType.Float32);
        b.WeightNow($"lora_{kernel}_b", [rank, shape[^1]], "zeros", type: ElementType.Float32);
        weight.Trainable = false;
    }
}

/// <summary>A kernel whose policy quantizes it: int8 zeros and a scale of ones, nothing drawn.</summary>
internal static class Quantization
{
    public static void Kernel(
        LayerBuild b,
        string name,
        ReadOnlySpan<long> shape,
        BoundInitializer? initializer,
        ReadOnlySpan<long> scale
    )
    {
        switch (b.Layer.Policy.Quantization)
        {
            case null:
                b.Weight(name, shape, initializer ?? b.Missing(name));
                break;
            case "int8" when !scale.IsEmpty:
                b.WeightNow(name, shape, "zeros", trainable: false, ElementType.Int8);
                b.WeightNow(name + "_scale", scale, "ones", trainable: false);
                break;
            default:
                throw b.Config.Error("dtype", "must not quantize otherwise than Dense and Embedding layers to int8");
        }
    }
}
