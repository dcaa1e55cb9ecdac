using System.Globalization;
using System.Text;
using Fanwise;

namespace FanwiseTorch;

/// <summary>What a load did: which layer went into which module, and what that does otherwise.</summary>
/// <param name="Matches">Every layer and module, in the layers' order.</param>
public sealed record KerasLoad(IReadOnlyList<KerasMatch> Matches)
{
    /// <summary>What the module does otherwise than the model, one sentence each: epsilons, momentums, the side on
    /// which
    /// <c>same</c> pads, activations that PyTorch's recurrent modules do not have.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>A table of what went where, and the differences.</summary>
    public override string ToString()
    {
        string[][] rows =
        [
            ["layer", "class", "module", "kind", ""],
            .. Matches.Select(static match =>
                new[]
                {
                    match.Layer ?? "(none)",
                    match.LayerClass,
                    match.Module ?? "(none)",
                    match.Kind,
                    match.Problem ?? string.Join(", ", match.Tensors),
                }
            ),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder table = new();
        foreach (string[] row in rows)
        {
            for (int column = 0; column < widths.Length; column++)
                table.Append(row[column].PadRight(widths[column] + 2));
            table.Append(CultureInfo.InvariantCulture, $"{row[^1]}\n");
        }

        foreach (string difference in Differences)
            table.Append(CultureInfo.InvariantCulture, $"differs: {difference}\n");
        return table.ToString();
    }
}

/// <summary>A layer and the module it went into.</summary>
/// <param name="Layer">The layer's path in Keras; null for a module without a layer.</param>
/// <param name="LayerClass">Its class.</param>
/// <param name="Module">The module's name; null for a layer without a module.</param>
/// <param name="Kind">The module's kind.</param>
/// <param name="Tensors">What was written, with PyTorch's shapes: <c>weight (6, 3, 3, 2)</c>.</param>
/// <param name="Problem">Why the two do not go together; null where they do.</param>
public sealed record KerasMatch(
    string? Layer,
    string LayerClass,
    string? Module,
    string Kind,
    IReadOnlyList<string> Tensors,
    string? Problem
);

/// <summary>A model's weights do not fit a module. Nothing was changed.</summary>
public sealed class KerasLoadException : FanwiseException
{
    /// <inheritdoc/>
    public KerasLoadException() { }

    /// <inheritdoc/>
    public KerasLoadException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public KerasLoadException(string message, Exception innerException)
        : base(message, innerException) { }

    internal KerasLoadException(string message, KerasLoad load)
        : base(message) => Load = load;

    /// <summary>What fits and what does not; null where nothing was compared.</summary>
    public KerasLoad? Load { get; }
}
