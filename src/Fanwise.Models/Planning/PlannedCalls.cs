using Fanwise.Models.Configurations;
using Fanwise.Models.Layers;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Planning;

/// <summary>From a revived model to the calls of its layers, in an order in which each comes after those it
/// needs.</summary>
internal sealed class PlannedCalls
{
    /// <summary>A model within a model that is called over and over unfolds to many calls; beyond this none are
    /// listed.</summary>
    private const int MaxCalls = 100_000;

    private readonly List<PlannedCall> _calls = [];

    private PlannedCalls() { }

    /// <summary>The calls of a model whose weights are listed.</summary>
    public static IReadOnlyList<PlannedCall> Of(Layer model)
    {
        PlannedCalls calls = new();
        TensorShape?[] shapes = model.Graph?.Inputs ?? [null];
        int[] inputs =
        [
            .. shapes.Select(shape =>
                calls.Add(new("", "InputLayer", model.Config, [], new Dictionary<string, PlannedWeight>(), shape, null))
            ),
        ];
        calls.Walk(model, "", inputs, shapes.Length > 0 ? shapes[0] : null);
        return calls._calls.Count <= MaxCalls ? calls._calls : [];
    }

    /// <summary>Lists a layer's calls; the result is the call that gives each of its outputs.</summary>
    private int[] Walk(Layer layer, string path, int[] inputs, TensorShape? shape)
    {
        if (_calls.Count > MaxCalls)
            return [-1];
        switch (layer.Graph)
        {
            case SequentialGraph chain:
                foreach (Layer inner in chain.Layers)
                {
                    inputs = Walk(inner, Join(path, inner.Name), inputs, shape);
                    shape = null;
                }

                return inputs;
            case FunctionalGraph graph:
                Dictionary<GraphNode, int[]> made = [];
                for (int i = 0; i < graph.InputTensors.Length; i++)
                    made[graph.InputTensors[i].Node] = [i < inputs.Length ? inputs[i] : -1];
                foreach (GraphNode node in graph.Nodes)
                    if (!made.ContainsKey(node))
                        made[node] = Walk(
                            node.Layer,
                            Join(path, node.Layer.Name),
                            Array.ConvertAll(node.Inputs, Call),
                            node.Inputs.Length > 0 ? node.Inputs[0].Shape : null
                        );
                return Array.ConvertAll(graph.OutputTensors, Call);

                int Call(TensorReference tensor) =>
                    made.TryGetValue(tensor.Node, out int[]? calls) && tensor.Tensor < calls.Length
                        ? calls[tensor.Tensor]
                        : -1;
        }

        if (layer.Class.Name == "TimeDistributed" && layer.Children.Exists(static child => child.Attribute == "layer"))
            return Walk(layer.Child("layer"), Join(path, layer.Child("layer").Name), inputs, null);
        Dictionary<string, PlannedWeight> own = new(StringComparer.Ordinal);
        foreach (Variable variable in layer.OwnWeights)
            if (variable.Planned is { } weight)
                own.TryAdd(variable.Name, weight);
        return [Add(new(path, layer.Class.Name, layer.Config, inputs, own, shape, Matrix(layer)))];
    }

    private static PlannedWeight? Matrix(Layer layer)
    {
        foreach (Variable variable in layer.OwnWeights)
            if (variable.Planned is { Shape.Rank: > 1 } weight)
                return weight;
        foreach ((_, Layer child) in layer.Children)
            if (Matrix(child) is { } weight)
                return weight;
        return null;
    }

    private int Add(PlannedCall call)
    {
        _calls.Add(call);
        return _calls.Count - 1;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";
}
