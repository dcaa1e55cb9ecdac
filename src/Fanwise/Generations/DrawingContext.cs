using System.Numerics;
using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>Where TensorFlow draws: a graph, eagerly, or the trace of a function. It gives operations their seeds.
/// Keeps state; not thread-safe.</summary>
public abstract class DrawingContext
{
    private protected DrawingContext(BigInteger? seed) => Seed = seed;

    /// <summary>The global seed, as it was given.</summary>
    public BigInteger? Seed { get; private protected set; }

    /// <summary>How Python's floats get into the element type here.</summary>
    internal abstract ParameterRounding Rounding { get; }

    /// <summary>Whether a mean of 0 is added too, so that -0 becomes +0.</summary>
    private protected virtual bool AddsZero => true;

    /// <summary>How float32 normals take their logarithm here.</summary>
    private protected virtual bool DoubleLogarithm => false;

    /// <summary><c>tf.random.uniform(shape, minval, maxval, dtype, seed)</c> in a floating type.</summary>
    /// <exception cref="InitializerException">The type is not floating, or neither the context nor the call has a
    /// seed.</exception>
    public Operation RandomUniform(
        Shape shape,
        double minimum = 0,
        double maximum = 1,
        ElementType type = ElementType.Float32,
        BigInteger? seed = null,
        ElementType shapeType = ElementType.Int32
    ) => Add(Plan.Of(shape, Draw.Uniform(type, minimum, maximum, Rounding)), seed, shapeType);

    /// <summary><c>tf.random.uniform(shape, minval, maxval, dtype, seed)</c> in an integer type.</summary>
    /// <exception cref="InitializerException">The type is neither int32 nor int64, the range is empty, or neither the
    /// context nor the call has a seed.</exception>
    public Operation RandomIntegers(
        Shape shape,
        long minimum,
        long maximum,
        ElementType type = ElementType.Int32,
        BigInteger? seed = null,
        ElementType shapeType = ElementType.Int32
    ) => Add(Plan.Of(shape, Draw.Integers(type, minimum, maximum)), seed, shapeType);

    /// <summary><c>tf.random.normal(shape, mean, stddev, dtype, seed)</c>.</summary>
    /// <exception cref="InitializerException">The type is not floating, or neither the context nor the call has a
    /// seed.</exception>
    public Operation RandomNormal(
        Shape shape,
        double mean = 0,
        double deviation = 1,
        ElementType type = ElementType.Float32,
        BigInteger? seed = null,
        ElementType shapeType = ElementType.Int32
    ) =>
        Add(
            Plan.Of(shape, Draw.Normal(type, mean, deviation, Rounding) with { DoubleLogarithm = DoubleLogarithm }),
            seed,
            shapeType
        );

    /// <summary><c>tf.random.truncated_normal(shape, mean, stddev, dtype, seed)</c>.</summary>
    /// <exception cref="InitializerException">The type is not floating, or neither the context nor the call has a
    /// seed.</exception>
    public Operation TruncatedNormal(
        Shape shape,
        double mean = 0,
        double deviation = 1,
        ElementType type = ElementType.Float32,
        BigInteger? seed = null,
        ElementType shapeType = ElementType.Int32
    ) =>
        Add(
            Plan.Of(
                shape,
                Draw.TruncatedNormal(type, mean, deviation, Rounding) with
                {
                    DoubleLogarithm = DoubleLogarithm,
                }
            ),
            seed,
            shapeType
        );

    /// <summary>Refuses initializers that the release of this context did not have.</summary>
    internal virtual void Check(Generation generation) { }

    /// <summary>Makes an operation of a plan, with an operation seed or without.</summary>
    /// <param name="plan">What is made.</param>
    /// <param name="seed">The operation's own seed.</param>
    /// <param name="shapeType">The type of the tensor that holds the shape: eager kernels differ by it.</param>
    internal abstract Operation Add(Plan plan, BigInteger? seed, ElementType shapeType = ElementType.Int32);

    /// <summary>An operation whose kernel begins with this pair.</summary>
    private protected Operation Made(Plan plan, long seed, long seed2) =>
        new(AddsZero ? plan : plan.WithoutZero(), PhiloxStream.FromOperationSeeds(seed, seed2), (seed, seed2));

    /// <summary>The pair of an operation here.</summary>
    private protected (long Seed, long Seed2) Pair(BigInteger? seed, Func<long> derive) =>
        OperationSeeds.Pair(Seed, seed, derive)
        ?? throw new InitializerException(
            "A draw without a seed needs a global seed: neither was set, and TensorFlow would draw from the "
                + "machine's entropy."
        );
}
