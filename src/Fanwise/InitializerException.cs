namespace Fanwise;

/// <summary>What an initializer refuses: the message is one sentence with the rule, the place and the received
/// value.</summary>
public sealed class InitializerException : FanwiseException
{
    /// <inheritdoc/>
    public InitializerException() { }

    /// <inheritdoc/>
    public InitializerException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public InitializerException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>The initializer that has no seed and no source of one; null where that is not what is wrong.</summary>
    public string? WithoutSeed
    {
        get;
        internal init
        {
            field = value;
            Code = FanwiseError.MissingSeed;
        }
    }
}
