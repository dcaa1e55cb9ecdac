namespace Fanwise.TensorFlow;

/// <summary>Which release's rules a graph follows.</summary>
public enum GraphRelease
{
    /// <summary>TensorFlow 2 (compat.v1), as 2.9 has it: a draw without a seed takes the number of such draws before
    /// it.</summary>
    TensorFlow2,

    /// <summary>The same in 2.21, whose optimizer leaves out the addition of a mean or a lower bound of 0: a product of
    /// -0 stays -0.</summary>
    TensorFlow221,

    /// <summary>TensorFlow 1.3 to 1.15: it takes the number of operations in the graph.</summary>
    TensorFlow1,

    /// <summary>TensorFlow up to 1.2: likewise, and float32 normals take their logarithm in double.</summary>
    TensorFlow12,
}
