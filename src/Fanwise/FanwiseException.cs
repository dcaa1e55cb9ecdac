namespace Fanwise;

/// <summary>What kind of error it is, and by what it could be mended.</summary>
public enum FanwiseError
{
    /// <summary>What was asked for cannot be: the sentence says why.</summary>
    Request,

    /// <summary>Nothing has the name that was given; <see cref="FanwiseException.Suggestion"/> is the nearest that
    /// something has.</summary>
    UnknownName,

    /// <summary>An initializer has no seed, and no source of one: a seed would end it.</summary>
    MissingSeed,

    /// <summary>A layer is not known: its declaration would end it.</summary>
    MissingDeclaration,

    /// <summary>A file is the configuration of a PyTorch model: a program or rules would start it.</summary>
    NeedsProgram,

    /// <summary>What is there is not replaced or removed without being told to.</summary>
    TargetExists,

    /// <summary>What was read is not what its format allows.</summary>
    Malformed,

    /// <summary>The machine could not do it: no such folder, no permission, a full disk.</summary>
    InputOutput,
}

/// <summary>What the library refuses, or could not do: the message is one sentence with the rule, the place and the
/// received value.</summary>
public abstract class FanwiseException : Exception
{
    /// <summary>An error without a sentence.</summary>
    protected FanwiseException() { }

    /// <summary>An error with its sentence.</summary>
    /// <param name="message">The sentence; cut where it is very long.</param>
    protected FanwiseException(string message)
        : base(Sentences.Bounded(message)) { }

    /// <summary>An error with its sentence and cause.</summary>
    /// <param name="message">The sentence; cut where it is very long.</param>
    /// <param name="innerException">The cause; null where there is none.</param>
    protected FanwiseException(string message, Exception? innerException)
        : base(Sentences.Bounded(message), innerException) { }

    /// <summary>What kind of error it is.</summary>
    public FanwiseError Code { get; init; }

    /// <summary>The known name that an unknown one was perhaps meant to be; null where there is none.</summary>
    /// <remarks>It stands beside the message where that is the reference's own, to the letter.</remarks>
    public string? Suggestion { get; init; }
}
