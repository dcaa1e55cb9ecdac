namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Begin">Where its bytes begin, from the start of the data.</param>
/// <param name="End">Where they end.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, Shape Shape, long Begin, long End);
