namespace Fanwise.Generations;

/// <summary>What a <see cref="PythonValue"/> is.</summary>
public enum PythonKind
{
    /// <summary>An argument that was not given: its default holds.</summary>
    NotGiven,

    /// <summary><c>None</c>.</summary>
    None,

    /// <summary><c>bool</c>.</summary>
    Boolean,

    /// <summary><c>int</c>, unbounded.</summary>
    Integer,

    /// <summary><c>float</c>.</summary>
    Float,

    /// <summary><c>str</c>.</summary>
    Text,

    /// <summary><c>list</c>.</summary>
    List,

    /// <summary><c>dict</c> with keys of text, in their order.</summary>
    Dictionary,

    /// <summary>A <see cref="Streams.SeedGenerator"/>.</summary>
    SeedGenerator,
}
