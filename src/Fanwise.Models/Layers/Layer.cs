using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Layers;

/// <summary>One weight of a layer.</summary>
internal sealed class Variable
{
    public required string Name { get; init; }

    /// <summary>Keras' own path, which depends on when the layer was built.</summary>
    public required string Path { get; init; }

    public required Layer Owner { get; init; }

    public required InitialValue Initial { get; init; }

    public bool Trainable { get; set; }

    /// <summary>Where it stands in a file of weights; one place for each layer that tracks it.</summary>
    public string[] Stores { get; set; } = [];

    /// <summary>What the plan has of it, once it is listed.</summary>
    public PlannedWeight? Planned { get; set; }
}

/// <summary>A layer as Keras revives it: its configuration, what its constructor made, and what it tracks, in Keras'
/// order. Mutable while a plan is made, and never seen outside.</summary>
internal sealed class Layer(LayerClass @class, Configuration config, string name)
{
    public LayerClass Class => @class;

    public Configuration Config => config;

    public string Name => name;

    /// <summary>The element types of its variables.</summary>
    public required DtypePolicy Policy { get; init; }

    public bool Trainable { get; init; } = true;

    public bool Built { get; set; }

    /// <summary>Whether its weights are listed in the plan.</summary>
    public bool Listed { get; set; }

    /// <summary>Whether its place in a file of weights is known.</summary>
    public bool Stored { get; set; }

    /// <summary>The shape that it was built for, where known.</summary>
    public TensorShape? BuiltFor { get; set; }

    /// <summary>What its constructor resolved, by name: <c>kernel</c>.</summary>
    public Dictionary<string, BoundInitializer> Initializers { get; } = [];

    /// <summary>Seed generators by attribute.</summary>
    public List<(string Attribute, SeedState Generator)> SeedGenerators { get; } = [];

    /// <summary>Weights that were trainable when they were made.</summary>
    public List<Variable> Trainables { get; } = [];

    public List<Variable> NonTrainables { get; } = [];

    /// <summary>Layers that it tracks, in order, by attribute; an attribute of several (<c>layers</c>, <c>cells</c>)
    /// repeats.</summary>
    public List<(string Attribute, Layer Layer)> Children { get; } = [];

    /// <summary>Attributes of <see cref="Children"/> that are lists of a declared class.</summary>
    public HashSet<string> Lists => field ??= [];

    /// <summary>The layers that a declaration had made, in order.</summary>
    public List<DeclaredParts.Made> Parts => field ??= [];

    /// <summary>The graph of a Functional or Sequential model; null for a plain layer.</summary>
    public LayerGraph? Graph { get; set; }

    /// <summary>The Functional that a layer belongs to; Keras cannot have one layer in two graphs.</summary>
    public object? Owner { get; set; }

    /// <summary>Its own weights in Keras' order.</summary>
    public IReadOnlyList<Variable> OwnWeights =>
        NonTrainables.Count == 0 ? Trainables : [.. Trainables, .. NonTrainables];

    public Layer Child(string attribute) => Children.Find(child => child.Attribute == attribute).Layer;

    /// <summary>The weight of this name.</summary>
    public Variable? Weight(string variable) => Named(Trainables, variable) ?? Named(NonTrainables, variable);

    private static Variable? Named(List<Variable> weights, string variable)
    {
        foreach (Variable weight in weights)
            if (weight.Name == variable)
                return weight;
        return null;
    }
}
