namespace Fanwise.Streams;

/// <summary>Keras 3's <c>keras.random.SeedGenerator</c>: one seed, a new stream for every draw of whoever shares it.
/// Keeps state; not thread-safe.</summary>
/// <remarks>The n-th draw has the seed pair [seed, n - 1]. Source: keras/src/random/seed_generator.py.</remarks>
public sealed class SeedGenerator
{
    /// <summary>A generator of this seed.</summary>
    /// <param name="seed">Any 64-bit integer, reduced modulo 2^31 - 2 as every Keras seed.</param>
    /// <param name="name">What a configuration calls it.</param>
    public SeedGenerator(long seed, string name = "seed_generator") => (Seed, Name) = (seed, name);

    /// <summary><c>SeedGenerator(seed=None)</c>: the seed is drawn as Keras draws it.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    public SeedGenerator(PythonRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        (Seed, Name) = (random.NextKerasSeed(), "seed_generator");
    }

    /// <summary>The seed.</summary>
    public long Seed { get; }

    /// <summary>What a configuration calls it.</summary>
    public string Name { get; }

    /// <summary>How many draws have been made.</summary>
    public long Uses { get; private set; }

    /// <summary>The stream of the next draw.</summary>
    public PhiloxStream Next() => KerasSeeds.Stream(Seed, Uses++);
}
