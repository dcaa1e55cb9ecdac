using Fanwise;

namespace FanwiseTorch;

/// <summary>What each kind of parameter begins with. As it stands: Keras' choices, with the fans that a module really
/// has.</summary>
/// <remarks>An initializer's seed stays null: every parameter has its stream from its name.</remarks>
public sealed record ModuleInitialization
{
    /// <summary>Keras' choices, with true fans.</summary>
    public static ModuleInitialization Default { get; } = new();

    /// <summary>Kernels: a uniform of the variance 2 / (in + out) by default (Glorot and Bengio 2010).</summary>
    public Initializer Kernel { get; init; } =
        new VarianceScaling { Mode = FanMode.FanAverage, Distribution = Distribution.Uniform };

    /// <summary>Kernels on a recurrent layer's own state, each gate for itself: orthogonal by default.</summary>
    public Initializer Recurrent { get; init; } = new Orthogonal();

    /// <summary>Tables of embeddings: uniform on [-0.05, 0.05) by default.</summary>
    public Initializer Embedding { get; init; } = new RandomUniform();

    /// <summary>Biases: zeros by default.</summary>
    public Initializer Bias { get; init; } = Initializers.Zeros;

    /// <summary>Whether an LSTM's forget gate has ones in its first bias (Jozefowicz et al. 2015); true by
    /// default.</summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <summary>A choice for single parameters and buffers by their full names, before every other; null for those that
    /// follow their kind. The way for a module's own parameters.</summary>
    public Func<string, Initializer?>? For { get; init; }

    /// <summary>Which parameters and buffers stay as they are, by their full names; none by default.</summary>
    public Func<string, bool>? Keep { get; init; }

    /// <summary>The row of a table of embeddings that stands for padding and is zero, by the parameter's full name;
    /// null for none. (TorchSharp's modules do not tell theirs.)</summary>
    public Func<string, long?>? PaddingRow { get; init; }

    internal Initializer? Of(ParameterRole role) =>
        role switch
        {
            ParameterRole.Kernel => Kernel,
            ParameterRole.Recurrent => Recurrent,
            ParameterRole.Embedding => Embedding,
            ParameterRole.Bias or ParameterRole.GateBias => Bias,
            ParameterRole.Scale or ParameterRole.One => Initializers.Ones,
            ParameterRole.Shift or ParameterRole.Zero => Initializers.Zeros,
            _ => null,
        };
}
