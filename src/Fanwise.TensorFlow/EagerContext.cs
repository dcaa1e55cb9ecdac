using System.Numerics;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.TensorFlow;

/// <summary>TensorFlow 2 as it runs by default: every call draws at once. Keeps state; not thread-safe.</summary>
/// <remarks>
/// Calls without a seed take one from Python's generator, seeded with the global seed. Equal operations (kind, element
/// type, seeds, type of the shape) share one kernel, which goes on from call to call.
/// Source: TensorFlow, python/eager/context.py and core/common_runtime/eager.
/// </remarks>
public sealed class EagerContext : DrawingContext
{
    private readonly Dictionary<
        (DrawKind Kind, ElementType Type, long Seed, long Seed2, ElementType ShapeType),
        PhiloxStream
    > _kernels = [];
    private PythonRandom? _random;

    /// <summary>A fresh context.</summary>
    /// <param name="seed">The global seed, any integer; null for none.</param>
    public EagerContext(BigInteger? seed = null)
        : base(seed) => SetSeed(seed);

    internal override ParameterRounding Rounding => ParameterRounding.Eager;

    /// <summary>How often a seed was set: kernels of traced functions begin anew with each.</summary>
    internal int Epoch { get; private set; }

    /// <summary><c>tf.random.set_seed(seed)</c>: restarts the stream of seeds and all kernels.</summary>
    public void SetSeed(BigInteger? seed)
    {
        Seed = seed;
        _random = seed is { } value ? new PythonRandom(value) : null;
        _kernels.Clear();
        Epoch++;
    }

    /// <summary><c>tf.keras.backend.clear_session()</c>: all kernels begin anew; the seed and the stream of seeds go
    /// on.</summary>
    public void ClearSession() => _kernels.Clear();

    internal override void Check(Generation generation)
    {
        if (!generation.Columns.IsOfTensorFlow2)
            throw new InitializerException(
                $"{generation.Title} draws in a graph, new Graph(seed, GraphRelease.TensorFlow12): it knew no "
                    + "eager execution."
            );
    }

    internal override Operation Add(Plan plan, BigInteger? seed, ElementType shapeType = ElementType.Int32)
    {
        if (plan.Draw is not { } draw)
            return new Operation(plan, default, null);
        (long first, long second) = Pair(seed, () => _random!.NextInteger(0, OperationSeeds.Modulus));
        var kernel = (draw.Kind, draw.ElementType, first, second, shapeType);
        PhiloxStream stream = _kernels.GetValueOrDefault(kernel, PhiloxStream.FromOperationSeeds(first, second));
        _kernels[kernel] = stream.AfterRun(plan.Shape.Elements);
        return new Operation(plan, stream, (first, second));
    }
}
