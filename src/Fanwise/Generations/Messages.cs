namespace Fanwise.Generations;

/// <summary>The sentences in which a generation refuses: data of its table, {0} being the received value.</summary>
/// <remarks>Where the reference prints a Python set, whose order is arbitrary, ours is sorted.</remarks>
internal sealed record Messages
{
    public required string Scale { get; init; }

    public required string Mode { get; init; }

    public required string Distribution { get; init; }

    /// <summary>Whether mode and distribution are shown as <c>repr</c> has them, with quotes.</summary>
    public bool ShowsRepresentation { get; init; }

    public required string NotFloating { get; init; }

    public required string UnknownDtype { get; init; }

    /// <summary>{0} the class, {1} the keyword.</summary>
    public required string UnexpectedKeyword { get; init; }

    /// <summary>{0} the class, {1} the keyword.</summary>
    public required string UnexpectedCallKeyword { get; init; }

    /// <summary>{0} the shape, {1} its rank.</summary>
    public required string OrthogonalRank { get; init; }

    /// <summary>{0} the shape, {1} its rank.</summary>
    public required string IdentityRank { get; init; }

    /// <summary>Whether a shape is shown as a list, [3], not as a tuple, (3,).</summary>
    public bool ShowsLists { get; init; }

    /// <summary>{0} the class.</summary>
    public string NoPartitions { get; init; } = "";

    /// <summary>A number that the call's dtype cannot hold: {0} the dtype's name, {1} the value, {2} its
    /// type.</summary>
    public required string Conversion { get; init; }

    /// <summary>More constants than elements: {0} how many there may be, {1} how many there are.</summary>
    public string TooManyElements { get; init; } = "Too many elements provided. Takes at most {0}, but got {1}";

    public required string UnknownInitializer { get; init; }

    public required string NotAnIdentifier { get; init; }

    /// <summary>{0} the class, {1} the keyword, of a function.</summary>
    public string UnexpectedFunctionKeyword { get; init; } = "{0}() got an unexpected keyword argument '{1}'";
}
