using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise;

/// <summary>An initializer that draws: it has a seed, or is given a stream.</summary>
public abstract record RandomInitializer : Initializer
{
    /// <summary>The seed, any 64-bit integer, reduced modulo 2^31 - 2 as Keras 3 does; null where a source of seeds is to be asked.</summary>
    /// <remarks>Equal seeds give equal streams: two weights of one shape, initializer and seed are equal.</remarks>
    public long? Seed { get; init; }

    /// <summary>What is drawn for a tensor of this shape and type, whoever's numbers are used.</summary>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor.</exception>
    public abstract Draw DrawFor(Shape shape, ElementType type);

    /// <summary>What every element is, drawn from this stream instead of the seed's.</summary>
    /// <inheritdoc cref="Initializer.ValuesFor(Shape, ElementType)"/>
    public virtual Values ValuesFor(Shape shape, ElementType type, PhiloxStream stream) => new DrawnValues(shape, DrawFor(shape, type), stream);

    /// <inheritdoc/>
    public sealed override Values ValuesFor(Shape shape, ElementType type) =>
        ValuesFor(shape, type, KerasSeeds.Stream(Seed ?? throw new InitializerException(
            $"A random initializer needs a seed, or a source of seeds such as PythonRandom; {GetType().Name} has none.")));
}
