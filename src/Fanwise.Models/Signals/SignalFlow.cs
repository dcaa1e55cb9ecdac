namespace Fanwise.Models.Signals;

/// <summary>How a signal goes through a class of layers: a column of the class's row.</summary>
/// <param name="Follow">What the layer gives; null where it cannot be followed.</param>
/// <param name="TakesNoise">Whether noise takes the place of inputs that were not followed: so a layer with a
/// kernel, and the input.</param>
internal sealed record SignalFlow(Func<SignalCall, Cloud?> Follow, bool TakesNoise = false);
