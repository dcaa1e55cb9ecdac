using Fanwise.Draws;
using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;
using Fanwise.Models.Signals;

namespace Fanwise.Models.Layers;

/// <summary>One step of a layer's constructor: an initializer resolved, a seed drawn, an inner layer revived.</summary>
internal delegate void Construction(Layer layer, Reviver reviver);

/// <summary>What a class of layers is to a plan: one row of a family's table.</summary>
/// <param name="Name">The class name as Keras writes it.</param>
/// <remarks>Source of all rows: keras/src/layers and keras/src/legacy of Keras 3.15.</remarks>
internal sealed record LayerClass(string Name)
{
    /// <summary>Keys that every layer takes.</summary>
    private static readonly string[] CommonKeys =
    [
        "name",
        "trainable",
        "dtype",
        "autocast",
        "activity_regularizer",
        "input_shape",
        "input_dim",
    ];

    private readonly HashSet<string> _keys = [.. CommonKeys];

    /// <summary>The name in snake case, of which Keras makes names.</summary>
    public string SnakeName => Names.Snake(Name);

    /// <summary>Other names of the class.</summary>
    public string[] OtherNames { get; init; } = [];

    /// <summary>The keys of its configuration beside those of every layer, one string for readability.</summary>
    public string Keys
    {
        init => _keys.UnionWith(value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What its constructor does, in order: this is the order of the draws.</summary>
    public Construction[] Constructor { get; init; } = [];

    /// <summary>What its constructor refuses.</summary>
    public Action<Configuration>? Check { get; init; }

    /// <summary>Whether Keras has a layer of this configuration on TensorFlow alone.</summary>
    public Func<Configuration, bool> NeedsTensorFlow { get; init; } = static _ => false;

    /// <summary>The parameters of its call that take tensors, in order.</summary>
    public string[] Arguments { get; init; } = ["inputs"];

    /// <summary>The place of an argument among those of its call; behind them all, where it is none of them.</summary>
    public int PlaceOf(string argument)
    {
        int place = Array.IndexOf(Arguments, argument);
        return place < 0 ? int.MaxValue : place;
    }

    /// <summary>What it makes when it is built: weights, and draws that come only then. Null for a layer without
    /// weights.</summary>
    public Action<LayerBuild>? Build { get; init; }

    /// <summary>Whether tf.keras draws the layer's seed when it is built: so the image layers, whose generator is one
    /// of TensorFlow's own.</summary>
    public bool DrawsWhenBuilt { get; init; }

    /// <summary>The axes of the input that a built layer keeps to.</summary>
    public Func<Layer, int[]>? FixedAxes { get; init; }

    /// <summary>The shapes of its outputs; null where they cannot be told. The default is one output of the input's
    /// shape.</summary>
    public Func<LayerCall, TensorShape?[]?> Output { get; init; } = static call => [call.Inputs.First];

    /// <summary>Whether a call in this generation is one whose output Keras cannot tell while it reads: what stands
    /// behind it is then not built.</summary>
    public Func<Layer, ModelGeneration, bool> HidesOutput { get; init; } = static (_, _) => false;

    /// <summary>The sizes of a cell's states, in order; null for a class that is no cell.</summary>
    public Func<Layer, long?[]>? States { get; init; }

    /// <summary>The size of what a cell puts out at a step; without it, its first state's.</summary>
    public Func<Layer, long?>? CellOutput { get; init; }

    /// <summary>The weights that a <c>.weights.h5</c> file keeps, in its order, where that is not all of them in the
    /// order in which they are listed.</summary>
    public Func<Layer, IEnumerable<Variable>> Stored { get; init; } = static layer => layer.OwnWeights;

    /// <summary>What a <c>.weights.h5</c> file keeps of a layer beside its weights: places below the layer's group, and
    /// the values that its configuration gives.</summary>
    public Func<Configuration, IEnumerable<(string Place, Values Values)>> Arrays { get; init; } = static _ => [];

    /// <summary>The rule by which the fans of its variable of this name would be counted if the layer were known: what
    /// it really connects; null for a variable that is no kernel.</summary>
    public Func<Configuration, string, FanRule?> Fans { get; init; } = static (_, _) => null;

    /// <summary>How a signal goes through it; null for a class that is not followed.</summary>
    public SignalFlow? Signal { get; init; }

    /// <summary>Its modules, names and axes in PyTorch; null for a class that PyTorch has no module for, or that has no
    /// weights of its own.</summary>
    public PyTorchForm? PyTorch { get; init; }

    /// <summary>In which order its output has its features, where PyTorch's may be another one. The default is that of
    /// its inputs.</summary>
    public Func<FeatureCall, FeatureOrder> Features { get; init; } = FeatureCall.Same;

    /// <summary>Keys that Keras reads but does not write: a clone lacks them.</summary>
    public string[] Unwritten { get; init; } = [];

    /// <summary>Whether what it computes is the user's own, so that a declaration may tell its output: a
    /// Lambda.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether Keras itself has the class (and not a declaration).</summary>
    public bool IsBuiltIn { get; init; } = true;

    public bool Takes(string key) => !IsBuiltIn || _keys.Contains(key);

    /// <summary>The keys that the class takes, for the nearest one in a message.</summary>
    public IReadOnlyCollection<string> AllKeys => _keys;
}

/// <summary>A call whose output shapes are asked for.</summary>
internal readonly record struct LayerCall(Layer Layer, CallInputs Inputs, Reviver Reviver)
{
    public Configuration Config => Layer.Config;

    /// <summary>The output shape of an inner layer, called with this shape.</summary>
    public TensorShape?[]? Of(Layer inner, TensorShape? shape) => Reviver.OutputOf(inner, CallInputs.Of(shape));
}
