using System.Numerics.Tensors;
using Fanwise.Draws;
using Fanwise.Draws.Frameworks;
using Fanwise.Streams;

namespace Fanwise;

/// <summary>An initializer that draws: it has a seed, or is given a stream.</summary>
public abstract record RandomInitializer : Initializer
{
    /// <summary>The seed, any 64-bit integer that the backend takes (Keras reduces it modulo 2^31 - 2 on TensorFlow);
    /// null where a source of seeds is to be asked.</summary>
    /// <remarks>Equal seeds give equal streams: two weights of one shape, initializer and seed are equal.</remarks>
    public long? Seed { get; init; }

    /// <summary>Whose numbers are drawn; TensorFlow's by default.</summary>
    public Backend Backend { get; init; }

    /// <summary>Whether the values are those of <see cref="DrawFor(Shape, ElementType)"/>, one by one: then a small
    /// fill needs no object.</summary>
    private protected virtual bool DrawsOneByOne => false;

    private long NeededSeed =>
        Seed
        ?? throw new InitializerException(
            "A random initializer needs a seed, or a source of seeds such as PythonRandom; "
                + $"{GetType().Name} has none."
        );

    /// <summary>What is drawn for a tensor of this shape and type on TensorFlow; other backends draw the same
    /// distribution, rounded in their way.</summary>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor.</exception>
    public Draw DrawFor(Shape shape, ElementType type) => DrawFor(shape, type, ParameterRounding.Keras3);

    /// <summary>What is drawn where parameters get into the element type so: tf.keras rounds the bounds of a uniform
    /// once, Keras 3 by way of float32.</summary>
    internal abstract Draw DrawFor(Shape shape, ElementType type, ParameterRounding rounding);

    /// <summary>What every element is by a backend's numbers.</summary>
    private protected abstract Values ValuesFor(Shape shape, ElementType type, BackendRow row, SeedPair pair);

    /// <summary>What every element is, drawn with this seed pair instead of the initializer's own seed.</summary>
    /// <param name="shape">The shape of the whole tensor.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="use">How often a seed generator of this seed was used before; 0 for an integer seed.</param>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor, or the backend refuses type or
    /// seed.</exception>
    public Values ValuesFor(Shape shape, ElementType type, long seed, long use)
    {
        BackendRow row = BackendRow.Of(Backend);
        return ValuesFor(shape, type, row, row.Checked(new(seed, use)));
    }

    /// <summary>What every element is, drawn from this stream of TensorFlow's instead of the seed's.</summary>
    /// <inheritdoc cref="Initializer.ValuesFor(Shape, ElementType)"/>
    public Values ValuesFor(Shape shape, ElementType type, PhiloxStream stream) =>
        ValuesFor(shape, type, stream, ParameterRounding.Keras3);

    internal virtual Values ValuesFor(Shape shape, ElementType type, PhiloxStream stream, ParameterRounding rounding) =>
        new DrawnValues(shape, DrawFor(shape, type, rounding), stream);

    /// <inheritdoc/>
    public sealed override Values ValuesFor(Shape shape, ElementType type) => ValuesFor(shape, type, NeededSeed, 0);

    /// <summary>A new tensor of this shape from the generator's next stream, instead of the seed's.</summary>
    /// <inheritdoc cref="Initializer.Create{T}(Shape)"/>
    public Tensor<T> Create<T>(Shape shape, SeedGenerator generator)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(generator);
        DrawFor(shape, ElementTypes.Of<T>()); // what cannot be drawn takes no seed
        Values values = ValuesFor(shape, ElementTypes.Of<T>(), generator.Seed, generator.Uses);
        generator.Next();
        return values.ToTensor<T>();
    }

    /// <summary>The same initializer with a seed: its own, or the next that Keras draws where none was given.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    public RandomInitializer Seeded(PythonRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Seed is null ? this with { Seed = random.NextKerasSeed() } : this;
    }

    private protected sealed override void FillSlice(
        Shape shape,
        ElementType type,
        long start,
        Span<byte> destination,
        FillOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        // A small fill makes no object.
        if (
            !DrawsOneByOne
            || !ParallelFill.IsPlain(destination.Length, options)
            || BackendRow.Of(Backend).Philox(new(NeededSeed, 0)) is not { } stream
        )
        {
            base.FillSlice(shape, type, start, destination, options);
            return;
        }

        Draw draw = DrawFor(shape, type);
        if (Values.Check(shape, type, start, destination.Length, options) > 0)
            Sampler.Fill(draw, stream, start, destination);
    }
}
