using System.Globalization;
using System.Text.RegularExpressions;
using Fanwise.Models.Plans;

namespace Fanwise.Rules;

/// <summary>How much a transformer's layers add to its residual stream at the start.</summary>
/// <remarks>
/// A matrix that writes to the stream and reads values of mean 0 and variance 1 adds <c>fan_in * deviation^2</c> to the
/// variance of each of the stream's values. What a projection really reads is smaller (attention averages, gates
/// halve): these are bounds, and their growth with depth is what a factor such as 1 / sqrt(2 * layers) holds back.
/// </remarks>
/// <param name="Embedding">The variance of a value of the embedding.</param>
/// <param name="Layers">What each layer adds to the variance, in order.</param>
public sealed partial record ResidualStream(double Embedding, IReadOnlyList<double> Layers)
{
    /// <summary>Last names of matrices that write to the stream, in the models of Hugging Face, torchtitan, litgpt,
    /// Megatron and nanoGPT.</summary>
    private static readonly HashSet<string> Outputs =
    [
        "o_proj",
        "down_proj",
        "c_proj",
        "out_proj",
        "wo",
        "w2",
        "proj",
        "fc2",
        "dense_4h_to_h",
        "linear_proj",
        "linear_fc2",
    ];

    private static readonly HashSet<string> Embeddings =
    [
        "wte",
        "embed_tokens",
        "tok_embeddings",
        "word_embeddings",
        "embed_in",
    ];

    /// <summary>The variance of a value of the stream behind the last layer.</summary>
    public double Last => Embedding + Layers.Sum();

    /// <summary>The stream of a plan; null where it has no embedding of words, or no numbered layers that write to a
    /// stream of its width.</summary>
    public static ResidualStream? Of(WeightPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlannedWeight? embedding = plan.FirstOrDefault(static weight =>
            weight.Shape.Rank == 2 && Embeddings.Contains(NameOf(weight))
        );
        if (embedding is null)
            return null;
        long width = embedding.Shape[1];
        SortedDictionary<long, double> layers = [];
        foreach (PlannedWeight weight in plan)
            if (
                weight.Shape.Rank == 2
                && weight.Shape.Lengths.Contains(width)
                && Outputs.Contains(NameOf(weight))
                && Layer().Match(weight.Name) is { Success: true } match
                && long.TryParse(match.Groups["layer"].Value, CultureInfo.InvariantCulture, out long layer)
            )
                layers[layer] = layers.GetValueOrDefault(layer) + weight.Shape.Elements / width * VarianceOf(weight);
        return layers.Count == 0 ? null : new(VarianceOf(embedding), [.. layers.Values]);
    }

    private static double VarianceOf(PlannedWeight weight) => DeclaredDistribution.Of(weight.Values)?.Variance ?? 0;

    /// <summary>The last part of a name that is neither <c>weight</c> nor <c>dense</c>'s kind.</summary>
    private static string NameOf(PlannedWeight weight)
    {
        string[] parts = weight.Name.Split('.');
        return parts.Length > 1 && parts[^1] == "weight" ? parts[^2] : parts[^1];
    }

    [GeneratedRegex(@"\.(?<layer>[0-9]{1,6})\.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Layer();
}
