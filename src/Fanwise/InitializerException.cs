namespace Fanwise;

/// <summary>What an initializer refuses: the message is one sentence with the rule, the place and the received
/// value.</summary>
public sealed class InitializerException : ArgumentException
{
    /// <summary>An error without a sentence.</summary>
    public InitializerException() { }

    /// <summary>An error with its sentence.</summary>
    public InitializerException(string message)
        : base(Sentences.Bounded(message)) { }

    /// <summary>An error with its sentence and cause.</summary>
    public InitializerException(string message, Exception innerException)
        : base(Sentences.Bounded(message), innerException) { }

    /// <summary>The known name that an unknown one was perhaps meant to be; null where there is none.</summary>
    /// <remarks>It stands beside the message where that is the reference's own, to the letter.</remarks>
    internal string? Suggestion { get; init; }

    /// <summary>The initializer that has no seed and no source of one; null where that is not what is wrong.</summary>
    internal string? WithoutSeed { get; init; }
}
