namespace FanwiseTorch;

/// <summary>What a parameter or buffer is for, from which its start follows.</summary>
public enum ParameterRole
{
    /// <summary>A kernel that is multiplied with what comes in.</summary>
    Kernel,

    /// <summary>A kernel that is multiplied with a recurrent layer's own state.</summary>
    Recurrent,

    /// <summary>A table of which rows are looked up, or a row that an attention adds to its keys or values.</summary>
    Embedding,

    /// <summary>What is added.</summary>
    Bias,

    /// <summary>The bias of an LSTM's gates, of which the second quarter belongs to the forget gate.</summary>
    GateBias,

    /// <summary>A normalization's factor: ones.</summary>
    Scale,

    /// <summary>A normalization's addend: zeros.</summary>
    Shift,

    /// <summary>A running mean or a count: zeros.</summary>
    Zero,

    /// <summary>A running variance: ones.</summary>
    One,

    /// <summary>A PReLU's slope: as the module was told.</summary>
    Slope,

    /// <summary>Nothing that the package knows: a module's own parameter.</summary>
    Own,
}
