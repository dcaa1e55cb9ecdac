using System.Numerics;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.TensorFlow;

/// <summary><c>tf.function</c>: a body that is traced once for each signature and then run. Keeps state; not
/// thread-safe.</summary>
/// <remarks>
/// A trace is a graph of its own: the global seed of the moment, derived seeds from 0, kernels shared with nobody. Its
/// seeds stay; setting the context's seed restarts its kernels.
/// </remarks>
public sealed class Function
{
    private readonly EagerContext _context;
    private readonly Func<FunctionTrace, IReadOnlyList<Operation>> _body;
    private readonly Dictionary<
        int,
        (IReadOnlyList<Operation> Operations, Dictionary<Operation, PhiloxStream> Kernels)
    > _traces = [];
    private readonly GraphRelease _release;
    private int _epoch;

    /// <summary>A function that has not been traced.</summary>
    /// <param name="context">Where it is called.</param>
    /// <param name="body">What it draws, in order; it is called anew for each trace.</param>
    /// <param name="release">Whose rules it follows: one of TensorFlow 2's.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Function(
        EagerContext context,
        Func<FunctionTrace, IReadOnlyList<Operation>> body,
        GraphRelease release = GraphRelease.TensorFlow2
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(body);
        _context = context;
        _body = body;
        _release = release;
        _epoch = context.Epoch;
    }

    /// <summary>Calls the function; it is traced first where this signature is new.</summary>
    /// <param name="signature">What stands for the types and shapes of the arguments.</param>
    /// <returns>What its operations draw now, in order.</returns>
    public IReadOnlyList<Values> Call(int signature = 0)
    {
        if (_epoch != _context.Epoch)
        {
            foreach (var earlier in _traces.Values)
                earlier.Kernels.Clear();
            _epoch = _context.Epoch;
        }

        if (!_traces.TryGetValue(signature, out var trace))
        {
            trace = (_body(new FunctionTrace(_context.Seed, _release != GraphRelease.TensorFlow221)), []);
            _traces.Add(signature, trace);
        }

        return
        [
            .. trace.Operations.Select(operation =>
            {
                if (operation.Draw is null || operation.IsStateless)
                    return operation.Values;
                PhiloxStream stream = trace.Kernels.GetValueOrDefault(operation, operation.FirstRun);
                trace.Kernels[operation] = stream.AfterRun(operation.Shape.Elements);
                return operation.On(stream);
            }),
        ];
    }

    /// <summary>The operations of a signature that has been traced; null where it has not.</summary>
    public IReadOnlyList<Operation>? Traced(int signature = 0) =>
        _traces.TryGetValue(signature, out var trace) ? trace.Operations : null;
}

/// <summary>The graph of one trace of a <see cref="Function"/>.</summary>
public sealed class FunctionTrace : DrawingContext
{
    private readonly bool _addsZero;
    private long _derivedSeeds;

    internal FunctionTrace(BigInteger? seed, bool addsZero)
        : base(seed) => _addsZero = addsZero;

    private protected override bool AddsZero => _addsZero;

    internal override ParameterRounding Rounding => ParameterRounding.Graph;

    internal override void Check(Generation generation)
    {
        if (!generation.Columns.IsOfTensorFlow2)
            throw new InitializerException(
                $"{generation.Title} draws in a graph, new Graph(seed, GraphRelease.TensorFlow12): it knew no "
                    + "functions."
            );
    }

    internal override Operation Add(Plan plan, BigInteger? seed, ElementType shapeType = ElementType.Int32)
    {
        if (plan.Draw is null)
            return new Operation(plan, default, null);
        (long first, long second) = Pair(seed, () => _derivedSeeds++);
        return Made(plan, first, second);
    }
}
