using Fanwise.Draws;
using Fanwise.Models.Configurations;

namespace Fanwise.Models.Plans;

/// <summary>A layer of a planned model, models within models included.</summary>
/// <param name="Path">Its names from the outermost on: <c>block_1/conv2d</c>; empty for the model itself.</param>
/// <param name="Name">Its own name.</param>
/// <param name="ClassName">Its class.</param>
/// <param name="StorePath">Its group in a <c>.weights.h5</c> file of Keras 3: <c>layers/dense</c>; empty for the model
/// itself.</param>
public sealed record PlannedLayer(string Path, string Name, string ClassName, string StorePath)
{
    /// <summary>Its configuration, where a model told it.</summary>
    internal Configuration? Config { get; init; }
}

/// <summary>An array that Keras keeps of a layer beside its weights, such as the factors of a lookup that counts by
/// <c>tf_idf</c>.</summary>
/// <param name="StorePath">Its place in a <c>.weights.h5</c> file of Keras 3:
/// <c>layers/integer_lookup/vars/idf_weights</c>.</param>
/// <param name="Values">What it holds.</param>
public sealed record PlannedArray(string StorePath, Values Values);

/// <summary>What a seed generator of a layer holds after the model is made: the seed, and how often it was
/// used.</summary>
/// <param name="StorePath">Where Keras would keep its state: <c>layers/dropout/seed_generator/vars/0</c>.</param>
/// <param name="Seed">The seed, and how often it was used: the state is the pair of int64 [Seed, Use].</param>
public sealed record PlannedSeedGenerator(string StorePath, WeightSeed Seed);
