namespace Fanwise.Models.Programs;

/// <summary>Which class of a model is built, and how.</summary>
public sealed record ProgramOptions
{
    /// <summary>The class, <c>LlamaForCausalLM</c>; the first of the configuration's <c>architectures</c> where it is
    /// null.</summary>
    public string? Architecture { get; init; }

    /// <summary>The element type asked for; by the release's own rule where it is null.</summary>
    public ElementType? ElementType { get; init; }

    /// <summary>Whether the class itself is called, <c>LlamaForCausalLM(config)</c>, which is always
    /// float32.</summary>
    public bool ByClass { get; init; }
}
