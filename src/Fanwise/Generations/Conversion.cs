namespace Fanwise.Generations;

/// <summary>An initializer that was read or converted, and what was dropped or changed in meaning on the way.</summary>
/// <param name="Initializer">The initializer.</param>
/// <param name="Notes">One sentence for each thing that is no longer what it was.</param>
public sealed record Conversion(ConfiguredInitializer Initializer, IReadOnlyList<string> Notes);
