namespace Fanwise.Models.Workers;

/// <summary>What a worker does with shards of its plan that are there already.</summary>
public enum Resume
{
    /// <summary>It refuses to go on.</summary>
    No,

    /// <summary>It keeps those whose length and header, with the plan's digest in it, are right, and writes the others
    /// again.</summary>
    ByHeader,

    /// <summary>It keeps those whose every byte is right, and writes the others again.</summary>
    ByBytes,
}
