using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;

namespace Fanwise.Models.PyTorch;

/// <summary>The tensors of a file in PyTorch's layout as Keras has them: each weight of a model with the names of the
/// tensors that hold it.</summary>
/// <remarks>
/// A tensor is known by PyTorch's name, by Keras' name where its axes are turned, and else by its shape and the last
/// part of its name: tensors of one shape in the natural order of their names, where the model has as many.
/// </remarks>
internal sealed class UnturnedTensors
{
    private readonly Dictionary<string, (string Tensors, Shape? Shape)> _holders = new(StringComparer.Ordinal);

    private UnturnedTensors(IReadOnlyList<StoredTensor> tensors, IReadOnlyList<StoredTensor> others) =>
        (Tensors, Others) = (tensors, others);

    /// <summary>The weights under the names of the model's plan.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>What is no weight of Keras': tensors that only PyTorch has, and those of another model.</summary>
    public IReadOnlyList<StoredTensor> Others { get; }

    /// <summary>The file's tensor of a weight: its name, with the weight's own where a tensor holds several weights or
    /// a weight is in several; and its shape, null where it is not one tensor's.</summary>
    public (string Name, Shape? Shape) HolderOf(string weight) => _holders[weight];

    /// <summary>The tensors turned back; null where they are in Keras' layout.</summary>
    /// <param name="tensors">A file's.</param>
    /// <param name="plan">The model's plan.</param>
    /// <param name="layout">The layout; null where names and axes are to tell it.</param>
    /// <param name="names">The module's name for layers whose path is not its name.</param>
    /// <exception cref="ModelException">The layout is given, and PyTorch has no module for a layer.</exception>
    public static UnturnedTensors? Of(
        IReadOnlyList<StoredTensor> tensors,
        WeightPlan plan,
        KernelLayout? layout,
        IReadOnlyDictionary<string, string> names
    )
    {
        if (layout == KernelLayout.Keras)
            return null;
        plan = Apart(plan);
        if (Turned(plan, layout, names) is not { } turned)
            return null;
        Dictionary<string, StoredTensor> found = Named(tensors, plan, turned, out int inKeras);
        if (layout is null && found.Count <= inKeras && (inKeras > 0 || !FitTurned(tensors, plan, turned)))
            return null;
        foreach ((string name, StoredTensor tensor) in Shaped(tensors, turned, found).ToArray())
            found[name] = tensor;
        return Unturned(tensors, plan, turned, found);
    }

    /// <summary>The same plan, whose weights have values of their own each, by which they are known.</summary>
    private static WeightPlan Apart(WeightPlan plan) =>
        new(plan.Select(static weight => weight with { Values = new ReshapedValues(weight.Values, weight.Shape) }))
        {
            Layers = plan.Layers,
            Calls = plan.Calls,
        };

    /// <summary>What PyTorch has of a plan, by name; null where it has no module for a layer and nothing says that the
    /// layout is PyTorch's.</summary>
    private static Dictionary<string, PyTorchTensor>? Turned(
        WeightPlan plan,
        KernelLayout? layout,
        IReadOnlyDictionary<string, string> names
    )
    {
        try
        {
            Dictionary<string, PyTorchTensor> turned = new(StringComparer.Ordinal);
            foreach (PyTorchModule module in PyTorchLayout.Modules(plan, names, permutesFlattened: false))
            foreach (PyTorchTensor tensor in module.Tensors)
                turned.TryAdd($"{module.Name}.{tensor.Name}", tensor);
            return turned;
        }
        catch (ModelException) when (layout is null)
        {
            return null;
        }
    }

    /// <summary>The tensors that have PyTorch's name and shape, or Keras' name and PyTorch's shape; and how many have
    /// the name and shape of Keras.</summary>
    private static Dictionary<string, StoredTensor> Named(
        IReadOnlyList<StoredTensor> tensors,
        WeightPlan plan,
        Dictionary<string, PyTorchTensor> turned,
        out int inKeras
    )
    {
        StoredNames names = new(plan, tensors);
        Dictionary<string, string> ofWeight = new(StringComparer.Ordinal);
        foreach ((string name, PyTorchTensor tensor) in turned)
            if (tensor.Origins is [var origin] && tensor.Values.Shape.Elements == origin.Shape.Elements)
                ofWeight.TryAdd(origin.Name, name);
        Dictionary<string, StoredTensor> found = new(StringComparer.Ordinal);
        inKeras = 0;
        foreach (StoredTensor tensor in tensors)
        {
            PlannedWeight? weight = turned.ContainsKey(tensor.Name) ? null : names.Find(tensor);
            if (weight?.Shape == tensor.Shape)
                inKeras++;
            string? name = weight is null ? tensor.Name : ofWeight.GetValueOrDefault(weight.Name);
            if (name is not null && turned.TryGetValue(name, out PyTorchTensor? expected))
                if (expected.Values.Shape == tensor.Shape)
                    found.TryAdd(name, tensor);
        }

        return found;
    }

    /// <summary>Whether more tensors have a shape that the model has turned than one that it has in Keras.</summary>
    private static bool FitTurned(
        IReadOnlyList<StoredTensor> tensors,
        WeightPlan plan,
        Dictionary<string, PyTorchTensor> turned
    )
    {
        return Fitting(turned.Values.Select(static tensor => tensor.Values.Shape))
            > Fitting(plan.Select(static weight => weight.Shape));

        int Fitting(IEnumerable<Shape> shapes)
        {
            Dictionary<string, int> left = new(StringComparer.Ordinal);
            foreach (Shape shape in shapes)
                left[shape.ToString()] = left.GetValueOrDefault(shape.ToString()) + 1;
            int fitting = 0;
            foreach (string shape in tensors.Select(static tensor => tensor.Shape.ToString()))
                if (left.GetValueOrDefault(shape) > 0)
                {
                    left[shape]--;
                    fitting++;
                }

            return fitting;
        }
    }

    /// <summary>Tensors whose names tell nothing, by shape, and by the last part of the name where that is one of
    /// PyTorch's.</summary>
    private static IEnumerable<(string Name, StoredTensor Tensor)> Shaped(
        IReadOnlyList<StoredTensor> tensors,
        Dictionary<string, PyTorchTensor> turned,
        Dictionary<string, StoredTensor> found
    )
    {
        HashSet<string> endings = [.. turned.Keys.Select(Ending)],
            taken = [.. found.Values.Select(static tensor => tensor.Name)];
        ILookup<string, StoredTensor> open = tensors
            .Where(tensor => !taken.Contains(tensor.Name))
            .Order(Comparer<StoredTensor>.Create(static (one, other) => NaturalOrder.Compare(one.Name, other.Name)))
            .ToLookup(tensor => Key(tensor.Shape, Ending(tensor.Name)), StringComparer.Ordinal);
        string[] missing =
        [
            .. turned
                .Where(pair => !pair.Value.IsOptional && !found.ContainsKey(pair.Key))
                .Select(static pair => pair.Key),
        ];
        return missing
            .Select(name => (Key: Key(turned[name].Values.Shape, Ending(name)), Name: name))
            .Concat(missing.Select(name => (Key: Key(turned[name].Values.Shape, ""), Name: name)))
            .GroupBy(static pair => pair.Key, static pair => pair.Name, StringComparer.Ordinal)
            .Where(group => open[group.Key].Count() == group.Count())
            .SelectMany(group => group.Zip(open[group.Key]));

        string Key(Shape shape, string ending) => $"{shape} {(endings.Contains(ending) ? ending : "")}";
    }

    private static UnturnedTensors Unturned(
        IReadOnlyList<StoredTensor> tensors,
        WeightPlan plan,
        Dictionary<string, PyTorchTensor> turned,
        Dictionary<string, StoredTensor> found
    )
    {
        UnturnedValues unturned = new(plan);
        Dictionary<string, List<StoredTensor>> holders = new(StringComparer.Ordinal);
        HashSet<string> shared = new(StringComparer.Ordinal);
        foreach ((string name, PyTorchTensor expected) in turned)
        {
            if (!found.TryGetValue(name, out StoredTensor? tensor))
                continue;
            if (expected.Origins.Count > 1)
                shared.Add(tensor.Name);
            foreach (PlannedOrigin origin in expected.Origins)
            {
                if (!holders.TryGetValue(origin.Name, out List<StoredTensor>? list))
                    holders[origin.Name] = list = [];
                list.Add(tensor);
            }

            if (tensor.Values is not null)
                unturned.Add(expected.Values, tensor.Values);
        }

        HashSet<string> used = new(StringComparer.Ordinal);
        List<StoredTensor> weights = [];
        Dictionary<string, (string, Shape?)> names = new(StringComparer.Ordinal);
        foreach (PlannedWeight weight in plan)
        {
            if (!holders.TryGetValue(weight.Name, out List<StoredTensor>? held))
                continue;
            Values? values = unturned.Of(weight);
            if (values is null && held.TrueForAll(static tensor => tensor.Values is not null))
                continue; // a part of it is missing
            used.UnionWith(held.Select(static tensor => tensor.Name));
            weights.Add(new(weight.Name, weight.Shape, held[0].Type, values));
            names[weight.Name] =
                held is [var only] && !shared.Contains(only.Name)
                    ? (only.Name, only.Shape)
                    : ($"{string.Join(", ", held.Select(static tensor => tensor.Name))} ({weight.Name})", (Shape?)null);
        }

        UnturnedTensors all = new(weights, [.. tensors.Where(tensor => !used.Contains(tensor.Name))]);
        foreach ((string weight, (string, Shape?) holder) in names)
            all._holders[weight] = holder;
        return all;
    }

    private static string Ending(string name) => name[(name.LastIndexOf('.') + 1)..];
}
