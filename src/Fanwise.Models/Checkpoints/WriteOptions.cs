using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>How files are written; never what is in them.</summary>
public sealed record WriteOptions
{
    /// <summary>Whether existing files are replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether to wait until everything is on the disk before a file gets its name. Without it a power cut can
    /// leave a file that is not whole.</summary>
    public bool Sync { get; init; } = true;

    /// <summary>How many threads draw, at least 1. The bytes do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told of each change of the disk before it is made.</summary>
    internal BeforeDiskStep? BeforeStep { get; init; }

    /// <summary>Receives the number of bytes of tensors done so far, from several threads, never fewer than
    /// before.</summary>
    public IProgress<long>? Progress { get; init; }
}
