using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>Writes weights to a safetensors file: streaming, complete or absent.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a plan's weights and metadata.</summary>
    /// <param name="plan">What is written.</param>
    /// <param name="path">Where the file will be.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellation">Ends the work; nothing is left of the file.</param>
    /// <exception cref="CheckpointException">The weights do not fit the format, or the file cannot be written; nothing
    /// is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(
        WeightPlan plan,
        string path,
        WriteOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        Write(plan, plan.Metadata, path, options, cancellation);
    }

    /// <summary>Writes some weights, say those of one shard.</summary>
    /// <param name="weights">In any order; names must differ.</param>
    /// <param name="metadata">Strings about the file.</param>
    /// <param name="path">Where the file will be.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellation">Ends the work; nothing is left of the file.</param>
    /// <exception cref="CheckpointException">The weights do not fit the format, or the file cannot be written; nothing
    /// is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(
        IEnumerable<PlannedWeight> weights,
        IReadOnlyDictionary<string, string> metadata,
        string path,
        WriteOptions? options = null,
        CancellationToken cancellation = default
    ) => ImageWriter.Write(SafetensorsHeader.Image(weights, metadata), path, options ?? new(), cancellation);
}
