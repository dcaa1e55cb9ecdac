using Fanwise;
using TorchSharp;
using TorchSharp.Modules;

namespace FanwiseTorch;

/// <summary>The one table of what the parameters of TorchSharp's modules are; the first row that fits counts.</summary>
/// <remarks>TorchSharp's recurrent, attention and transformer modules have no modules inside that .NET sees: their
/// parameters' names have several parts.</remarks>
internal static class ModuleKinds
{
    // First, since the tables below are made of it.
    private static FanRule Dense { get; } = FanRule.Dense.InPyTorchLayout();

    private static readonly string[] LstmGates = ["i", "f", "g", "o"],
        GruGates = ["r", "z", "n"],
        Projections = ["q", "k", "v"];

    private static readonly ParameterRow[] Matrix =
    [
        new("weight", ParameterRole.Kernel) { Rule = static _ => Dense },
        new("bias", ParameterRole.Bias),
    ];

    private static readonly ParameterRow[] Transposed =
    [
        new("weight", ParameterRole.Kernel)
        {
            Rule = static module =>
                FanRule
                    .Transposed(Integers(((Convolution)module).stride!), (int)((Convolution)module).groups)
                    .InPyTorchLayout(),
        },
        new("bias", ParameterRole.Bias),
    ];

    private static readonly ParameterRow[] Convolved =
    [
        new("weight", ParameterRole.Kernel)
        {
            Rule = static module => FanRule.Convolution((int)((Convolution)module).groups).InPyTorchLayout(),
        },
        new("bias", ParameterRole.Bias),
    ];

    // An output sums in1 * in2 products.
    private static readonly ParameterRow[] TwoInputs =
    [
        new("weight", ParameterRole.Kernel) { Rule = static _ => FanRule.Along(new([1, 2], [0])) },
        new("bias", ParameterRole.Bias),
    ];

    private static readonly ParameterRow[] Table =
    [
        new("weight", ParameterRole.Embedding) { Rule = static _ => FanRule.Embedding },
    ];

    private static readonly ParameterRow[] Norm =
    [
        new("weight", ParameterRole.Scale),
        new("bias", ParameterRole.Shift),
        new("running_mean", ParameterRole.Zero),
        new("running_var", ParameterRole.One),
        new("num_batches_tracked", ParameterRole.Zero),
    ];

    private static readonly ParameterRow[] Slopes = [new("weight", ParameterRole.Slope)];

    // One table for attention and for all that is made of it.
    private static readonly ParameterRow[] Attention =
    [
        new("*in_proj_weight", ParameterRole.Kernel) { Rule = static _ => Dense, Parts = Projections },
        new("*_proj_weight", ParameterRole.Kernel) { Rule = static _ => Dense },
        new("*out_proj.weight", ParameterRole.Kernel) { Rule = static _ => Dense },
        new("*linear1.weight", ParameterRole.Kernel) { Rule = static _ => Dense },
        new("*linear2.weight", ParameterRole.Kernel) { Rule = static _ => Dense },
        new("*norm1.weight", ParameterRole.Scale),
        new("*norm2.weight", ParameterRole.Scale),
        new("*norm3.weight", ParameterRole.Scale),
        new("*norm.weight", ParameterRole.Scale),
        new("*norm1.bias", ParameterRole.Shift),
        new("*norm2.bias", ParameterRole.Shift),
        new("*norm3.bias", ParameterRole.Shift),
        new("*norm.bias", ParameterRole.Shift),
        new("bias_k", ParameterRole.Embedding),
        new("bias_v", ParameterRole.Embedding),
        new("*bias", ParameterRole.Bias),
    ];

    /// <summary>The row of a parameter or buffer; null where the module is of no kind that is known here.</summary>
    public static ParameterRow? RowOf(torch.nn.Module module, string name) =>
        Array.Find(RowsOf(module), row => row.Fits(name));

    /// <summary>The name of the module's kind in <c>torch.nn</c>; the class's own name where it is none of
    /// TorchSharp's. (What a module calls itself differs for some kinds.)</summary>
    public static string NameOf(torch.nn.Module module)
    {
        for (Type? type = module.GetType(); type is not null; type = type.BaseType)
            if (type.Namespace == typeof(Linear).Namespace)
                return type.Name;
        return module.GetType().Name;
    }

    private static ParameterRow[] RowsOf(torch.nn.Module module) =>
        module switch
        {
            Linear => Matrix,
            Bilinear => TwoInputs,
            ConvolutionTranspose => Transposed,
            Convolution => Convolved,
            Embedding or EmbeddingBag => Table,
            NormBase or LayerNorm or GroupNorm => Norm,
            PReLU => Slopes,
            LSTM or LSTMCell => LstmRows,
            GRU or GRUCell => GruRows,
            RNN or RNNCell => RnnRows,
            MultiheadAttention
            or TransformerEncoderLayer
            or TransformerDecoderLayer
            or TransformerEncoder
            or TransformerDecoder
            or Transformer => Attention,
            _ => [],
        };

    private static ParameterRow[] LstmRows { get; } = Recurrent(ParameterRole.GateBias, LstmGates);

    private static ParameterRow[] GruRows { get; } = Recurrent(ParameterRole.Bias, GruGates);

    private static ParameterRow[] RnnRows { get; } = Recurrent(ParameterRole.Bias, [""]);

    private static ParameterRow[] Recurrent(ParameterRole bias, string[] gates) =>
        [
            new("weight_ih*", ParameterRole.Kernel) { Rule = static _ => Dense, Parts = gates },
            new("weight_hh*", ParameterRole.Recurrent) { Rule = static _ => Dense, Parts = gates },
            new("weight_hr*", ParameterRole.Kernel) { Rule = static _ => Dense },
            // The two biases are added: the forget gate's ones stand in one of them.
            new("bias_ih*", bias),
            new("bias_hh*", ParameterRole.Bias),
        ];

    private static int[] Integers(long[] numbers) => Array.ConvertAll(numbers, static number => checked((int)number));
}
