using System.Globalization;
using Fanwise.Draws;
using Fanwise.Models.Architectures;
using Fanwise.Models.Configurations;
using Fanwise.Models.Layers;
using Fanwise.Models.Layers.Families;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Planning;

/// <summary>From an architecture and a seed to a plan: revives the model, then lists its weights in Keras' order with
/// names and places.</summary>
internal sealed class Planner
{
    private readonly List<PlannedWeight> _order = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal); // the last one given to a name
    private readonly List<PlannedLayer> _layers = [];
    private readonly List<PlannedSeedGenerator> _generators = [];
    private readonly List<PlannedArray> _arrays = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<(Layer, bool Trainable)> _parts = [];
    private readonly Dictionary<string, string> _snakeNames = []; // of classes: some dozens, for all layers

    /// <summary>The plan of a model.</summary>
    /// <exception cref="ModelException">The model is refused.</exception>
    public static WeightPlan Plan(
        Architecture architecture,
        long seed,
        ModelGeneration generation,
        Backend backend,
        Declarations custom
    )
    {
        if (seed is < 0 or > uint.MaxValue)
            throw new ModelException($"A model's seed must be an integer from 0 to 4294967295; received {seed}.");
        if (generation.ReadsKeras2)
            architecture = Keras2.ForTfKeras(architecture);
        Reviver reviver = new(architecture, generation, backend, seed, LayerClasses.All, custom);
        Layer model = reviver.Revive(architecture.Root, "the file", "model");
        if (model.Graph is null)
            throw new ModelException(
                $"The file must hold a model (Sequential or Functional); received a {model.Class.Name}."
            );
        Planner planner = new();
        planner.Store(model, "", "");
        if (generation.ListsTrainableFirst)
            planner.ListTrainableFirst(model, "");
        else
            planner.List(model, "");
        WeightPlan plan = new(planner._order)
        {
            Draws = reviver.Seeds.Draws,
            Notes = [.. architecture.Notes, .. reviver.Notes, .. planner._notes],
            Layers = planner._layers,
            LazyCalls = new(() => PlannedCalls.Of(model)),
            Topology = architecture.Topology,
            SeedGenerators = planner._generators,
            Arrays = planner._arrays,
            Metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["digest"] = architecture.Digest,
                ["backend"] = backend.Name(),
                ["generation"] = generation.Name,
                ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            },
        };
        if (plan.Aggregate((Int128)0, static (sum, weight) => sum + weight.Values.Bytes) > long.MaxValue)
            throw new ModelException(
                "A model's weights must have fewer than 2^63 bytes together; this model's have more."
            );
        ManifestCheck.Compare(plan, architecture.Manifest);
        return plan;
    }

    /// <summary>A layer's weights: its own, the trainable ones first, then those of the layers that it
    /// tracks.</summary>
    private void List(Layer layer, string path)
    {
        if (layer.Listed)
            return;
        layer.Listed = true;
        NoteUnbuilt(layer);
        foreach (Variable variable in layer.OwnWeights)
            Add(variable, layer, path);
        foreach ((_, Layer child) in layer.Children)
            List(child, Join(path, child.Name));
    }

    /// <summary>tf.keras' order: a model's weights layer by layer, a layer's the trainable ones first, through all
    /// layers that it holds.</summary>
    /// <remarks>Sources: tf_keras/engine/base_layer.py and training.py (<c>weights</c>,
    /// <c>trainable_weights</c>, <c>non_trainable_weights</c>). A second walk through a layer finds nothing
    /// new.</remarks>
    private void ListTrainableFirst(Layer layer, string path)
    {
        if (layer.Listed)
            return;
        layer.Listed = true;
        NoteUnbuilt(layer);
        if (layer.Graph is null)
        {
            ListPart(layer, path, trainable: true);
            ListPart(layer, path, trainable: false);
            return;
        }

        foreach ((_, Layer child) in layer.Children)
            ListTrainableFirst(child, Join(path, child.Name));
    }

    private void ListPart(Layer layer, string path, bool trainable)
    {
        if (!_parts.Add((layer, trainable)) || trainable && !layer.Trainable)
            return;
        bool isFrozen = !layer.Trainable;
        if (trainable || isFrozen)
            foreach (Variable variable in layer.Trainables)
                Add(variable, layer, path);
        if (!trainable)
            foreach (Variable variable in layer.NonTrainables)
                Add(variable, layer, path);
        if (isFrozen && layer.Graph is not null)
            foreach ((_, Layer child) in layer.Children)
                ListPart(child, Join(path, child.Name), trainable: true);
        foreach ((_, Layer child) in layer.Children)
            if (isFrozen && layer.Graph is null)
                ListTrainableFirst(child, Join(path, child.Name));
            else
                ListPart(child, Join(path, child.Name), trainable);
    }

    private void NoteUnbuilt(Layer layer)
    {
        if (!layer.Built && layer.Class.Build is not null)
            _notes.Add(
                $"the {layer.Config.Place} is never built, since nothing says for which shape (no InputLayer, no "
                    + "build_config): it has no weights, as in Keras"
            );
    }

    private void Add(Variable variable, Layer layer, string path)
    {
        if (variable.Owner == layer)
            Add(variable, path);
        else if (variable.Planned is null)
            Add(variable, Join(path, variable.Owner.Name));
    }

    private void Add(Variable variable, string path)
    {
        if (variable.Planned is not null)
            return;
        string name = Join(path, variable.Name),
            unique = name;
        while (!_names.Add(unique))
        {
            int number = _numbers[name] = _numbers.GetValueOrDefault(name) + 1;
            unique = $"{name}_{number}";
        }

        variable.Planned = new(unique, variable.Initial.Values)
        {
            Variable = variable.Name,
            KerasPath = variable.Path,
            Layer = path,
            LayerClass = variable.Owner.Class.Name,
            Trainable = variable.Trainable,
            InitializerName = variable.Initial.Initializer,
            Initializer = variable.Initial.Rule,
            LayerRule = variable.Owner.Class.Fans(variable.Owner.Config, variable.Name),
            Seeds = variable.Initial.Seeds,
            StorePaths = variable.Stores,
        };
        _order.Add(variable.Planned);
    }

    /// <summary>Where Keras 3 keeps a layer in a file of weights: lists by class with a number, other layers by
    /// attribute.</summary>
    /// <remarks>Source: keras/src/saving/saving_lib.py (<c>_save_state</c>, <c>_save_container_state</c>).</remarks>
    private void Store(Layer layer, string store, string path)
    {
        if (layer.Stored)
            return;
        layer.Stored = true;
        _layers.Add(new(path, layer.Name, layer.Class.Name, store) { Config = layer.Config });
        int index = 0;
        foreach (Variable variable in layer.Class.Stored(layer))
            variable.Stores = [.. variable.Stores, Join(store, "vars", index++)];

        foreach ((string place, Values values) in layer.Class.Arrays(layer.Config))
            _arrays.Add(new(Join(store, place), values));
        foreach ((string attribute, SeedState generator) in layer.SeedGenerators)
            _generators.Add(new(Join(store, $"{attribute}/vars/0"), generator.State));
        if (layer.Children.Count == 0)
            return;
        Dictionary<(string, string), int> counts = [];
        foreach ((string attribute, Layer child) in layer.Children)
        {
            string place = attribute;
            if (attribute is "layers" or "cells" or "_pipeline_layers" || layer.Lists.Contains(attribute))
            {
                if (!_snakeNames.TryGetValue(child.Class.Name, out string? name))
                    _snakeNames[child.Class.Name] = name = child.Class.SnakeName;
                int count = counts[(attribute, name)] = counts.GetValueOrDefault((attribute, name), -1) + 1;
                place = count == 0 ? $"{attribute}/{name}" : $"{attribute}/{name}_{count}";
            }

            Store(child, Join(store, place), Join(path, child.Name));
        }
    }

    private static string Join(string path, string list, int index) =>
        path.Length == 0 ? $"{list}/{index}" : $"{path}/{list}/{index}";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";
}
