using Fanwise.Draws;

namespace Fanwise;

/// <content>What the modules of <c>torch.nn</c> begin with: their <c>reset_parameters</c>.</content>
public static partial class Torch
{
    private const double PReluSlope = 0.25;

    private const int LstmGates = 4,
        GruGates = 3;

    /// <summary>What each kind of module draws, in the order in which its constructor does. Source: PyTorch 2.13,
    /// torch/nn/modules.</summary>
    private static readonly Dictionary<string, Action<TorchModuleDraft>> Modules = new(StringComparer.Ordinal)
    {
        ["Linear"] = static draft => Affine(draft, ""),
        ["Bilinear"] = Bilinear,
        ["Conv1d"] = static draft => Affine(draft, ""),
        ["Conv2d"] = static draft => Affine(draft, ""),
        ["Conv3d"] = static draft => Affine(draft, ""),
        ["ConvTranspose1d"] = static draft => Affine(draft, ""),
        ["ConvTranspose2d"] = static draft => Affine(draft, ""),
        ["ConvTranspose3d"] = static draft => Affine(draft, ""),
        ["Embedding"] = Table,
        ["EmbeddingBag"] = Table,
        ["LSTM"] = static draft => Recurrent(draft, LstmGates),
        ["GRU"] = static draft => Recurrent(draft, GruGates),
        ["RNN"] = static draft => Recurrent(draft, 1),
        ["LSTMCell"] = static draft => Recurrent(draft, LstmGates),
        ["GRUCell"] = static draft => Recurrent(draft, GruGates),
        ["RNNCell"] = static draft => Recurrent(draft, 1),
        ["BatchNorm1d"] = static draft => Norm(draft, ""),
        ["BatchNorm2d"] = static draft => Norm(draft, ""),
        ["BatchNorm3d"] = static draft => Norm(draft, ""),
        ["InstanceNorm1d"] = static draft => Norm(draft, ""),
        ["InstanceNorm2d"] = static draft => Norm(draft, ""),
        ["InstanceNorm3d"] = static draft => Norm(draft, ""),
        ["LayerNorm"] = static draft => Norm(draft, ""),
        ["GroupNorm"] = static draft => Norm(draft, ""),
        ["PReLU"] = static draft => draft.Constant("weight", PReluSlope),
        ["MultiheadAttention"] = static draft => Attention(draft, ""),
        ["TransformerEncoderLayer"] = static draft => EncoderLayer(draft, ""),
        ["TransformerDecoderLayer"] = static draft => DecoderLayer(draft, ""),
        ["TransformerEncoder"] = static draft => Copies(draft, "", EncoderLayer),
        ["TransformerDecoder"] = static draft => Copies(draft, "", DecoderLayer),
        ["Transformer"] = WholeTransformer,
    };

    /// <summary>The kinds of modules that <see cref="ModuleStart"/> knows, by their names in <c>torch.nn</c>.</summary>
    public static IReadOnlyCollection<string> ModuleNames => Modules.Keys;

    /// <summary>What a module of <c>torch.nn</c> begins with when it is constructed now.</summary>
    /// <param name="generator">PyTorch's generator; it moves on as in the constructor.</param>
    /// <param name="module">The kind: <c>Conv2d</c>, <c>LSTM</c>.</param>
    /// <param name="parameters">The module's parameters and buffers in the order of its <c>state_dict</c>.</param>
    /// <returns>The values of each, in that order.</returns>
    /// <exception cref="InitializerException">No kind has this name, or the kind does not have such
    /// parameters.</exception>
    /// <remarks>An Embedding's padding row is not known here: wrap its values in <see cref="ZeroRowValues"/>.</remarks>
    public static IReadOnlyList<Values> ModuleStart(
        TorchGenerator generator,
        string module,
        IReadOnlyList<TorchParameter> parameters
    )
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!Modules.TryGetValue(module, out Action<TorchModuleDraft>? start))
            throw new InitializerException(
                $"A module's kind is one of torch.nn's; received '{module}'{Nearest.End(module, Modules.Keys)}"
            );
        TorchModuleDraft draft = new(generator, module, parameters);
        start(draft);
        return draft.Finish();
    }

    /// <summary>Linear and convolutions: kaiming_uniform with a = sqrt(5), the bias within 1 / sqrt(fan in).</summary>
    private static void Affine(TorchModuleDraft draft, string path)
    {
        Shape shape = draft.ShapeOf(path + "weight");
        draft.Draw(
            path + "weight",
            (generator, parameter) =>
                KaimingUniform(
                    generator,
                    parameter.Shape,
                    parameter.ElementType,
                    Math.Sqrt(5),
                    FanMode.FanIn,
                    "leaky_relu"
                )
        );
        draft.Within(path + "bias", FansOf(shape).In);
    }

    private static void Bilinear(TorchModuleDraft draft)
    {
        long first = draft.ShapeOf("weight")[1];
        draft.Within("weight", first);
        draft.Within("bias", first);
    }

    private static void Table(TorchModuleDraft draft) =>
        draft.Draw(
            "weight",
            static (generator, parameter) => Normal(generator, parameter.Shape, parameter.ElementType, 0, 1)
        );

    /// <summary>Every parameter within 1 / sqrt(the size of the state).</summary>
    private static void Recurrent(TorchModuleDraft draft, int gates)
    {
        long units = draft.Parameters[0].Shape[0] / gates;
        foreach (TorchParameter parameter in draft.Parameters)
            draft.Within(parameter.Name, units);
    }

    private static void Norm(TorchModuleDraft draft, string path)
    {
        draft.Constant(path + "weight", 1);
        draft.Constant(path + "bias", 0);
        draft.Constant(path + "running_mean", 0);
        draft.Constant(path + "running_var", 1);
        draft.Constant(path + "num_batches_tracked", 0);
    }

    /// <summary>The output projection is constructed as a Linear before the module starts its own
    /// parameters.</summary>
    private static void Attention(TorchModuleDraft draft, string path)
    {
        Affine(draft, path + "out_proj.");
        foreach (string name in (string[])["in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"])
            Xavier(draft, path + name);
        draft.Constant(path + "in_proj_bias", 0);
        draft.Constant(path + "out_proj.bias", 0);
        foreach (string name in (string[])["bias_k", "bias_v"])
            draft.Draw(
                path + name,
                static (generator, parameter) => XavierNormal(generator, parameter.Shape, parameter.ElementType, 1)
            );
    }

    private static void Xavier(TorchModuleDraft draft, string name) =>
        draft.Draw(
            name,
            static (generator, parameter) => XavierUniform(generator, parameter.Shape, parameter.ElementType, 1)
        );

    private static void EncoderLayer(TorchModuleDraft draft, string path)
    {
        Attention(draft, path + "self_attn.");
        Feedforward(draft, path);
    }

    private static void DecoderLayer(TorchModuleDraft draft, string path)
    {
        Attention(draft, path + "self_attn.");
        Attention(draft, path + "multihead_attn.");
        Feedforward(draft, path);
    }

    private static void Feedforward(TorchModuleDraft draft, string path)
    {
        Affine(draft, path + "linear1.");
        Affine(draft, path + "linear2.");
        foreach (string norm in (string[])["norm1.", "norm2.", "norm3."])
            Norm(draft, path + norm);
    }

    /// <summary>One layer is constructed, and the stack holds copies of it.</summary>
    private static void Copies(TorchModuleDraft draft, string path, Action<TorchModuleDraft, string> layer)
    {
        string first = $"{path}layers.0.";
        if (!draft.Parameters.Any(parameter => parameter.Name.StartsWith(first, StringComparison.Ordinal)))
            throw new InitializerException($"A stack of layers must have '{first}'; received none of that name.");
        layer(draft, first);
        draft.CopyLayers($"{path}layers.");
        Norm(draft, path + "norm.");
    }

    /// <summary>Both stacks are constructed; then every matrix is drawn anew.</summary>
    private static void WholeTransformer(TorchModuleDraft draft)
    {
        Copies(draft, "encoder.", EncoderLayer);
        Copies(draft, "decoder.", DecoderLayer);
        foreach (TorchParameter parameter in draft.Parameters)
            if (parameter.Shape.Rank > 1)
                Xavier(draft, parameter.Name);
    }
}
