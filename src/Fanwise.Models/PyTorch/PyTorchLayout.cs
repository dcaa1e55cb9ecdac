using Fanwise.Models.Layers.Families;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;

namespace Fanwise.Models.PyTorch;

/// <summary>Keras' weights as PyTorch has them: its names (<c>conv1.weight</c>, <c>bn.running_var</c>,
/// <c>lstm.weight_ih_l0</c>), and its order of axes and gates.</summary>
public static class PyTorchLayout
{
    /// <summary>The layout's name in metadata.</summary>
    public const string Name = "pytorch";

    internal const string MetadataKey = "layout";

    /// <summary>The modules of a Keras plan, in its order; each layer's path gives its module's name.</summary>
    /// <inheritdoc cref="Modules(WeightPlan, IReadOnlyDictionary{string, string}, bool)"/>
    public static IReadOnlyList<PyTorchModule> Modules(WeightPlan plan) =>
        Modules(plan, new Dictionary<string, string>(), permutesFlattened: true);

    /// <summary>The modules of a Keras plan, in its order.</summary>
    /// <param name="plan">A plan of a Keras model.</param>
    /// <param name="names">The module's name for layers whose path is not its name.</param>
    /// <param name="permutesFlattened">Whether what stands behind a Flatten has its features permuted from
    /// <c>h, w, c</c> to <c>c, h, w</c>, the order in which PyTorch flattens.</param>
    /// <exception cref="ModelException">A layer has no module in PyTorch, or weights that its module has not; or a name
    /// is of no layer.</exception>
    public static IReadOnlyList<PyTorchModule> Modules(
        WeightPlan plan,
        IReadOnlyDictionary<string, string> names,
        bool permutesFlattened
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(names);
        Dictionary<string, PlannedLayer> layers = new(StringComparer.Ordinal);
        foreach (PlannedLayer layer in plan.Layers)
            layers.TryAdd(layer.Path, layer);
        IReadOnlyDictionary<string, FeatureOrder> orders = FeatureOrders.Of(plan.Calls);
        List<PyTorchModule> modules = [];
        HashSet<string> found = new(StringComparer.Ordinal);
        foreach (
            IGrouping<string, PlannedWeight> group in plan.GroupBy(
                weight => OwnerOf(weight, layers),
                StringComparer.Ordinal
            )
        )
        {
            PlannedLayer? layer = layers.GetValueOrDefault(group.Key);
            string className = layer?.ClassName ?? group.First().LayerClass;
            PyTorchForm form = LayerClasses.Find(className)?.PyTorch ?? throw NoModule(group.Key, className, layers);
            found.Add(group.Key);
            TurnedLayer turned = new(group.Key, className, [.. group])
            {
                Config = layer?.Config,
                Input = permutesFlattened
                    ? orders.GetValueOrDefault(group.Key, FeatureOrder.Plain)
                    : FeatureOrder.Plain,
                Module = names.GetValueOrDefault(group.Key) ?? group.Key.Replace('/', '.'),
            };
            modules.AddRange(form.Modules(turned).Select(module => module with { IsConnected = plan.Calls.Count > 0 }));
            if (turned.Left.FirstOrDefault() is { } left)
                throw new ModelException(
                    $"PyTorch's module for the layer '{group.Key}' ({className}) has nothing for '{left.Name}'."
                );
        }

        if (names.Keys.FirstOrDefault(name => !found.Contains(name)) is { } unknown)
            throw new ModelException($"A name must be of a layer with weights; received '{unknown}'.");
        return modules;
    }

    /// <summary>The same weights under PyTorch's names, with their axes and gates in PyTorch's order.</summary>
    /// <inheritdoc cref="InPyTorchLayout(WeightPlan, IReadOnlyDictionary{string, string})"/>
    public static WeightPlan InPyTorchLayout(this WeightPlan plan) =>
        plan.InPyTorchLayout(new Dictionary<string, string>());

    /// <summary>The same weights under PyTorch's names, with their axes and gates in PyTorch's order, and nothing else:
    /// what stands behind a Flatten keeps the order of its features.</summary>
    /// <param name="plan">A plan of a Keras model.</param>
    /// <param name="names">The module's name for layers whose path is not its name.</param>
    /// <exception cref="ModelException">A layer has no module in PyTorch, or two tensors come to one name.</exception>
    public static WeightPlan InPyTorchLayout(this WeightPlan plan, IReadOnlyDictionary<string, string> names)
    {
        ArgumentNullException.ThrowIfNull(plan);
        IReadOnlyDictionary<string, FeatureOrder> orders = FeatureOrders.Of(plan.Calls);
        List<PlannedWeight> weights = [];
        List<string> notes = [.. plan.Notes];
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (PyTorchModule module in Modules(plan, names, permutesFlattened: false))
        {
            foreach (PyTorchTensor tensor in module.Tensors.Where(static tensor => !tensor.IsOptional))
            {
                PlannedWeight weight = Turned(plan, module, tensor);
                if (!taken.Add(weight.Name))
                    throw new ModelException($"Two tensors come to the name '{weight.Name}'; give one layer another.");
                weights.Add(weight);
            }

            if (module.Kind == "Linear" && orders.GetValueOrDefault(module.Layer) is { IsFlat: true, IsImage: true })
                notes.Add(
                    $"'{module.Name}' stands behind a Flatten: its inputs keep Keras' order h, w, c, and PyTorch "
                        + "flattens c, h, w"
                );
        }

        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal) { [MetadataKey] = Name };
        foreach ((string key, string value) in plan.Metadata)
            metadata[key] = value;
        return new(weights)
        {
            Metadata = metadata,
            Draws = plan.Draws,
            Notes = notes,
            Calls = plan.Calls,
        };
    }

    private static PlannedWeight Turned(WeightPlan plan, PyTorchModule module, PyTorchTensor tensor)
    {
        PlannedWeight? origin = tensor.Origins.Count > 0 ? plan[tensor.Origins[0].Name] : null;
        string name = $"{module.Name}.{tensor.Name}";
        PlannedWeight weight = new(name, tensor.Values)
        {
            Variable = tensor.Name,
            Layer = module.Name,
            LayerClass = module.LayerClass,
        };
        if (origin is null)
            return weight with { InitializerName = "Constant" };
        // A vector has no axes to turn, whatever draws it.
        Initializer? initializer =
            tensor.Values.Shape.Rank < 2 ? origin.Initializer : origin.Initializer?.InLayout(KernelLayout.PyTorch);
        // A rule is told where it says the same of the turned shape: of a convolution, not of a depthwise one, nor
        // where it names the axes itself.
        bool isSame =
            tensor.Origins.Count == 1
            && origin.Initializer is not VarianceScaling { Axes: not null }
            && (initializer as VarianceScaling)?.FansOf(tensor.Values.Shape) == origin.Fans;
        return weight with
        {
            Trainable = origin.Trainable,
            InitializerName = origin.InitializerName,
            Initializer = isSame ? initializer : null,
            Seeds = [.. tensor.Origins.SelectMany(from => plan[from.Name].Seeds)],
            Origins = [.. tensor.Origins.Select(from => plan[from.Name])],
        };
    }

    /// <summary>Names the layer, and not the cell within it, that a person has in the model.</summary>
    private static ModelException NoModule(string path, string className, Dictionary<string, PlannedLayer> layers)
    {
        while (
            className.EndsWith("Cell", StringComparison.Ordinal)
            || className.EndsWith("Cells", StringComparison.Ordinal)
        )
        {
            int slash = path.LastIndexOf('/');
            if (slash < 0 || !layers.TryGetValue(path[..slash], out PlannedLayer? around))
                break;
            (path, className) = (around.Path, around.ClassName);
        }

        return new($"PyTorch has no module for the layer '{path}' ({className}).");
    }

    /// <summary>The outermost layer around a weight that PyTorch has a module for; the weight's own layer where there
    /// is none.</summary>
    private static string OwnerOf(PlannedWeight weight, Dictionary<string, PlannedLayer> layers)
    {
        for (int end = 0; end < weight.Layer.Length; )
        {
            int slash = weight.Layer.IndexOf('/', end);
            string path = slash < 0 ? weight.Layer : weight.Layer[..slash];
            if (
                layers.TryGetValue(path, out PlannedLayer? layer)
                && LayerClasses.Find(layer.ClassName)?.PyTorch != null
            )
                return path;
            end = path.Length + 1;
        }

        return weight.Layer;
    }
}
