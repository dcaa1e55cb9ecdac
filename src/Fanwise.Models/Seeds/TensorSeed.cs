namespace Fanwise.Models.Seeds;

/// <summary>What became of the question which seed made a tensor.</summary>
public enum SeedVerdict
{
    /// <summary>A seed makes every element.</summary>
    Found,

    /// <summary>No seed whatever makes it by the rules that were tried: it was trained, or drawn by another
    /// rule.</summary>
    NotInitial,

    /// <summary>None of the seeds that were searched makes it.</summary>
    NotFound,

    /// <summary>So few elements, or so short ones, that many seeds make them.</summary>
    TooFew,

    /// <summary>It holds what no seed changes: a constant, zeros, ones.</summary>
    Constant,

    /// <summary>Its seed cannot be searched: an orthogonal matrix, several draws in one tensor, elements that no
    /// initializer draws.</summary>
    NotSearchable,
}

/// <summary>Which seed made a tensor.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Type">The name of its element type.</param>
/// <param name="Verdict">What became of the question.</param>
/// <param name="Explanation">The answer in a sentence.</param>
public sealed record TensorSeed(string Name, Shape Shape, string Type, SeedVerdict Verdict, string Explanation)
{
    /// <summary>The initializer by Keras' name, several where they draw alike; empty where none is known.</summary>
    public string Rule { get; init; } = "";

    /// <summary>The initializer's seed, the lowest that makes the tensor; null where none was found.</summary>
    public long? Seed { get; init; }

    /// <summary>Which draw of the model's stream of seeds it is, from 1; null without a model, or where the model gives
    /// the seed.</summary>
    public int? DrawnAt { get; init; }

    /// <summary>How many of the seeds that were searched make the same elements by chance, expected: where it is far
    /// below 1, the seed that was found is the one.</summary>
    public double ByChance { get; init; }
}

/// <summary>Which seeds made the tensors of a checkpoint.</summary>
/// <param name="Tensors">An answer for each tensor, in the checkpoint's order.</param>
public sealed record SeedAnswer(IReadOnlyList<TensorSeed> Tensors)
{
    /// <summary>The lowest value of <c>keras.utils.set_random_seed</c> that gives the seeds found, or the seed of a
    /// plan whose streams come from it and the names; null without a model, or where there is none.</summary>
    public long? RandomSeed { get; init; }

    /// <summary>How many of the values that were searched give these seeds by chance, expected.</summary>
    public double RandomSeedByChance { get; init; }

    /// <summary>What there is to say of <see cref="RandomSeed"/>, in a sentence; empty without a model.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>In which layout the tensors were taken to be; without a model Keras', where each tensor's rule tells
    /// its own.</summary>
    public KernelLayout Layout { get; init; }

    /// <summary>The weights of the model that the checkpoint lacks.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}
