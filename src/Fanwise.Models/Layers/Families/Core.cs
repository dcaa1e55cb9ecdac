using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Signals;
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
            Constructor = [Activation(), Initializer("kernel", GlorotUniform), Initializer("bias", Zeros)],
            Build = static b =>
            {
                long units = b.Config.Size("units");
                long inputs = b.Dimension(-1);
                Quantization.Kernel(
                    b,
                    new("kernel", [inputs, units], inputs, units)
                    {
                        Scale = b.Reviver.Generation.Int8DenseScalesAreRow ? [1, units] : [units],
                    },
                    b.Layer.Initializers.GetValueOrDefault("kernel")
                );
                if (b.Config.Flag("use_bias", true))
                    b.Weight("bias", [units], "bias");
                LowRank.Add(b, "kernel", [inputs, units]);
            },
            Stored = Quantization.StoredWeights,
            Fans = static (_, variable) => variable == "kernel" ? FanRule.Dense : null,
            Signal = KernelFlows.Kernel,
            PyTorch = PyTorchForms.Dense,
            Features = FeatureCall.Plain,
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
        new("Embedding")
        {
            Keys =
                "output_dim embeddings_initializer embeddings_regularizer embeddings_constraint mask_zero "
                + "input_length weights lora_rank lora_alpha quantization_config",
            Constructor = [Initializer("embeddings", Uniform)],
            Build = static b => Embed(b),
            Fans = EmbeddingFans,
            Signal = KernelFlows.Lookup,
            PyTorch = PyTorchForms.Embedding,
            Features = FeatureCall.Plain,
            Stored = Quantization.StoredWeights,
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
                bool isTied = b.Config.Flag("tie_weights", true);
                long rows = b.Config.Size("output_dim"),
                    columns = b.Config.Size("input_dim");
                Embed(
                    b,
                    beforeLora: () =>
                    {
                        if (!isTied && b.Layer.Policy.Quantization is not null)
                            Quantization.Reversed(b, rows, columns);
                    }
                );
                // One initializer object for both: an integer seed draws alike.
                if (!isTied && b.Layer.Policy.Quantization is null)
                    b.Weight("reverse_embeddings", [rows, columns], "embeddings");
            },
            Fans = EmbeddingFans,
            Signal = KernelFlows.Lookup,
            PyTorch = PyTorchForms.Embedding,
            Features = FeatureCall.Unknown,
            Stored = Quantization.StoredWeights,
            Output = static _ => null, // a call may be reversed
        },
        new("InputLayer")
        {
            Keys = "batch_shape batch_input_shape shape batch_size sparse ragged input_tensor optional",
            OtherNames = ["Input"],
            Signal = SignalFlows.Input,
        },
        new("Lambda")
        {
            Keys = "function output_shape mask arguments",
            IsOpen = true,
            Features = FeatureCall.Unknown,
            // What its function gives cannot be told, unless the file says so.
            Output = static call =>
                call.Config["output_shape"] is { IsArray: true } shape && TensorShape.Read(shape) is { } inner
                    ? [new([call.Inputs.First![0], .. inner.Dimensions])]
                    : null,
        },
        new("Masking") { Keys = "mask_value", Signal = SignalFlows.Same },
        new("Identity") { Signal = SignalFlows.Same },
        new("Layer"),
        new("ActivityRegularization") { Keys = "l1 l2", Signal = SignalFlows.Same },
    ];

    private static FanRule? EmbeddingFans(Configuration config, string variable) =>
        variable == "embeddings" ? FanRule.Embedding : null;

    private static void Embed(LayerBuild b, Action? beforeLora = null)
    {
        long rows = b.Config.Size("input_dim"),
            columns = b.Config.Size("output_dim");
        Quantization.Kernel(
            b,
            new("embeddings", [rows, columns], rows, columns)
            {
                Scale = b.Reviver.Generation.Int8EmbeddingScalesAreColumn ? [rows, 1] : [rows],
                GroupsColumns = true,
                IsKernel = false,
            },
            b.Layer.Initializers.GetValueOrDefault("embeddings")
        );
        beforeLora?.Invoke();
        LowRank.Add(b, "embeddings", [rows, columns]);
    }
}

/// <summary>What LoRA adds at the end of a build: two float32 matrices, the first drawn then; the kernel itself is no
/// longer trained. Hu et al. 2021.</summary>
internal static class LowRank
{
    /// <param name="b">The build.</param>
    /// <param name="kernel">The variable that it goes with.</param>
    /// <param name="shape">That variable's shape, before it was packed.</param>
    public static void Add(LayerBuild b, string kernel, long[] shape)
    {
        if (b.Config.SizeOrNull("lora_rank") is not { } rank)
            return;
        b.WeightNow($"lora_{kernel}_a", [.. shape[..^1], rank], "he_uniform", type: ElementType.Float32);
        b.WeightNow($"lora_{kernel}_b", [rank, shape[^1]], "zeros", type: ElementType.Float32);
        b.Layer.Weight(kernel)!.Trainable = false;
    }
}
