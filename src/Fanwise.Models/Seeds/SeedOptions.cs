using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>How far a search has come.</summary>
/// <param name="What">What is counted, in words: seeds of initializers, or values of <c>set_random_seed</c>.</param>
/// <param name="Done">How many were looked at.</param>
/// <param name="Total">How many there are at most; a search ends where everything is found.</param>
public readonly record struct SeedProgress(string What, long Done, long Total);

/// <summary>How far seeds are searched, and by how many threads.</summary>
public sealed record SeedOptions
{
    /// <summary>The largest seed that Keras draws where none is given.</summary>
    public const long LargestDefault = PythonRandom.LargestKerasSeed;

    /// <summary>The largest seed there is: Keras takes seeds modulo 2^31 - 2.</summary>
    public const long Largest = KerasSeeds.Modulus - 1;

    /// <summary>The largest seed of an initializer that is tried.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or above <see cref="Largest"/>.</exception>
    public long UpTo
    {
        get;
        init =>
            field = value is >= 0 and <= Largest
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    $"Seeds are searched up to {Largest} at most."
                );
    } = LargestDefault;

    /// <summary>The largest value of <c>keras.utils.set_random_seed</c> that is tried, where a model is known, or of
    /// <c>torch.manual_seed</c>, where a program is; -1 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below -1 or above 2^32 - 1.</exception>
    public long RandomSeedUpTo
    {
        get;
        init =>
            field = value is >= -1 and <= uint.MaxValue
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    $"Values of set_random_seed are searched up to {uint.MaxValue} at most."
                );
    } = uint.MaxValue;

    /// <summary>Whose numbers the tensors are where no model says; TensorFlow's by default.</summary>
    public Backend Backend { get; init; }

    /// <summary>The layout of the tensors; null where names and axes are to tell it.</summary>
    public KernelLayout? Layout { get; init; }

    /// <summary>In PyTorch's layout, the module's name for layers of the model whose path is not its name.</summary>
    public IReadOnlyDictionary<string, string> ModuleNames { get; init; } = new Dictionary<string, string>();

    /// <summary>How many threads search.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told now and then, from any thread, how far the search is.</summary>
    public IProgress<SeedProgress>? Progress { get; init; }
}
