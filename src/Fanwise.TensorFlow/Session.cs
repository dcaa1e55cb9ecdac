using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.TensorFlow;

/// <summary>A session of a graph: every operation has a kernel of its own, which goes on from run to run and begins
/// anew in another session. Keeps state; not thread-safe.</summary>
public sealed class Session
{
    private readonly Graph _graph;
    private readonly Dictionary<Operation, PhiloxStream> _kernels = [];
    private readonly Dictionary<Variable, Values> _variables = [];

    /// <summary>A fresh session.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="graph"/> is null.</exception>
    public Session(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
    }

    /// <summary>Runs an operation: what it draws now.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="operation"/> is null.</exception>
    public Values Run(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.Draw is null || operation.IsStateless)
            return operation.Values;
        PhiloxStream stream = _kernels.GetValueOrDefault(operation, operation.FirstRun);
        _kernels[operation] = stream.AfterRun(operation.Shape.Elements);
        return operation.On(stream);
    }

    /// <summary>Runs a variable's initializer.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="variable"/> is null.</exception>
    public void Initialize(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        _variables[variable] = Run(variable.InitialValue);
    }

    /// <summary><c>tf.global_variables_initializer()</c>, which is an operation of the graph, and a run of it. An
    /// initial value that several variables share is drawn once.</summary>
    public void InitializeVariables()
    {
        _graph.AddOperations(1);
        Dictionary<Operation, Values> drawn = [];
        foreach (Variable variable in _graph.Variables)
        {
            if (!drawn.TryGetValue(variable.InitialValue, out Values? values))
                drawn[variable.InitialValue] = values = Run(variable.InitialValue);
            _variables[variable] = values;
        }
    }

    /// <summary>A variable's value.</summary>
    /// <exception cref="InitializerException">It has not been initialised in this session.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="variable"/> is null.</exception>
    public Values Read(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return _variables.TryGetValue(variable, out Values? values)
            ? values
            : throw new InitializerException($"Attempting to use uninitialized value {variable.Name}.");
    }
}
