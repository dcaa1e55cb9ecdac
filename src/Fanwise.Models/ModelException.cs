namespace Fanwise.Models;

/// <summary>What a model file or a request for its weights is refused for: the message is one sentence with the rule,
/// the place (layer, key) and the received value.</summary>
public sealed class ModelException : FanwiseException
{
    /// <inheritdoc/>
    public ModelException() { }

    /// <inheritdoc/>
    public ModelException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public ModelException(string message, Exception innerException)
        : base(message, innerException) { }
}
