using Fanwise.Draws;

namespace Fanwise.Generations;

/// <summary>What a generation means and allows, one property a column; generations that share most of theirs say
/// <c>with</c> what differs.</summary>
internal sealed record GenerationColumns
{
    /// <summary>What a seed means.</summary>
    public SeedRule Seeds { get; init; }

    /// <summary>The distributions of VarianceScaling that are accepted, lower-cased, and what they mean.</summary>
    public Dictionary<string, Distribution> Distributions { get; init; } = [];

    /// <summary>Whether "normal" is stored as "truncated_normal".</summary>
    public bool RewritesNormal { get; init; }

    /// <summary>Whether a truncated normal of VarianceScaling is widened to have the variance asked for.</summary>
    public bool IsCorrected { get; init; } = true;

    /// <summary>Whether float32 normals take their logarithm in double.</summary>
    public bool DoubleLogarithm { get; init; }

    /// <summary>Whether bfloat16 counts as floating.</summary>
    public bool BFloat16IsFloating { get; init; } = true;

    /// <summary>Whether modes and distributions are written in camel case.</summary>
    public bool IsCamelCase { get; init; }

    /// <summary>How parameters get into the element type in every context; null where the context decides.</summary>
    public ParameterRounding? Rounding { get; init; }

    // Columns of seeds and contexts.

    /// <summary>Whether the global seed is that of set_random_seed, which seeds Python's generator, too (tf.keras and
    /// Keras 3), not that of a graph or an eager context.</summary>
    public bool GlobalSeedIsPythons { get; init; } = true;

    /// <summary>Whether a seed may be a SeedGenerator (Keras 3).</summary>
    public bool TakesSeedGenerators { get; init; }

    /// <summary>Whether a seed must fit 64 bits, for it becomes a tensor (tf.keras but 2.7 to 2.9, Keras 3).</summary>
    public bool SeedsFit64Bits { get; init; }

    /// <summary>Whether it draws in a graph unless it is told otherwise (TensorFlow 1 and compat.v1).</summary>
    public bool DrawsInGraphs { get; init; }

    /// <summary>Whether TensorFlow 2 has it: in a graph of 2, eagerly, in a function (all but contrib).</summary>
    public bool IsOfTensorFlow2 { get; init; } = true;

    // Columns of parts of variables.

    /// <summary>Whether a call may be told its part of a variable by a partition_info, and then takes the part's shape
    /// (TensorFlow 1 and compat.v1).</summary>
    public bool TakesPartitionInfo { get; init; }

    /// <summary>Whether a call may be told its part by partition_shape and partition_offset, and then takes the whole's
    /// shape (tf.keras).</summary>
    public bool TakesShards { get; init; }

    /// <summary>Whether a part has the fans of the whole (up to tf.keras 2.6), not its own.</summary>
    public bool PartsHaveFansOfWhole { get; init; }

    // Columns of arguments.

    /// <summary>Whether from_config leaves out a dtype (tf.keras).</summary>
    public bool ConfigurationDropsDtype { get; init; }

    /// <summary>Whether each class checks a call's dtype before it draws (tf.keras).</summary>
    public bool ChecksCallDtype { get; init; }

    /// <summary>Whether a uniform's dtype is checked against those of random_uniform (tf.keras and Keras 3).</summary>
    public bool ChecksUniformDtype { get; init; } = true;

    /// <summary>Whether a uniform's maximum of None is 1 (TensorFlow 1 and compat.v1).</summary>
    public bool MaximumMayBeNone { get; init; }

    /// <summary>Whether a constant may be a list (TensorFlow 1 and compat.v1).</summary>
    public bool ConstantMayBeList { get; init; }

    // Columns of what is drawn.

    /// <summary>What plans an orthogonal matrix of a gain where that is not the factor of OrthogonalValues
    /// (contrib).</summary>
    public Func<Shape, ElementType, double, Plan>? OwnOrthogonal { get; init; }

    /// <summary>Whether an identity is NumPy's (contrib): square, always float64, and no operation of the
    /// graph.</summary>
    public bool IdentityIsNumPys { get; init; }

    /// <summary>Whether a truncated normal is a uniform, by mistake (TensorFlow.js).</summary>
    public bool TruncatedNormalIsUniform { get; init; }

    /// <summary>Whether the records of the root namespace draw its numbers (Keras 3).</summary>
    public bool HasRecords { get; init; }

    /// <summary>The value of "module" in a serialised envelope; null where it has none.</summary>
    public string? Module { get; init; }
}
