namespace Fanwise.Models.Checkpoints.Verification;

/// <summary>A place where a checkpoint is not what its plan gives.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Index">Where in the tensor, an index for each dimension; null where the tensor itself is missing,
/// foreign, or of another type or shape.</param>
/// <param name="Expected">What the plan gives: a value and its bits, or type and shape.</param>
/// <param name="Found">What the file holds.</param>
public sealed record CheckpointDifference(string Tensor, IReadOnlyList<long>? Index, string Expected, string Found)
{
    /// <summary>One sentence.</summary>
    public override string ToString() =>
        $"'{Tensor}' differs{(Index is null ? "" : $" at [{string.Join(", ", Index)}]")}: expected "
        + $"{Expected}, found {Found}.";
}

/// <summary>What a verification found.</summary>
public sealed record CheckpointReport
{
    /// <summary>The files that were read.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>How many tensors they hold.</summary>
    public required int Tensors { get; init; }

    /// <summary>How many bytes of tensors were compared with the plan; 0 without a plan.</summary>
    public long ComparedBytes { get; init; }

    /// <summary>The first difference, in the order of the files; null where there is none.</summary>
    public CheckpointDifference? FirstDifference { get; init; }

    /// <summary>How many tensors differ.</summary>
    public int DifferentTensors { get; init; }

    /// <summary>How many elements differ, of tensors that have the right type and shape.</summary>
    public long DifferentElements { get; init; }

    /// <summary>What is allowed and still strange, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether nothing differs.</summary>
    public bool Holds => FirstDifference is null;
}
