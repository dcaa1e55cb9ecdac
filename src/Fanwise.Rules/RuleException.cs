using System.Globalization;

namespace Fanwise.Rules;

/// <summary>Where something stands in a file of rules; lines and columns from 1.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
public readonly record struct RulePlace(string File, long Line, long Column)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}

/// <summary>What a file of rules, shapes or a configuration is refused for: one sentence that begins with the
/// place.</summary>
public sealed class RuleException : FanwiseException
{
    /// <inheritdoc/>
    public RuleException() { }

    /// <inheritdoc/>
    public RuleException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public RuleException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>An error at a place.</summary>
    internal RuleException(RulePlace place, string message)
        : base($"{place}: {message}") { }
}
