using Fanwise.Draws;
using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Layouts;

/// <summary>A layer of Keras' while it is put into PyTorch's form: its weights by their names in it, and which of them
/// have been taken. Mutable while that is done, and never seen outside.</summary>
internal sealed class TurnedLayer(string path, string className, IReadOnlyList<PlannedWeight> weights)
{
    private readonly HashSet<PlannedWeight> _taken = [];

    public string Path => path;

    public string ClassName => className;

    /// <summary>Its configuration; null where only weights are known.</summary>
    public Configuration? Config { get; init; }

    /// <summary>The order of the features that it is given.</summary>
    public FeatureOrder Input { get; init; }

    /// <summary>The name of its module.</summary>
    public required string Module { get; init; }

    /// <summary>What the module does otherwise.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The element type of all that is added.</summary>
    public ElementType Type => weights[0].ElementType;

    /// <summary>The weights that no module has got.</summary>
    public IEnumerable<PlannedWeight> Left => weights.Where(weight => !_taken.Contains(weight));

    /// <summary>The weight of this name in the layer; null where it has none.</summary>
    public PlannedWeight? Find(string name)
    {
        PlannedWeight? found = weights.FirstOrDefault(weight => Relative(weight) == name);
        if (found is not null)
            _taken.Add(found);
        return found;
    }

    /// <summary>The weight of this name in the layer, of this rank or more.</summary>
    public PlannedWeight Get(string name, int rank)
    {
        PlannedWeight weight =
            Find(name)
            ?? throw new ModelException($"The layer '{Path}' ({ClassName}) must have a {name}; it has none.");
        return weight.Shape.Rank >= rank
            ? weight
            : throw new ModelException(
                $"'{weight.Name}' must have {rank} axes or more to be turned; its shape is {weight.Shape}."
            );
    }

    /// <summary>Its cells, each with its weights, in order: of a recurrent layer one, of a bidirectional one
    /// two.</summary>
    public IReadOnlyList<TurnedLayer> Cells()
    {
        _taken.UnionWith(weights);
        return
        [
            .. weights
                .GroupBy(static weight => weight.Layer, StringComparer.Ordinal)
                .Select(cell => new TurnedLayer(cell.Key, className, [.. cell])
                {
                    Config = Config,
                    Module = Module,
                    Input = Input,
                }),
        ];
    }

    /// <summary>A module of this layer.</summary>
    public PyTorchModule As(string kind, params IEnumerable<PyTorchTensor?> tensors) =>
        new(Module, kind, [.. tensors.OfType<PyTorchTensor>()])
        {
            Layer = Path,
            LayerClass = ClassName,
            Notes = Notes,
        };

    /// <summary>A tensor that only PyTorch has: one value everywhere.</summary>
    public PyTorchTensor Filled(string name, Shape shape, double value, bool isOptional) =>
        new(name, new ConstantValues(shape, Type, value), []) { IsOptional = isOptional };

    private string Relative(PlannedWeight weight) =>
        weight.Layer == Path ? weight.Variable
        : weight.Layer.StartsWith(Path + "/", StringComparison.Ordinal)
            ? $"{weight.Layer[(Path.Length + 1)..]}/{weight.Variable}"
        : weight.Variable;
}
