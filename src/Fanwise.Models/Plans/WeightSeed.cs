namespace Fanwise.Models.Plans;

/// <summary>A seed that a weight is drawn with, and where it came from.</summary>
/// <param name="Seed">The integer.</param>
/// <param name="Use">The second half of the seed pair: how often a seed generator had been used before; 0 for an
/// integer seed.</param>
/// <param name="DrawnAt">Which draw of the model's stream of seeds it was, from 1; null where the file gives the
/// seed.</param>
/// <param name="FromGenerator">Whether a seed generator gave it, which counts its uses.</param>
public readonly record struct WeightSeed(long Seed, long Use = 0, int? DrawnAt = null, bool FromGenerator = false)
{
    /// <summary>The seed and its origin in words: <c>686579304 (draw 1)</c>.</summary>
    public override string ToString() =>
        $"{Seed} ({(DrawnAt is { } draw ? $"draw {draw}" : "given")}"
        + $"{(FromGenerator ? $", use {Use} of a seed generator" : "")})";
}
