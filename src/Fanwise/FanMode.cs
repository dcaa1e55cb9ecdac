namespace Fanwise;

/// <summary>By which number of connections the variance is divided.</summary>
public enum FanMode
{
    /// <summary>The number of inputs of a unit: keeps the variance of activations.</summary>
    FanIn,

    /// <summary>The number of outputs of a unit: keeps the variance of gradients.</summary>
    FanOut,

    /// <summary>The mean of the two.</summary>
    FanAverage,
}
