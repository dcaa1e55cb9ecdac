using Fanwise.Draws.Frameworks;
using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>Revives layers as Keras deserialises them: in its order, so that every seed is drawn where Keras draws it.
/// Used once for one plan.</summary>
/// <remarks>
/// Source: keras/src/saving/serialization_lib.py (<c>deserialize_keras_object</c>), keras/src/layers/layer.py.
/// This file has layers; <c>Reviver.Models.cs</c> has Functional and Sequential, <c>Reviver.Declared.cs</c> bounds
/// declarations. What is kept meanwhile stands in <see cref="SeedSource"/>, <see cref="InitializerSource"/> and
/// <see cref="NameScope"/>; <see cref="ClassChoice"/> tells the class of an entry.
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

    private readonly Dictionary<string, Layer> _sharedLayers = [];
    private readonly ClassChoice _choice = new(architecture, classes, custom);
    private readonly BuildConfigs _buildConfigs = new();
    private int _calls,
        _repeats,
        _repeating;

    public ModelGeneration Generation => generation;

    /// <summary>Whose numbers are drawn.</summary>
    public BackendRow Backend { get; } = BackendRow.Of(backend);

    /// <summary>Keras' own classes.</summary>
    public LayerTable Classes => classes;

    /// <summary>The classes that are not Keras' own.</summary>
    public Declarations Custom => custom;

    /// <summary>The seeds, in the order in which Keras draws them.</summary>
    public SeedSource Seeds { get; } = new(architecture, generation, seed);

    /// <summary>The initializers, each as often as Keras makes it.</summary>
    public InitializerSource Initializers { get; } = new(architecture, generation, backend);

    /// <summary>The names of layers and weights.</summary>
    public NameScope Scope { get; } = new();

    /// <summary>Whether the file is older than Keras 3.</summary>
    public bool IsOld => architecture.IsOld;

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
                $"The wrappers of a model must make at most {MaxRepeats} layers again; received more, at "
                    + $"{Where(outer, key)}."
            );
        if (entry["class_name"]?.AsString is not { } className)
            throw new ModelException(
                $"{Where(outer, key)} must be a layer, an object with class_name and config; received {entry}."
            );
        JsonValue json = entry["config"] is { IsNull: false } given ? given : JsonValue.EmptyObject;
        if (!json.IsObject)
            throw new ModelException(
                $"The config of '{JsonValue.Printable(className)}' ({Where(outer, key)}) must be an object; received "
                    + $"{json}."
            );
        string? id =
            architecture.SharesObjects && entry["shared_object_id"] is { Kind: JsonKind.Number } number
                ? number.ToString()
                : null;
        if (id is not null && _sharedLayers.TryGetValue(id, out Layer? shared))
            return shared;

        LayerClass found =
            _choice.Find(entry, className, json, Notes)
            ?? throw _choice.Unknown(entry, className, Scope.Inner(entry, json) ?? Where(outer, key));
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
            && _buildConfigs.Read(build, layer) is { } inputs
        )
            Build(layer, inputs);
        if (id is not null)
            _sharedLayers[id] = layer;
        return layer;
    }

    /// <summary>Whether an entry names a class that can be revived: Keras' own, or a declared one.</summary>
    public bool Knows(JsonValue entry) => _choice.Knows(entry);

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
        name ??= Scope.NameOf(json, found.Name);
        Configuration config = new(json, $"layer '{JsonValue.Printable(Scope.Container + name)}' ({found.Name})");
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
    public BoundInitializer Initializer(JsonValue value, string place, string key) =>
        Initializers.Read(value, place, key, this, shares: _repeating == 0);

    /// <summary>A copy as Keras makes it of an initializer's configuration: an unseeded random one draws
    /// again.</summary>
    public BoundInitializer Clone(BoundInitializer initializer, string place, string key) =>
        InitializerTable.Read(initializer.Source, place, key, this, clone: true);

    /// <summary>Builds a layer that is not built yet.</summary>
    public void Build(Layer layer, CallInputs inputs)
    {
        if (layer.Built)
            return;
        layer.Built = true;
        layer.BuiltFor = inputs.First;
        Scope.Enter(layer.Name);
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
        Scope.Leave();
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
}
