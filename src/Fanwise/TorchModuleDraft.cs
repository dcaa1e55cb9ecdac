using Fanwise.Draws;

namespace Fanwise;

/// <summary>A module whose parameters are drawn one after the other; a name that the module does not have draws
/// nothing.</summary>
internal sealed class TorchModuleDraft
{
    private readonly TorchGenerator _generator;
    private readonly string _module;
    private readonly Dictionary<string, TorchParameter> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Values> _values = new(StringComparer.Ordinal);

    public TorchModuleDraft(TorchGenerator generator, string module, IReadOnlyList<TorchParameter> parameters)
    {
        _generator = generator;
        _module = module;
        Parameters = parameters;
        foreach (TorchParameter parameter in parameters)
            if (!_byName.TryAdd(parameter.Name, parameter))
                throw new InitializerException(
                    $"A module's parameters must have different names; received '{parameter.Name}' twice."
                );
        if (parameters.Count == 0)
            throw new InitializerException($"A module must have parameters to be drawn; {module} received none.");
    }

    public IReadOnlyList<TorchParameter> Parameters { get; }

    public Shape ShapeOf(string name) =>
        _byName.TryGetValue(name, out TorchParameter? parameter)
            ? parameter.Shape
            : throw new InitializerException($"A {_module} must have the parameter '{name}'; received none.");

    public void Draw(string name, Func<TorchGenerator, TorchParameter, Values> draw)
    {
        if (!_byName.TryGetValue(name, out TorchParameter? parameter))
            return;
        _values[name] =
            parameter.Shape.Elements == 0
                ? new ConstantValues(parameter.Shape, parameter.ElementType, 0)
                : draw(_generator, parameter);
    }

    /// <summary>Uniform within 1 / sqrt(<paramref name="fan"/>); zero where that is 0.</summary>
    public void Within(string name, double fan)
    {
        double bound = fan > 0 ? 1 / Math.Sqrt(fan) : 0;
        Draw(
            name,
            (generator, parameter) => Torch.Uniform(generator, parameter.Shape, parameter.ElementType, -bound, bound)
        );
    }

    public void Constant(string name, double value)
    {
        if (_byName.TryGetValue(name, out TorchParameter? parameter))
            _values[name] = new ConstantValues(parameter.Shape, parameter.ElementType, value);
    }

    /// <summary>Every layer has the values of the layer 0.</summary>
    public void CopyLayers(string path)
    {
        foreach (TorchParameter parameter in Parameters)
        {
            if (!parameter.Name.StartsWith(path, StringComparison.Ordinal))
                continue;
            string inLayer = parameter.Name[path.Length..];
            string source = $"{path}0{inLayer[Math.Max(0, inLayer.IndexOf('.', StringComparison.Ordinal))..]}";
            if (_values.TryGetValue(source, out Values? values) && values.Shape == parameter.Shape)
                _values[parameter.Name] = values;
        }
    }

    public IReadOnlyList<Values> Finish() =>
        [
            .. Parameters.Select(parameter =>
                _values.TryGetValue(parameter.Name, out Values? values)
                    ? values
                    : throw new InitializerException($"A {_module} has no parameter '{parameter.Name}'.")
            ),
        ];
}
