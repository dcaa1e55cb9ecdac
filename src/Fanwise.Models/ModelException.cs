namespace Fanwise.Models;

/// <summary>What a model file or a request for its weights is refused for: the message is one sentence with the rule,
/// the place (layer, key) and the received value.</summary>
public sealed class ModelException : Exception
{
    /// <summary>Whether a declaration of the layer (<see cref="CustomLayers"/>) would end it.</summary>
    public bool AsksForDeclaration { get; init; }

    /// <summary>Whether the file is the configuration of a PyTorch model, for which programs and rules are.</summary>
    public bool AsksForProgram { get; init; }

    /// <summary>An error without a sentence.</summary>
    public ModelException() { }

    /// <summary>An error with its sentence.</summary>
    public ModelException(string message)
        : base(Sentences.Bounded(message)) { }

    /// <summary>An error with its sentence and cause.</summary>
    public ModelException(string message, Exception innerException)
        : base(Sentences.Bounded(message), innerException) { }
}
