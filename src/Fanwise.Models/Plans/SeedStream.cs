using Fanwise.Streams;

namespace Fanwise.Models.Plans;

/// <summary>The seeds that Keras draws while a model is revived: Python's generator, one integer for each initializer
/// and seed generator that has none. Keeps state.</summary>
internal sealed class SeedStream(long seed)
{
    private readonly PythonRandom _random = new(seed);

    /// <summary>How many have been drawn.</summary>
    public int Draws { get; private set; }

    /// <summary>The next one.</summary>
    public WeightSeed Next()
    {
        long value = _random.NextKerasSeed();
        return new(value, DrawnAt: ++Draws);
    }
}

/// <summary>Keras' <c>SeedGenerator</c>: one seed, and how often it was used.</summary>
internal sealed class SeedState(WeightSeed seed)
{
    private long _uses;

    /// <summary>The seed, and how often it was used so far: what Keras keeps in a variable of two integers.</summary>
    public WeightSeed State => seed with { Use = _uses, FromGenerator = true };

    /// <summary>The seed pair of the next draw.</summary>
    public WeightSeed Next() => seed with { Use = _uses++, FromGenerator = true };
}
