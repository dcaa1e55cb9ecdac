using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>How the layers of a model are connected, to tell the shapes of its outputs.</summary>
internal abstract class LayerGraph
{
    private CallInputs? _lastInputs;
    private TensorShape?[]? _lastOutputs;

    /// <summary>The shapes of the model's own inputs, flattened; null where they are not known yet.</summary>
    public abstract TensorShape?[]? Inputs { get; }

    /// <summary>The output shapes for these inputs.</summary>
    public TensorShape?[]? Run(CallInputs inputs, Reviver reviver)
    {
        if (_lastInputs is not null && _lastInputs.Equal(inputs))
            return _lastOutputs;
        TensorShape?[] shapes = [.. inputs.Arguments.SelectMany(static argument => argument.Shapes)];
        (_lastInputs, _lastOutputs) = (inputs, Outputs(shapes, reviver));
        return _lastOutputs;
    }

    protected abstract TensorShape?[]? Outputs(TensorShape?[] inputs, Reviver reviver);
}

/// <summary>Layers in a row.</summary>
internal sealed class SequentialGraph(int layers) : LayerGraph
{
    public List<Layer> Layers { get; } = new(layers);

    /// <summary>The shape of the InputLayer in front, or the one that the model was built for.</summary>
    public TensorShape? Input { get; set; }

    public override TensorShape?[]? Inputs => Input is null ? null : [Input];

    protected override TensorShape?[]? Outputs(TensorShape?[] inputs, Reviver reviver)
    {
        TensorShape?[]? shapes = inputs;
        foreach (Layer layer in Layers)
            shapes = reviver.Call(layer, CallInputs.Of(shapes is [var only] ? only : null));
        return shapes;
    }
}

/// <summary>One call of a layer in a Functional.</summary>
internal sealed class GraphNode(Layer layer, int index)
{
    public Layer Layer => layer;

    /// <summary>The position among the layer's calls in this model.</summary>
    public int Index => index;

    /// <summary>The tensors it takes, in Keras' order of flattening.</summary>
    public required TensorReference[] Inputs { get; init; }

    /// <summary>Which of them belong to which parameter of the call.</summary>
    public required (string Name, int[] Inputs, bool IsList)[] Arguments { get; init; }

    /// <summary>What the call is given beside tensors.</summary>
    public required IReadOnlyDictionary<string, JsonValue> Options { get; init; }

    /// <summary>The output shapes; null where they cannot be told.</summary>
    public TensorShape?[]? Outputs { get; set; }

    /// <summary>Where an output's shape is not known: the layer, this one or one before, that does not tell
    /// it.</summary>
    public Layer? Silent { get; set; }

    /// <summary>The call's shapes, where <paramref name="shapeOf"/> tells those of the tensors.</summary>
    public CallInputs CallWith(Func<TensorReference, TensorShape?> shapeOf) =>
        new(
            Array.ConvertAll(
                Arguments,
                argument => new CallArgument(
                    argument.Name,
                    Array.ConvertAll(argument.Inputs, input => shapeOf(Inputs[input])),
                    argument.IsList
                )
            )
        )
        {
            Options = Options,
            Silent = Array.Find(Inputs, static input => input.Shape is null).Node?.Silent,
        };
}

/// <summary>A tensor in a Functional: an output of a node.</summary>
/// <param name="Node">The node that makes it.</param>
/// <param name="Tensor">Which of its outputs.</param>
/// <param name="Declared">The shape that the file gives, or null.</param>
internal readonly record struct TensorReference(GraphNode Node, int Tensor, TensorShape? Declared)
{
    /// <summary>The shape as inferred, else as declared.</summary>
    public TensorShape? Shape =>
        Node.Outputs is { } outputs && Tensor < outputs.Length && outputs[Tensor] is { } shape ? shape : Declared;
}

/// <summary>Layers connected by calls.</summary>
internal sealed class FunctionalGraph(GraphNode[] nodes, TensorReference[] inputs, TensorReference[] outputs)
    : LayerGraph
{
    /// <summary>The nodes in the order in which Keras calls them.</summary>
    public GraphNode[] Nodes => nodes;

    /// <summary>The tensors that the model takes.</summary>
    public TensorReference[] InputTensors => inputs;

    /// <summary>The tensors that it gives.</summary>
    public TensorReference[] OutputTensors => outputs;

    public override TensorShape?[] Inputs => Array.ConvertAll(inputs, static input => input.Shape);

    protected override TensorShape?[]? Outputs(TensorShape?[] given, Reviver reviver)
    {
        TensorShape?[] own = Inputs;
        if (Enumerable.SequenceEqual(own, given))
            return Array.ConvertAll(outputs, static output => output.Shape);
        if (own.Length != given.Length)
            return null;
        for (int i = 0; i < own.Length; i++)
            if (own[i] is { } expected && given[i] is { } received && expected.Rank == received.Rank)
                for (int axis = 1; axis < expected.Rank; axis++)
                    if (expected[axis] is { } size && received[axis] is { } other && size != other)
                        throw new ModelException(
                            $"The model that holds {nodes[0].Layer.Config.Place} takes the shape {expected} and "
                                + $"is called with {received}."
                        );

        Dictionary<GraphNode, TensorShape?[]?> shapes = new(nodes.Length);
        for (int i = 0; i < inputs.Length; i++)
            shapes[inputs[i].Node] = [given[i]];
        foreach (GraphNode node in nodes)
            if (!shapes.ContainsKey(node))
                shapes[node] = reviver.OutputOf(node.Layer, node.CallWith(ShapeOf));
        return Array.ConvertAll(outputs, ShapeOf);

        TensorShape? ShapeOf(TensorReference tensor) =>
            shapes[tensor.Node] is { } known && tensor.Tensor < known.Length ? known[tensor.Tensor] : null;
    }
}
