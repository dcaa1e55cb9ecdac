namespace Fanwise.Draws;

/// <summary>What a draw's standard values are, before they are multiplied and added to.</summary>
public enum DrawKind
{
    /// <summary>u on [0, 1), by the bits of a fraction.</summary>
    Uniform,

    /// <summary>z, by Box and Muller's transform.</summary>
    Normal,

    /// <summary>z with |z| &lt; 2, by rejection.</summary>
    TruncatedNormal,

    /// <summary>Integers: all that the element type holds, or those of a range.</summary>
    Integer,
}
