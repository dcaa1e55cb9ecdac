using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>A Functional while it is revived: layers by name, their calls in the file's form, and the nodes that are
/// made of them.</summary>
internal sealed class FunctionalDraft(Layer model)
{
    /// <summary>A tensor as a call names it: layer, call, output.</summary>
    private sealed record Named(string Layer, int Node, int Tensor, TensorShape? Declared);

    /// <summary>A call as the file has it.</summary>
    private sealed record PendingCall(
        Named[] Tensors,
        (string Name, int[] Inputs, bool IsList)[] Arguments,
        IReadOnlyDictionary<string, JsonValue> Options
    );

    private sealed class Entry(Layer layer, string name)
    {
        public Layer Layer => layer;

        public string Name => name;

        public List<PendingCall> Pending { get; } = [];

        public List<GraphNode> Nodes { get; } = [];

        /// <summary>How many inputs of the next call are known to be there; they stay, so none is looked at
        /// twice.</summary>
        public int Present { get; set; }
    }

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, int> _byName = [];
    private readonly List<GraphNode> _nodes = [];
    private TensorReference[] _inputs = [],
        _outputs = [];

    /// <summary>Adds a layer with its calls; an InputLayer has its one node at once.</summary>
    public void Add(Layer layer, JsonValue entry, TensorShape? input)
    {
        string name = entry["name"]?.AsString ?? layer.Name;
        if (!_byName.TryAdd(name, _entries.Count))
            throw model.Config.Error($"has two layers of the name '{JsonValue.Printable(name)}'");
        Entry added = new(layer, name);
        _entries.Add(added);
        if (input is not null)
        {
            GraphNode node = new(layer, 0)
            {
                Inputs = [],
                Arguments = [],
                Options = CallInputs.NoOptions,
                Outputs = [input],
            };
            layer.Built = true;
            added.Nodes.Add(node);
            _nodes.Add(node);
        }

        if (entry["inbound_nodes"] is not { IsArray: true } calls)
            throw layer.Config.Error(
                "must have the list \"inbound_nodes\" beside its config; received "
                    + $"{entry["inbound_nodes"]?.ToString() ?? "nothing"}"
            );
        foreach (JsonValue call in calls.Items)
            added.Pending.Add(Read(call, layer));
    }

    /// <summary>Calls the layers as Keras does: pass after pass in the file's order, each layer until an input of its
    /// next call is missing.</summary>
    /// <remarks>A layer that waits is looked at again only when what it waits for is there, in the pass and at the
    /// place where Keras would, so the time is linear.</remarks>
    public void Connect(Reviver reviver)
    {
        PriorityQueue<int, (int Pass, int Index)> queue = new();
        Dictionary<(int Layer, int Node), List<int>> waiting = [];
        int[] done = new int[_entries.Count];
        for (int i = 0; i < _entries.Count; i++)
            if (_entries[i].Pending.Count > 0)
                queue.Enqueue(i, (0, i));
        while (queue.TryDequeue(out int index, out (int Pass, int Index) turn))
        {
            Entry entry = _entries[index];
            for (; done[index] < entry.Pending.Count; done[index]++)
            {
                PendingCall call = entry.Pending[done[index]];
                if (Missing(call, entry) is { } missing)
                {
                    if (!waiting.TryGetValue(missing, out List<int>? others))
                        waiting[missing] = others = [];
                    others.Add(index);
                    break;
                }

                GraphNode node = new(entry.Layer, entry.Nodes.Count)
                {
                    Inputs = Array.ConvertAll(call.Tensors, Resolve),
                    Arguments = call.Arguments,
                    Options = call.Options,
                };
                entry.Present = 0;
                CallInputs inputs = node.CallWith(static tensor => tensor.Shape);
                node.Outputs = reviver.Call(entry.Layer, inputs);
                if (node.Outputs is null || Array.IndexOf(node.Outputs, null) >= 0)
                    node.Silent = inputs.Silent ?? entry.Layer;
                entry.Nodes.Add(node);
                _nodes.Add(node);
                if (!waiting.Remove((index, node.Index), out List<int>? released))
                    continue;
                foreach (int other in released)
                    queue.Enqueue(other, (other > index ? turn.Pass : turn.Pass + 1, other));
            }
        }

        int stuck = Array.FindIndex([.. Enumerable.Range(0, done.Length)], i => done[i] < _entries[i].Pending.Count);
        if (stuck < 0)
            return;
        Named wanted = _entries[stuck]
            .Pending[done[stuck]]
            .Tensors.First(tensor => tensor.Node >= _entries[_byName[tensor.Layer]].Nodes.Count);
        throw model.Config.Error(
            $"has a cycle, or a call that is missing: layer '{JsonValue.Printable(_entries[stuck].Name)}' waits "
                + $"for call {wanted.Node} of layer '{JsonValue.Printable(wanted.Layer)}'"
        );
    }

    /// <summary>The graph between the model's inputs and outputs.</summary>
    public FunctionalGraph Graph(JsonValue config)
    {
        _inputs = Tensors("input_layers");
        _outputs = Tensors("output_layers");
        if (_outputs.Length == 0)
            throw model.Config.Error("output_layers", "must name at least one tensor");
        return new([.. _nodes], _inputs, _outputs);

        TensorReference[] Tensors(string key)
        {
            List<TensorReference> found = [];
            Collect(config[key] ?? JsonValue.Null, key, found);
            return [.. found];
        }
    }

    /// <summary>The layers between inputs and outputs in Keras' order of a model's layers: by depth, and in one depth
    /// by the first visit from the outputs.</summary>
    public IEnumerable<Layer> Operations()
    {
        HashSet<(GraphNode, int)> inputs = [.. _inputs.Select(static input => (input.Node, input.Tensor))];
        Dictionary<Layer, int> visits = new(_entries.Count);
        List<GraphNode> order = Visit(inputs, visits);
        Dictionary<GraphNode, int> depths = new(order.Count);
        Dictionary<Layer, int> layerDepths = new(_entries.Count);
        for (int i = order.Count - 1; i >= 0; i--)
        {
            GraphNode node = order[i];
            int depth = Math.Max(depths.GetValueOrDefault(node), layerDepths.GetValueOrDefault(node.Layer));
            layerDepths[node.Layer] = depths[node] = depth;
            foreach (TensorReference input in node.Inputs)
                depths[input.Node] = Math.Max(depth + 1, depths.GetValueOrDefault(input.Node));
        }

        foreach (TensorReference input in _inputs)
            if (layerDepths.TryAdd(input.Node.Layer, 0))
                visits[input.Node.Layer] = -1;
        return layerDepths
            .OrderByDescending(static pair => pair.Value)
            .ThenBy(pair => visits[pair.Key])
            .Select(static pair => pair.Key);
    }

    /// <summary>Depth first from the outputs, without recursion: nodes after all that they need, and layers numbered as
    /// they are first entered.</summary>
    private List<GraphNode> Visit(HashSet<(GraphNode, int)> inputs, Dictionary<Layer, int> visits)
    {
        List<GraphNode> order = [];
        HashSet<GraphNode> entered = [];
        Stack<(GraphNode Node, bool Leaf, int Next)> stack = [];
        foreach (TensorReference output in _outputs)
        {
            Enter(output);
            while (stack.TryPop(out (GraphNode Node, bool Leaf, int Next) top))
            {
                if (top.Leaf || top.Next == top.Node.Inputs.Length)
                {
                    order.Add(top.Node);
                    continue;
                }

                stack.Push(top with { Next = top.Next + 1 });
                Enter(top.Node.Inputs[top.Next]);
            }
        }

        return order;

        void Enter(TensorReference tensor)
        {
            if (!entered.Add(tensor.Node))
                return;
            visits.TryAdd(tensor.Node.Layer, visits.Count);
            stack.Push((tensor.Node, inputs.Contains((tensor.Node, tensor.Tensor)), 0));
        }
    }

    private (int Layer, int Node)? Missing(PendingCall call, Entry caller)
    {
        for (; caller.Present < call.Tensors.Length; caller.Present++)
        {
            Named tensor = call.Tensors[caller.Present];
            if (!_byName.TryGetValue(tensor.Layer, out int index))
                throw caller.Layer.Config.Error(
                    $"takes an output of layer '{JsonValue.Printable(tensor.Layer)}', which the "
                        + $"{model.Config.Place} does not have"
                );
            List<GraphNode> nodes = _entries[index].Nodes;
            if (tensor.Node >= nodes.Count)
                return (index, tensor.Node);
            if (nodes[tensor.Node].Outputs is { } outputs && tensor.Tensor >= outputs.Length)
                throw caller.Layer.Config.Error(
                    $"takes output {tensor.Tensor} of layer '{JsonValue.Printable(tensor.Layer)}', which has "
                        + $"{outputs.Length}"
                );
        }

        return null;
    }

    private TensorReference Resolve(Named tensor) =>
        new(_entries[_byName[tensor.Layer]].Nodes[tensor.Node], tensor.Tensor, tensor.Declared);

    private void Collect(JsonValue value, string key, List<TensorReference> found)
    {
        if (
            value is
            { IsArray: true, Items: [{ AsString: { } name }, { AsInteger: { } node }, { AsInteger: { } tensor }] }
        )
        {
            if (!_byName.TryGetValue(name, out int index))
                throw model.Config.Error(
                    $"names layer '{JsonValue.Printable(name)}' in \"{key}\", which it does not have"
                );
            // A Functional counts its own making as its first node here.
            if (_entries[index].Layer.Class.Name == LayerNames.Functional)
                node--;
            List<GraphNode> nodes = _entries[index].Nodes;
            if (
                node < 0
                || node >= nodes.Count
                || tensor < 0
                || nodes[(int)node].Outputs is { } outputs && tensor >= outputs.Length
            )
                throw model.Config.Error(
                    $"names call {node}, output {tensor} of layer '{JsonValue.Printable(name)}' in \"{key}\", "
                        + "which it does not have"
                );
            found.Add(new(nodes[(int)node], (int)tensor, null));
        }
        else if (value.IsArray)
        {
            foreach (JsonValue item in value.Items)
                Collect(item, key, found);
        }
        else if (value.IsObject)
        {
            foreach (JsonMember member in Sorted(value))
                Collect(member.Value, key, found);
        }
        else
        {
            throw model.Config.Error(key, "must name tensors: [layer, node, tensor]");
        }
    }

    private static PendingCall Read(JsonValue call, Layer layer)
    {
        if (call["args"] is not { IsArray: true } args)
            throw layer.Config.Error($"must be called with \"args\" and \"kwargs\"; received {call}");
        List<Named> tensors = [];
        List<(string, int[], bool)> arguments = [];
        Dictionary<string, JsonValue> options = [];
        for (int i = 0; i < args.Items.Length; i++)
            Argument(i < layer.Class.Arguments.Length ? layer.Class.Arguments[i] : $"argument {i}", args.Items[i]);
        if (call["kwargs"] is { IsObject: true } keywords)
            foreach (JsonMember member in Sorted(keywords))
                Argument(member.Key, member.Value);
        return new(
            [.. tensors],
            [.. arguments.OrderBy(argument => layer.Class.PlaceOf(argument.Item1))],
            options.Count == 0 ? CallInputs.NoOptions : options
        );

        void Argument(string name, JsonValue value)
        {
            int before = tensors.Count;
            Flatten(value, layer, tensors);
            if (tensors.Count > before)
                arguments.Add((name, [.. Enumerable.Range(before, tensors.Count - before)], value.IsArray));
            else
                options[name] = value;
        }
    }

    private static void Flatten(JsonValue value, Layer layer, List<Named> tensors)
    {
        if (value.IsArray)
        {
            foreach (JsonValue item in value.Items)
                Flatten(item, layer, tensors);
        }
        else if (value["class_name"]?.AsString == "__keras_tensor__")
        {
            if (
                value["config"]?["keras_history"]
                is not {
                    IsArray: true,
                    Items: [
                        { AsString: { } name },
                        { AsInteger: >= 0 and <= int.MaxValue and var node },
                        { AsInteger: >= 0 and <= int.MaxValue and var tensor },
                    ]
                }
            )
                throw layer.Config.Error(
                    $"takes a tensor without a \"keras_history\" [layer, node, tensor]; received {value}"
                );
            tensors.Add(
                new(
                    name,
                    (int)node,
                    (int)tensor,
                    value["config"]!["shape"] is { } shape ? TensorShape.Read(shape) : null
                )
            );
        }
        else if (value.IsObject)
        {
            foreach (JsonMember member in Sorted(value))
                Flatten(member.Value, layer, tensors);
        }
    }

    private static IEnumerable<JsonMember> Sorted(JsonValue value) =>
        value.Members.ToArray().OrderBy(static member => member.Key, StringComparer.Ordinal);
}
