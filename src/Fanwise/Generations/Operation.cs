using System.Numerics.Tensors;
using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>What a call made: a draw whose seeds are settled, or a constant. Immutable.</summary>
/// <remarks>Eagerly its values are those drawn. In a graph they are those of its first run; a <c>Session</c> runs it
/// again and again.</remarks>
public sealed class Operation
{
    private readonly PhiloxStream _stream;

    internal Operation(Plan plan, PhiloxStream stream, (long Seed, long Seed2)? seeds, bool isStateless = false)
    {
        Plan = plan;
        _stream = stream;
        Seeds = seeds;
        IsStateless = isStateless;
    }

    /// <summary>The lengths.</summary>
    public Shape Shape => Plan.Shape;

    /// <summary>The seed pair; null for a constant.</summary>
    public (long Seed, long Seed2)? Seeds { get; }

    /// <summary>What is drawn; null for a constant.</summary>
    public Draw? Draw => Plan.Draw;

    /// <summary>The values: those drawn eagerly, or those of the first run.</summary>
    /// <exception cref="InitializerException">They are of a type that has no <see cref="ElementType"/>.</exception>
    public Values Values => Plan.Values(_stream);

    /// <summary>Whether every run draws the same.</summary>
    public bool IsStateless { get; }

    internal Plan Plan { get; }

    /// <summary>The values on another stream: a later run's.</summary>
    internal Values On(PhiloxStream stream) => Plan.Values(stream);

    /// <summary>The same call of an instance of Keras 3 on a backend, its fans counted by a rule of the layer
    /// (null: as Keras does).</summary>
    /// <exception cref="InitializerException">The instance is not Keras 3's, or the backend refuses it.</exception>
    internal Operation On(ConfiguredInitializer instance, Backend backend, FanRule? layer)
    {
        ElementType type = Plan.Draw?.ElementType ?? Values.ElementType;
        Initializer record = RecordOf(instance, backend, layer);
        Values values = ValuesOf(record, Shape, type, Seeds);
        Draw? draw =
            layer is not null && record is RandomInitializer byLayer ? byLayer.DrawFor(Shape, type) : Plan.Draw;
        return new(Plan with { Values = _ => values, Draw = draw }, _stream, Seeds, IsStateless);
    }

    /// <summary>What an instance of Keras 3 draws on a backend.</summary>
    /// <exception cref="InitializerException">The instance is not Keras 3's, or the backend refuses it.</exception>
    internal static Values On(
        ConfiguredInitializer instance,
        Backend backend,
        Shape shape,
        ElementType type,
        (long Seed, long Use)? seeds
    ) => ValuesOf(RecordOf(instance, backend, null), shape, type, seeds);

    private static Initializer RecordOf(ConfiguredInitializer instance, Backend backend, FanRule? layer) =>
        instance.ToInitializer() switch
        {
            VarianceScaling scaling when layer is not null => scaling with { Backend = backend, Rule = layer },
            Initializer other when layer is not null => throw new InitializerException(
                "Only initializers that divide a variance by fans have a rule for them; received "
                    + $"{other.GetType().Name}."
            ),
            RandomInitializer random => random with { Backend = backend },
            Constant constant => constant with { Backend = backend },
            Initializer other => other,
        };

    private static Values ValuesOf(Initializer record, Shape shape, ElementType type, (long Seed, long Use)? seeds) =>
        record is RandomInitializer drawn && seeds is { } pair
            ? drawn.ValuesFor(shape, type, pair.Seed, pair.Use)
            : record.ValuesFor(shape, type);

    /// <summary>The stream of the first run.</summary>
    internal PhiloxStream FirstRun => _stream;

    /// <summary>The values in memory.</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not their type, or there are 2^31 or
    /// more.</exception>
    public Tensor<T> ToTensor<T>()
        where T : unmanaged => Values.ToTensor<T>();
}
