using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Signals;

/// <summary>A layer's call with the samples that come to it.</summary>
/// <param name="call">The call.</param>
/// <param name="inputs">What its inputs are; null for those that were not followed.</param>
/// <param name="run">Of which network.</param>
internal sealed class SignalCall(PlannedCall call, Cloud?[] inputs, SignalRun run)
{
    /// <summary>No signal has more channels.</summary>
    public const int MaxChannels = 1 << 20;

    public PlannedCall Call => call;

    public Configuration Config => call.Config;

    public Random Random => run.Random;

    public int Samples => run.Samples;

    /// <summary>The inputs of a layer that does not take noise: all are known.</summary>
    public Cloud[] Inputs => inputs!;

    /// <summary>The first input of a layer that does not take noise.</summary>
    public Cloud First => inputs[0]!;

    /// <summary>The first input, or null where it was not followed.</summary>
    public Cloud? FirstOrNull => inputs.Length > 0 ? inputs[0] : null;

    /// <summary>Of a kernel that is too large, a part of the outputs was computed.</summary>
    public void NoteCut() => run.NoteCut();

    /// <summary>A step of the picture: what a weight made of its inputs.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="before">The mean square of the inputs.</param>
    /// <param name="y">The outputs.</param>
    /// <returns>The outputs.</returns>
    public Cloud Step(PlannedWeight weight, double before, Cloud y) => run.Step(call, weight, before, y);

    /// <summary>All values of a weight; null where the layer has none of this name, or it is too long.</summary>
    public float[]? Vector(string name) =>
        call.Weights.TryGetValue(name, out PlannedWeight? weight) && weight.Shape.Elements is > 0 and <= MaxChannels
            ? WeightReader.Of(weight)?.All()
            : null;
}
