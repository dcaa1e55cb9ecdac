using Fanwise.Draws;
using Fanwise.Draws.Twister;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Programs;

/// <summary>A model's program of draws, in the order in which building it draws: data, from which places in the
/// generator's words follow without drawing anything.</summary>
/// <remarks>
/// What one <c>post_init</c> initializes is a group: its modules' constructors draw, in order, and then the same
/// modules are initialized, in order. A draw whose tensor is drawn again later, or tied to another, costs a count of
/// words.
/// </remarks>
internal sealed class DrawProgram(ElementType type, double deviation)
{
    private readonly List<ProgramDraw> _draws = [];
    private readonly List<ProgramDraw> _initializations = [];
    private readonly List<(string Name, Shape Shape, double Value)> _constants = [];
    private readonly HashSet<string> _tied = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>A tensor that shares another's values, or is written over, and is thrown away.</summary>
    public void Tie(string name) => _tied.Add(name);

    /// <summary>A linear layer or convolution: uniform in the constructor, normal afterwards, its bias 0.</summary>
    public void Linear(string name, Shape shape, bool hasBias, bool survives = true)
    {
        Place($"{name}.weight");
        long fan = shape.Elements / shape[0];
        double bound = Math.Sqrt(3.0) * (Math.Sqrt(2.0 / (1 + Math.Sqrt(5) * Math.Sqrt(5))) / Math.Sqrt(fan));
        _draws.Add(new($"{name}.weight", shape, bound, IsUniform: true));
        if (hasBias)
        {
            _draws.Add(new($"{name}.bias", [shape[0]], 1 / Math.Sqrt(fan), IsUniform: true));
            Constant($"{name}.bias", [shape[0]], 0);
        }

        _initializations.Add(new($"{name}.weight", shape, deviation, Survives: survives));
    }

    /// <summary>An embedding: standard normal in the constructor, normal afterwards, the row of padding 0.</summary>
    public void Embedding(string name, long rows, long width, long? padding, bool survives = true)
    {
        Place($"{name}.weight");
        _draws.Add(new($"{name}.weight", [rows, width], 1));
        _initializations.Add(new($"{name}.weight", [rows, width], deviation, Survives: survives, ZeroRow: padding));
    }

    /// <summary>GPT-2's Conv1D, stored [in, out]: normal of 0.02 in the constructor, normal afterwards, its bias
    /// 0.</summary>
    public void Conv1D(string name, long inputs, long outputs, bool survives)
    {
        Place($"{name}.weight");
        _draws.Add(new($"{name}.weight", [inputs, outputs], 0.02));
        _initializations.Add(new($"{name}.weight", [inputs, outputs], deviation, Survives: survives));
        Constant($"{name}.bias", [outputs], 0);
    }

    /// <summary>A weight that is initialized once more.</summary>
    public void Again(string name, Shape shape, double otherDeviation) =>
        _initializations.Add(new($"{name}.weight", shape, otherDeviation, Survives: true));

    /// <summary>A normalization, which draws nothing.</summary>
    public void Norm(string name, long width, double value, bool hasBias)
    {
        Constant($"{name}.weight", [width], value);
        if (hasBias)
            Constant($"{name}.bias", [width], 0);
    }

    /// <summary>Ends a group: its constructors have drawn, now it is initialized.</summary>
    public void EndGroup()
    {
        _draws.AddRange(_initializations);
        _initializations.Clear();
    }

    /// <summary>The weights under a seed, and how many words building the model draws.</summary>
    public (IReadOnlyList<PlannedWeight> Weights, TorchState After) Run(uint seed)
    {
        List<PlannedWeight> weights = [];
        TorchState state = TorchState.Seeded(seed);
        foreach (ProgramDraw draw in _draws)
        {
            if (draw.Survives && !_tied.Contains(draw.Name))
            {
                Values values = state.Normal(draw.Shape, type, 0, draw.Scale);
                weights.Add(
                    new(draw.Name, draw.ZeroRow is { } row ? new ZeroRowValues(values, row) : values)
                    {
                        InitializerName = "normal_",
                        Initializer = new RandomNormal { Deviation = draw.Scale },
                        Seeds = [new(seed)],
                    }
                );
            }

            state = draw.IsUniform
                ? state.AfterUniform(draw.Shape.Elements, type)
                : state.AfterNormal(draw.Shape.Elements, type);
        }

        foreach ((string name, Shape shape, double value) in _constants)
            weights.Add(
                new(name, new ConstantValues(shape, type, value))
                {
                    InitializerName = "constant_",
                    Initializer = new Constant(value),
                }
            );
        return ([.. weights.OrderBy(weight => _places[weight.Name])], state);
    }

    private void Constant(string name, Shape shape, double value)
    {
        Place(name);
        _constants.Add((name, shape, value));
    }

    /// <summary>A family names its tensors in the order of PyTorch's <c>state_dict</c>, in which files are
    /// split.</summary>
    private void Place(string name) => _places.TryAdd(name, _places.Count);

    /// <summary>One draw.</summary>
    /// <param name="Name">The tensor's name in the file.</param>
    /// <param name="Shape">Its shape.</param>
    /// <param name="Scale">The bound of a uniform, the deviation of a normal.</param>
    /// <param name="IsUniform">Uniform within the bound; normal otherwise.</param>
    /// <param name="Survives">Whether its values are the start.</param>
    /// <param name="ZeroRow">The row that is set to 0 afterwards.</param>
    private sealed record ProgramDraw(
        string Name,
        Shape Shape,
        double Scale,
        bool IsUniform = false,
        bool Survives = false,
        long? ZeroRow = null
    );
}
