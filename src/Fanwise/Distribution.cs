namespace Fanwise;

/// <summary>What <see cref="VarianceScaling"/> draws from.</summary>
/// <remarks>
/// Keras' <c>"normal"</c> is <see cref="TruncatedNormal"/>; JAX's <c>"normal"</c> is <see cref="UntruncatedNormal"/>.
/// The names here say which.
/// </remarks>
public enum Distribution
{
    /// <summary>A normal truncated at two of its deviations, widened so that the variance after truncation is the one
    /// asked for.</summary>
    TruncatedNormal,

    /// <summary>A normal.</summary>
    UntruncatedNormal,

    /// <summary>A uniform on [-limit, limit).</summary>
    Uniform,
}
