using Fanwise.Draws.Frameworks;
using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>Revives layers as Keras deserialises them: in its order, so that every seed is drawn where Keras draws it.
/// Used once for one plan.</summary>
/// <remarks>
/// Source: keras/src/saving/serialization_lib.py (<c>deserialize_keras_object</c>), keras/src/layers/layer.py.
/// This file has layers and seeds; <c>Reviver.Models.cs</c> has Functional and Sequential, <c>Reviver.Classes.cs</c>
/// tells the class of an entry, <c>Reviver.Declared.cs</c> bounds declarations.
/// </remarks>
internal sealed partial class Reviver(
    Architecture architecture,
    ModelGeneration generation,
    Backend backend,
    long seed,
    LayerTable classes,
    Declarations custom
)
{
    /// <summary>More calls than this are not followed: nested models that call each other can ask for exponentially
    /// many.</summary>
    private const int MaxCalls = 5_000_000;

    /// <summary>More layers than this are not made a second time: wrappers within wrappers, each of which makes its
    /// layer again from a configuration, ask for exponentially many.</summary>
    private const int MaxRepeats = 250_000;

    private readonly Dictionary<string, int> _autoNames = [];
    private readonly Dictionary<string, Layer> _sharedLayers = [];
    private readonly Dictionary<string, SeedState> _sharedGenerators = [];
    private Dictionary<string, BoundInitializer>? _sharedInitializers = architecture.SharesInitializers ? [] : null;
    private readonly List<string> _scope = [];
    private (JsonValue? Json, LayerClass? Class, CallInputs? Inputs) _lastBuild;
    private string _container = "";
    private bool _madeZero;
    private int _unnamed,
        _calls,
        _repeats,
        _repeating;

    public ModelGeneration Generation => generation;

    /// <summary>Whose numbers are drawn.</summary>
    public BackendRow Backend { get; } = BackendRow.Of(backend);

    public SeedStream Seeds { get; } = new(seed);

    /// <summary>Initializers that were read already, by the very object that they stand in.</summary>
    public Dictionary<JsonValue, PlainInitializer> Plain { get; } = [];

    /// <summary>What the model is read as where a reader might expect otherwise, one sentence each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The layer that an entry of the file describes: constructed, and built where the entry says for which
    /// shape.</summary>
    /// <param name="entry">The entry: class_name, config and more.</param>
    /// <param name="outer">What holds it, for messages.</param>
    /// <param name="key">The key that holds it.</param>
    public Layer Revive(JsonValue entry, string outer, string key)
    {
        if (_repeating > 0 && ++_repeats > MaxRepeats)
            throw new ModelException(
                $"The wrappers of a model must make at most {MaxRepeats} layers again; received more, at {Where(outer, key)}."
            );
        if (entry["class_name"]?.AsString is not { } className)
            throw new ModelException(
                $"{Where(outer, key)} must be a layer, an object with class_name and config; received {entry}."
            );
        JsonValue json = entry["config"] is { IsNull: false } given ? given : JsonValue.EmptyObject;
        if (!json.IsObject)
            throw new ModelException(
                $"The config of '{JsonValue.Printable(className)}' ({Where(outer, key)}) must be an object; received {json}."
            );
        string? id =
            architecture.SharesObjects && entry["shared_object_id"] is { Kind: JsonKind.Number } number
                ? number.ToString()
                : null;
        if (id is not null && _sharedLayers.TryGetValue(id, out Layer? shared))
            return shared;

        LayerClass found = ClassOf(entry, className, json, outer, key);
        Layer layer = found.Name switch
        {
            LayerNames.Functional => Functional(json, entry),
            LayerNames.Sequential => Sequential(json, entry),
            _ => Make(found, json, null, null, null, checks: true),
        };
        if (
            generation.HonoursBuildConfig
            && entry["build_config"] is { IsNull: false } build
            && !layer.Built
            && (found.Build is not null || layer.Graph is not null)
            && ReadBuildConfig(build, layer) is { } inputs
        )
            Build(layer, inputs);
        if (id is not null)
            _sharedLayers[id] = layer;
        return layer;
    }

    private static string Where(string outer, string key) => $"\"{key}\" of {outer}";

    /// <summary>A layer that a wrapper makes again from the configuration of one that was revived already.</summary>
    public Layer ReviveAgain(JsonValue entry, string outer, string key)
    {
        _repeating++;
        Layer layer = Revive(entry, outer, key);
        _repeating--;
        return layer;
    }

    /// <summary>A layer of this class, constructed: what it draws is drawn.</summary>
    /// <param name="found">The class.</param>
    /// <param name="json">Its configuration.</param>
    /// <param name="name">Its name, where it is not the configuration's.</param>
    /// <param name="policy">Its dtype policy, where it is not the configuration's.</param>
    /// <param name="trainable">Whether it is trainable, where the configuration does not say.</param>
    /// <param name="checks">Whether keys that the class does not take are refused; not so for parts that Keras makes
    /// itself.</param>
    public Layer Make(
        LayerClass found,
        JsonValue json,
        string? name,
        DtypePolicy? policy,
        bool? trainable,
        bool checks = false
    )
    {
        name ??= NameOf(json, found.Name);
        Configuration config = new(json, $"layer '{JsonValue.Printable(_container + name)}' ({found.Name})");
        if (checks)
        {
            if (name.Contains('/') && !architecture.IsOld)
                throw config.Error("name", "must not contain a \"/\"");
            foreach (JsonMember member in json.Members)
                if (!found.Takes(member.Key))
                    throw new ModelException(
                        $"The {config.Place} has no key \"{JsonValue.Printable(member.Key)}\"; received "
                            + $"{member.Value}{Nearest.End(member.Key, found.AllKeys)}"
                    );
            if (
                found.IsBuiltIn
                && config["trainable"] is { Kind: not (JsonKind.True or JsonKind.False) } wrong
                && !architecture.IsOld
            )
                throw config.Error("trainable", "must be true or false");
        }

        Layer layer = new(found, config, name)
        {
            Policy = policy ?? DtypePolicy.Read(config["dtype"], name, config),
            Trainable = trainable ?? config.Flag("trainable", true),
        };
        found.Check?.Invoke(config);
        if (!Backend.HasTensorFlow && found.NeedsTensorFlow(config))
            throw new ModelException(
                $"The {config.Place} needs TensorFlow, as Keras has it; the backend is {Backend.Name}."
            );
        foreach (Construction step in found.Constructor)
            step(layer, this);
        return layer;
    }

    /// <summary>The initializer that a value under a layer's key is.</summary>
    public BoundInitializer Initializer(JsonValue value, string place, string key, bool clone = false)
    {
        // tf.keras has one object for one id, where its legacy reader reads: entries without a module, and all of an
        // HDF5 file. Keras 3 drops the id, so that each draws for itself.
        string? id =
            generation.ReadsKeras2
            && _repeating == 0
            && !clone
            && (value["module"] is null || architecture.SharesInitializers)
            && value["shared_object_id"] is { Kind: JsonKind.Number } number
                ? number.ToString()
                : null;
        if (id is not null && _sharedInitializers?.TryGetValue(id, out BoundInitializer? shared) == true)
            return shared;
        BoundInitializer initializer = InitializerTable.Read(value, place, key, this, clone);
        if (id is not null && _sharedInitializers is not null)
            _sharedInitializers[id] = initializer;
        return initializer;
    }

    /// <summary>A copy as Keras makes it of an initializer's configuration: an unseeded random one draws
    /// again.</summary>
    public BoundInitializer Clone(BoundInitializer initializer, string place, string key) =>
        Initializer(initializer.Source, place, key, clone: true);

    /// <summary>A constant as TensorFlow's cache of scalars gives it: a negative zero after a zero is that
    /// zero.</summary>
    public Constant AsEager(Constant constant)
    {
        if (constant.Given != 0 || Backend.Backend != Fanwise.Backend.TensorFlow)
            return constant;
        bool isNegative = double.IsNegative(constant.Given);
        if (isNegative && _madeZero)
            return new Constant(0.0);
        _madeZero |= !isNegative;
        return constant;
    }

    /// <summary>The seed that a value is: given, or drawn now where it is null; null where tf.keras draws it at first
    /// use.</summary>
    public WeightSeed? Seed(JsonValue value, Configuration config)
    {
        if (value.IsNull)
            return generation.DrawsAtFirstUse ? null : Seeds.Next();
        if (value.Kind is JsonKind.True or JsonKind.False)
            return new(value.IsTrue ? 1 : 0);
        return new(value.AsInteger ?? throw config.Error("seed", "must be an integer of 64 bits or null"));
    }

    /// <summary>The seed of an initializer; in some generations 0 is none.</summary>
    public WeightSeed? InitializerSeed(JsonValue value, Configuration config) =>
        value.Kind is JsonKind.True or JsonKind.False
            ? throw config.Error("seed", "must be an integer of 64 bits or null")
            : Seed(generation.ZeroSeedIsNone && value.AsInteger == 0 ? JsonValue.Null : value, config);

    /// <summary>Whether the file is older than Keras 3.</summary>
    public bool IsOld => architecture.IsOld;

    /// <summary>The generator that a serialised SeedGenerator is: one of its own for each place, but where an archive
    /// shares it.</summary>
    public SeedState Generator(JsonValue value, Configuration config, bool clone)
    {
        if (value["class_name"]?.AsString != "SeedGenerator" || value["config"] is not { IsObject: true } inner)
            throw config.Error("seed", "must be an integer, null or a SeedGenerator");
        string? id =
            architecture.SharesObjects && !clone && value["shared_object_id"] is { Kind: JsonKind.Number } number
                ? number.ToString()
                : null;
        if (id is not null && _sharedGenerators.TryGetValue(id, out SeedState? shared))
            return shared;
        SeedState generator = new(
            Seed(inner["seed"] ?? JsonValue.Null, new(inner, $"SeedGenerator of {config.Place}")) ?? Seeds.Next()
        );
        if (id is not null)
            _sharedGenerators[id] = generator;
        return generator;
    }

    /// <summary>Builds a layer that is not built yet.</summary>
    public void Build(Layer layer, CallInputs inputs)
    {
        if (layer.Built)
            return;
        layer.Built = true;
        layer.BuiltFor = inputs.First;
        _scope.Add(layer.Name);
        if (layer.Graph is SequentialGraph chain)
            BuildChain(layer, chain, inputs.First);
        else
            Fitting(
                layer,
                inputs,
                static (layer, inputs, reviver) =>
                {
                    layer.Class.Build?.Invoke(new(layer, inputs, reviver));
                    return true;
                }
            );
        if (generation.DrawsWhenBuilt && layer.Class.DrawsWhenBuilt && !layer.Config.Has("seed"))
            Seeds.Next();
        _scope.RemoveAt(_scope.Count - 1);
    }

    /// <summary>Calls a layer: builds it where it is not, and tells its outputs' shapes.</summary>
    public TensorShape?[]? Call(Layer layer, CallInputs inputs)
    {
        if (!layer.Built)
            Build(layer, inputs);
        else
            CheckFits(layer, inputs);
        return OutputOf(layer, inputs);
    }

    /// <summary>The shapes of a layer's outputs; null where they cannot be told.</summary>
    public TensorShape?[]? OutputOf(Layer layer, CallInputs inputs)
    {
        if (++_calls > MaxCalls)
            throw new ModelException(
                $"The model must call its layers at most {MaxCalls} times; it calls {layer.Config.Place} and "
                    + "others more often."
            );
        if (layer.Graph is { } graph)
            return graph.Run(inputs, this);
        return Array.IndexOf(inputs.All, null) >= 0 || inputs.All.Length == 0
            ? null
            : Fitting(
                layer,
                inputs,
                static (layer, inputs, reviver) => layer.Class.Output(new(layer, inputs, reviver))
            );
    }

    /// <summary>Runs a row's function of a shape. Rows take axes and slices of the shape as Keras does; where a shape
    /// has no such axis, or a size passes 64 bits, the layer cannot be called so.</summary>
    private TResult Fitting<TResult>(Layer layer, CallInputs inputs, Func<Layer, CallInputs, Reviver, TResult> run)
    {
        try
        {
            return run(layer, inputs, this);
        }
        catch (Exception exception)
            when (exception is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw layer.Config.Error(
                $"cannot be called with the shape {inputs.First?.ToString() ?? "of nothing"}: an axis that it needs is "
                    + "missing, or a size is beyond 2^63"
            );
        }
    }

    /// <summary>Keras' path of a weight that is made now.</summary>
    public string PathOf(string variable)
    {
        _scope.Add(variable);
        string path = string.Join('/', System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_scope)!);
        _scope.RemoveAt(_scope.Count - 1);
        return path;
    }

    /// <summary>The name of a weight that the layer's code does not name: <c>variable</c>, <c>variable_1</c>.</summary>
    public string UnnamedVariable() => _unnamed++ == 0 ? "variable" : $"variable_{_unnamed - 1}";

    private string NameOf(JsonValue config, string className)
    {
        if (config["name"] is { IsNull: false } name)
            return name.AsString
                ?? throw new ModelException($"The name of a layer ({className}) must be a string; received {name}.");
        string snake = Names.Snake(className);
        int count = _autoNames[snake] = _autoNames.GetValueOrDefault(snake, -1) + 1;
        return count == 0 ? snake : $"{snake}_{count}";
    }

    /// <summary>A built layer keeps to the channels that it was built for.</summary>
    private static void CheckFits(Layer layer, CallInputs inputs)
    {
        if (layer.BuiltFor is not { } built || inputs.First is not { } called || layer.Class.FixedAxes is not { } axes)
            return;
        foreach (int axis in axes(layer))
            if (built[axis] is { } expected && called[axis] is { } received && expected != received)
                throw layer.Config.Error(
                    $"is built for the shape {built} and called with {called}, which differ in axis {axis}"
                );
    }

    /// <summary>What a build_config gives to <c>build</c>: <c>{"input_shape": ...}</c> or <c>{"shapes_dict":
    /// {"query_shape": ...}}</c>. The layers of a large model say the same, in one object.</summary>
    private CallInputs? ReadBuildConfig(JsonValue build, Layer layer)
    {
        if (_lastBuild.Json == build && _lastBuild.Class == layer.Class)
            return _lastBuild.Inputs;
        string place = $"\"build_config\" of {layer.Config.Place}";
        if (build["input_shape"] is { } single)
        {
            if (single.IsNull && layer.Graph is not null)
                return null;
            _lastBuild = (build, layer.Class, new(Argument(layer.Class.Arguments[0], single, place)));
            return _lastBuild.Inputs;
        }

        if (build["shapes_dict"] is not { IsObject: true } shapes)
            return build.IsObject && build.Members.IsEmpty
                ? null
                : throw new ModelException($"{place} must give an input_shape or a shapes_dict; received {build}.");
        List<CallArgument> arguments = [];
        foreach (JsonMember member in shapes.Members)
            if (!member.Value.IsNull)
                arguments.Add(
                    Argument(
                        member.Key.EndsWith("_shape", StringComparison.Ordinal)
                            ? member.Key[..^"_shape".Length]
                            : member.Key,
                        member.Value,
                        place
                    )
                );
        arguments.Sort((a, b) => Index(a).CompareTo(Index(b)));
        return new([.. arguments]);

        int Index(CallArgument argument) => layer.Class.PlaceOf(argument.Name);
    }

    private static CallArgument Argument(string name, JsonValue value, string place)
    {
        if (TensorShape.Read(value) is { } shape)
            return new(name, [shape], IsList: false);
        List<TensorShape?> shapes = [];
        Flatten(value);
        return new(name, [.. shapes], IsList: true);

        // States of stacked cells are lists in a list; a dictionary goes by its sorted keys.
        void Flatten(JsonValue nested)
        {
            if (TensorShape.Read(nested) is { } inner)
                shapes.Add(inner);
            else if (nested.IsArray)
                foreach (JsonValue item in nested.Items)
                    Flatten(item);
            else if (nested.IsObject)
                foreach (
                    JsonMember member in nested
                        .Members.ToArray()
                        .OrderBy(static member => member.Key, StringComparer.Ordinal)
                )
                    Flatten(member.Value);
            else
                throw Wrong();
        }

        ModelException Wrong() => new($"{place} must hold shapes, lists of sizes and nulls; received {value}.");
    }
}
