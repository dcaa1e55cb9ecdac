namespace Fanwise.Models.Workers;

/// <summary>One of the processes that write a checkpoint together. It decides who writes what, never what is
/// written.</summary>
public readonly record struct Worker
{
    /// <summary>Worker <paramref name="index"/> of <paramref name="count"/>, counted from 0.</summary>
    /// <exception cref="CheckpointException">The index does not lie in [0, count).</exception>
    public Worker(int index, int count)
    {
        if (count < 1)
            throw CheckpointException.Request($"There is at least one worker; received {count}.");
        if (index < 0 || index >= count)
            throw CheckpointException.Request(
                $"The workers of {count} are numbered 0 to {count - 1}; received {index}."
            );
        (Index, Count) = (index, count);
    }

    /// <summary>The only worker: it writes everything.</summary>
    public static Worker Alone => new(0, 1);

    /// <summary>Its number, from 0.</summary>
    public int Index { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>"worker 2 of 8", counted from 0.</summary>
    public override string ToString() => $"worker {Index} of {Count}";
}
