using System.Collections;
using Fanwise.Python;

namespace Fanwise.Models.Plans;

/// <summary>Every weight of a model, in the framework's weight order: a pure function of model, seed and options. Holds
/// no values; they are made when asked for.</summary>
public sealed class WeightPlan : IReadOnlyList<PlannedWeight>
{
    private readonly PlannedWeight[] _weights;
    private readonly Dictionary<string, PlannedWeight> _byName;

    /// <summary>A plan of these weights.</summary>
    /// <exception cref="ArgumentException">Two weights have one name.</exception>
    public WeightPlan(IEnumerable<PlannedWeight> weights)
    {
        _weights = [.. weights];
        _byName = new(_weights.Length, StringComparer.Ordinal);
        foreach (PlannedWeight weight in _weights)
            if (!_byName.TryAdd(weight.Name, weight))
                throw new ArgumentException(
                    $"A plan's weights must have different names; received '{weight.Name}' twice.",
                    nameof(weights)
                );
    }

    /// <summary>What a file's metadata say of where the values come from: seed, generation, version, digest; in ordinal
    /// order of the keys.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How many seeds the framework draws while it makes the model.</summary>
    public int Draws { get; init; }

    /// <summary>What was read otherwise than it stands in the model's file, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The model and its layers, in the framework's order; a layer that is used in several places
    /// once.</summary>
    public IReadOnlyList<PlannedLayer> Layers { get; init; } = [];

    /// <summary>What Keras keeps of layers beside their weights.</summary>
    public IReadOnlyList<PlannedArray> Arrays { get; init; } = [];

    /// <summary>The seed generators of the layers, which dropout and its like use while they train.</summary>
    public IReadOnlyList<PlannedSeedGenerator> SeedGenerators { get; init; } = [];

    /// <summary>The whole model as TensorFlow.js reads it; null where its form is one that TensorFlow.js does not know,
    /// or weights are left out.</summary>
    internal JsonValue? Topology { get; init; }

    /// <summary>How the layers are called, one after the other; empty where that is not known.</summary>
    internal IReadOnlyList<PlannedCall> Calls
    {
        get => LazyCalls.Value;
        init => LazyCalls = new(value);
    }

    /// <summary>The calls, listed when somebody asks for them: layouts and reports do.</summary>
    internal Lazy<IReadOnlyList<PlannedCall>> LazyCalls { get; init; } = new([]);

    /// <inheritdoc/>
    public int Count => _weights.Length;

    /// <summary>The number of elements of all weights.</summary>
    public long Parameters => _weights.Sum(static weight => weight.Shape.Elements);

    /// <summary>The size of all weights in bytes, without any file's headers.</summary>
    public long Bytes => _weights.Sum(static weight => weight.Values.Bytes);

    /// <inheritdoc/>
    public PlannedWeight this[int index] => _weights[index];

    /// <summary>The weight of this name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public PlannedWeight this[string name] =>
        _byName.TryGetValue(name, out PlannedWeight? weight)
            ? weight
            : throw new KeyNotFoundException($"The plan has no weight '{name}'.");

    /// <summary>The same plan with some of its weights alone; their values stay what they are.</summary>
    public WeightPlan Only(Func<PlannedWeight, bool> predicate) =>
        new(_weights.Where(predicate))
        {
            Metadata = Metadata,
            Draws = Draws,
            Notes = Notes,
            Layers = Layers,
            SeedGenerators = SeedGenerators,
            Arrays = Arrays,
            LazyCalls = LazyCalls,
        };

    /// <inheritdoc/>
    public IEnumerator<PlannedWeight> GetEnumerator() => ((IEnumerable<PlannedWeight>)_weights).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _weights.GetEnumerator();
}
