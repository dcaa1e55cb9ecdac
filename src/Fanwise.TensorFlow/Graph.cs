using System.Globalization;
using System.Numerics;
using Fanwise.Draws;
using Fanwise.Generations;

namespace Fanwise.TensorFlow;

/// <summary>A graph of TensorFlow: it settles the seeds of its operations when they are made; a <see cref="Session"/>
/// runs them. Keeps state; not thread-safe.</summary>
/// <remarks>
/// A graph of 1.x counts its operations. It counts those of our own draws, constants and variables; tell it of others
/// by <see cref="AddOperations"/>.
/// Sources: TensorFlow, python/framework/random_seed.py; counts as TensorFlow 1.2.1 makes them.
/// </remarks>
public sealed class Graph : DrawingContext
{
    private readonly Dictionary<string, Variable> _variables = new(StringComparer.Ordinal);
    private readonly List<Variable> _all = [];
    private long _derivedSeeds;

    /// <summary>An empty graph.</summary>
    /// <param name="seed">The graph's seed, any integer; null for none.</param>
    /// <param name="release">Whose rules it follows.</param>
    public Graph(BigInteger? seed = null, GraphRelease release = GraphRelease.TensorFlow2)
        : base(seed) => Release = release;

    /// <summary>Whose rules it follows.</summary>
    public GraphRelease Release { get; }

    /// <summary>How many operations it has, as far as it knows.</summary>
    public long Operations { get; private set; }

    /// <summary>Its variables, in the order in which they were made.</summary>
    public IReadOnlyList<Variable> Variables => _all;

    private bool CountsOperations => Release is GraphRelease.TensorFlow1 or GraphRelease.TensorFlow12;

    internal override ParameterRounding Rounding => ParameterRounding.Graph;

    private protected override bool AddsZero => Release != GraphRelease.TensorFlow221;

    private protected override bool DoubleLogarithm => Release == GraphRelease.TensorFlow12;

    /// <summary><c>tf.set_random_seed(seed)</c>: holds for operations made from now on; the counting goes on.</summary>
    public void SetSeed(BigInteger? seed) => Seed = seed;

    /// <summary>Tells the graph of operations that were made elsewhere: they count in 1.x.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public void AddOperations(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Operations += count;
    }

    /// <summary><c>tf.constant</c> or a placeholder: one operation.</summary>
    public void AddConstant() => AddOperations(1);

    /// <summary><c>tf.Variable(operation)</c>: a variable that begins with what the operation gives.</summary>
    /// <param name="initialValue">An operation of this graph.</param>
    public Variable AddVariable(Operation initialValue) =>
        Add($"Variable_{_all.Count}", initialValue, isResource: false, offset: null);

    /// <summary><c>tf.get_variable(name, shape, dtype, initializer)</c>.</summary>
    /// <param name="name">Its name, which must be new.</param>
    /// <param name="shape">Its lengths.</param>
    /// <param name="initializer">An initializer of TensorFlow 1.</param>
    /// <param name="type">Its element type, which the initializer is called with whatever its own is.</param>
    /// <param name="isResource">use_resource.</param>
    /// <exception cref="InitializerException">The name is taken, or the initializer cannot make such a
    /// variable.</exception>
    public Variable GetVariable(
        string name,
        Shape shape,
        ConfiguredInitializer initializer,
        ElementType type = ElementType.Float32,
        bool isResource = false
    )
    {
        ArgumentNullException.ThrowIfNull(initializer);
        CheckName(name);
        CheckTakesPartitionInfo(initializer);
        return Add(name, initializer.Call(shape, this, type), isResource, offset: null);
    }

    /// <summary><c>tf.get_variable(..., partitioner=tf.fixed_size_partitioner(parts, axis))</c>: one variable for each
    /// part, made in order; the first ones are longer where the axis does not divide.</summary>
    /// <param name="name">The name of the whole, which must be new; the parts are name/part_0, name/part_1, ...</param>
    /// <param name="shape">The lengths of the whole, from which the fans are taken.</param>
    /// <param name="parts">How many parts; at most the axis' length.</param>
    /// <param name="initializer">An initializer of TensorFlow 1.</param>
    /// <param name="type">The element type, which the initializer is called with whatever its own is.</param>
    /// <param name="axis">The dimension that is cut.</param>
    /// <param name="isResource">use_resource.</param>
    /// <exception cref="InitializerException">The name is taken, the axis cannot be cut so, or the initializer cannot
    /// make such variables.</exception>
    public IReadOnlyList<Variable> GetPartitionedVariable(
        string name,
        Shape shape,
        int parts,
        ConfiguredInitializer initializer,
        ElementType type = ElementType.Float32,
        int axis = 0,
        bool isResource = false
    )
    {
        ArgumentNullException.ThrowIfNull(initializer);
        CheckName(name);
        CheckTakesPartitionInfo(initializer);
        if (axis < 0 || axis >= shape.Rank)
            throw new InitializerException(
                $"The axis that is cut must be a dimension of the shape {shape}; received {axis}."
            );
        if (parts < 1 || parts > Math.Max(1, shape[axis]))
            throw new InitializerException(
                $"A dimension of length {shape[axis]} is cut into 1 to {Math.Max(1, shape[axis])} parts; "
                    + $"received {parts}."
            );
        Variable[] made = new Variable[parts];
        long[] lengths = shape.Lengths.ToArray(),
            offset = new long[shape.Rank];
        for (int part = 0; part < parts; part++)
        {
            lengths[axis] = shape[axis] / parts + (part < shape[axis] % parts ? 1 : 0);
            PartitionInfo info = new(shape, offset);
            made[part] = Add(
                $"{name}/part_{part}",
                initializer.Call(lengths, this, type, info),
                isResource,
                info.Offset
            );
            offset[axis] += lengths[axis];
        }

        return made;
    }

    internal override void Check(Generation generation)
    {
        if (!generation.Columns.IsOfTensorFlow2 && Release != GraphRelease.TensorFlow12)
            throw new InitializerException(
                $"Initializers of {generation.Title} draw in a graph of that release, new Graph(seed, "
                    + $"GraphRelease.TensorFlow12); received {Release}."
            );
        if (!generation.Columns.DrawsInGraphs && CountsOperations)
            throw new InitializerException(
                $"Initializers of {generation.Title} draw in a graph of TensorFlow 2; received {Release}."
            );
    }

    internal override Operation Add(Plan plan, BigInteger? seed, ElementType shapeType = ElementType.Int32)
    {
        if (plan.Draw is null)
        {
            Operations += plan.OperationsBefore + plan.OperationsAfter;
            return new Operation(plan, default, null);
        }

        (long first, long second) = Pair(
            seed,
            () => CountsOperations ? Operations + plan.OperationsBefore : _derivedSeeds++
        );
        Operations += plan.OperationsBefore + plan.OperationsAfter;
        return Made(plan, first, second);
    }

    private Variable Add(string name, Operation initialValue, bool isResource, Shape? offset)
    {
        // The variable, its assignment and its reading; a resource variable has one more.
        Operations += isResource ? 4 : 3;
        if (initialValue.Plan is { OperationsBefore: 0, OperationsAfter: 0 })
            Operations++; // NumPy's values become a constant here
        Variable variable = new(name, initialValue, offset);
        _variables.Add(name, variable);
        _all.Add(variable);
        return variable;
    }

    private void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_variables.ContainsKey(name) || _variables.ContainsKey($"{name}/part_0"))
            throw new InitializerException($"Variable {name} already exists, disallowed.");
    }

    /// <summary>get_variable passes a partition_info always, even None.</summary>
    private static void CheckTakesPartitionInfo(ConfiguredInitializer initializer)
    {
        if (!initializer.Class.TakesPartitionInfo)
            throw new InitializerException(
                string.Format(
                    CultureInfo.InvariantCulture,
                    initializer.Generation.Messages.UnexpectedCallKeyword,
                    initializer.Class.Name,
                    "partition_info"
                )
            );
    }
}
