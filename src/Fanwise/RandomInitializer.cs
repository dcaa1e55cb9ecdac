using System.Numerics.Tensors;
using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise;

/// <summary>An initializer that draws: it has a seed, or is given a stream.</summary>
public abstract record RandomInitializer : Initializer
{
    /// <summary>The seed, any 64-bit integer, reduced modulo 2^31 - 2 as Keras 3 does; null where a source of seeds is
    /// to be asked.</summary>
    /// <remarks>Equal seeds give equal streams: two weights of one shape, initializer and seed are equal.</remarks>
    public long? Seed { get; init; }

    /// <summary>Whether the values are those of <see cref="DrawFor"/>, one by one: then a small fill needs no
    /// object.</summary>
    private protected virtual bool DrawsOneByOne => false;

    private PhiloxStream Stream =>
        KerasSeeds.Stream(
            Seed
                ?? throw new InitializerException(
                    "A random initializer needs a seed, or a source of seeds such as PythonRandom; "
                        + $"{GetType().Name} has none."
                )
        );

    /// <summary>What is drawn for a tensor of this shape and type, whoever's numbers are used.</summary>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor.</exception>
    public abstract Draw DrawFor(Shape shape, ElementType type);

    /// <summary>What every element is, drawn from this stream instead of the seed's.</summary>
    /// <inheritdoc cref="Initializer.ValuesFor(Shape, ElementType)"/>
    public virtual Values ValuesFor(Shape shape, ElementType type, PhiloxStream stream) =>
        new DrawnValues(shape, DrawFor(shape, type), stream);

    /// <inheritdoc/>
    public sealed override Values ValuesFor(Shape shape, ElementType type) => ValuesFor(shape, type, Stream);

    /// <summary>A new tensor of this shape from the generator's next stream, instead of the seed's.</summary>
    /// <inheritdoc cref="Initializer.Create{T}(Shape)"/>
    public Tensor<T> Create<T>(Shape shape, SeedGenerator generator)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(generator);
        DrawFor(shape, ElementTypes.Of<T>()); // what cannot be drawn takes no stream
        return ValuesFor(shape, ElementTypes.Of<T>(), generator.Next()).ToTensor<T>();
    }

    /// <summary>The same initializer with a seed: its own, or the next that Keras draws where none was given.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    public RandomInitializer Seeded(PythonRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Seed is null ? this with { Seed = random.NextKerasSeed() } : this;
    }

    private protected sealed override void Fill(
        Span<byte> destination,
        Shape shape,
        ElementType type,
        long start,
        FillOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!DrawsOneByOne || !ParallelFill.IsPlain(destination.Length, options))
        {
            base.Fill(destination, shape, type, start, options);
            return;
        }

        PhiloxStream stream = Stream;
        Draw draw = DrawFor(shape, type);
        if (Values.Check(shape, type, start, destination.Length, options) > 0)
            Sampler.Fill(draw, stream, start, destination);
    }
}
