namespace Fanwise.Models.Layers.Families;

/// <summary>TensorFlow's operations as nodes of a graph, as tf.keras writes them: elementwise ones keep or broadcast
/// shapes, of others nothing is told.</summary>
internal static class Operations
{
    private static readonly HashSet<string> Elementwise =
    [
        "add",
        "subtract",
        "multiply",
        "divide",
        "truediv",
        "realdiv",
        "mul",
        "sub",
        "div",
        "addv2",
        "maximum",
        "minimum",
        "pow",
        "sqrt",
        "rsqrt",
        "square",
        "exp",
        "log",
        "abs",
        "negative",
        "neg",
        "relu",
        "relu6",
        "sigmoid",
        "tanh",
        "softplus",
        "swish",
        "silu",
        "gelu",
        "elu",
        "selu",
        "leaky_relu",
        "softmax",
        "cast",
        "identity",
        "stop_gradient",
        "clip_by_value",
    ];

    /// <summary>The outputs of an operation, where its function is known.</summary>
    public static TensorShape?[]? Output(LayerCall call)
    {
        if (
            call.Config["function"]?.AsString is not { } function
            || !Elementwise.Contains(function[(function.LastIndexOf('.') + 1)..].ToLowerInvariant())
        )
            return null;
        TensorShape?[] shapes = [.. call.Inputs.Arguments.SelectMany(static argument => argument.Shapes)];
        TensorShape shape = shapes[0]!;
        foreach (TensorShape? other in shapes[1..])
        {
            if (other is null)
                return null;
            TensorShape joined = ShapeRules.Broadcast(shape, other, out bool fits);
            if (!fits)
                throw call.Config.Error($"is called with the shapes {shape} and {other}, which do not fit together");
            shape = joined;
        }

        return [shape];
    }
}
