using Fanwise.Models.Layers.Families;
using Fanwise.Models.Plans;
using Fanwise.Models.Signals;

namespace Fanwise.Models.Reports;

/// <summary>What becomes of random input in a network that has just been initialised, layer by layer.</summary>
/// <remarks>
/// Activations are followed for a few samples with the weights themselves, positions taken as independent (the mean
/// field of He et al. 2015): every tap of a convolution sees another sample.
/// So sizes of images play no part. Batch normalisation works as in training. What cannot be followed (recurrence,
/// attention, custom layers) begins anew after it with variance 1.
/// </remarks>
internal static class SignalPropagation
{
    /// <summary>Multiplications that are affordable: a good half second.</summary>
    private const double Budget = 1 << 29;

    private const int MostSamples = 64,
        LeastSamples = 16;

    /// <summary>Follows random input through a plan; null where it holds no calls.</summary>
    public static SignalRun? Of(WeightPlan plan)
    {
        if (plan.Calls.Count == 0)
            return null;
        double products = plan.Calls.Sum(static call =>
            call.Weights.Values.Sum(static weight => Math.Min(Products.MaxElements, (double)weight.Shape.Elements))
        );
        SignalRun run = new((int)Math.Clamp(Budget / Math.Max(1, products), LeastSamples, MostSamples));
        Follow(plan.Calls, run);
        return run;
    }

    private static void Follow(IReadOnlyList<PlannedCall> calls, SignalRun run)
    {
        Cloud?[] clouds = new Cloud?[calls.Count];
        int[] last = new int[calls.Count]; // the last use of each output, after which it is let go
        for (int i = 0; i < calls.Count; i++)
            foreach (int input in calls[i].Inputs)
                if (input >= 0)
                    last[input] = i;
        for (int i = 0; i < calls.Count; i++)
        {
            Cloud?[] inputs = Array.ConvertAll(calls[i].Inputs, input => input >= 0 ? clouds[input] : null);
            clouds[i] = Call(calls[i], inputs, run);
            foreach (int input in calls[i].Inputs)
                if (input >= 0 && last[input] == i)
                    clouds[input] = null;
        }
    }

    private static Cloud? Call(PlannedCall call, Cloud?[] inputs, SignalRun run)
    {
        bool isKnown = inputs.Length > 0 && Array.IndexOf(inputs, null) < 0;
        SignalFlow? flow = LayerClasses.Find(call.ClassName)?.Signal;
        if (!isKnown && flow is not { TakesNoise: true })
            return run.Gap(call);
        if (flow?.Follow(new(call, inputs, run)) is { } output)
            return output;
        if (inputs.Length == 0)
            return null;
        run.NoteNotFollowed(call.ClassName);
        return run.Gap(call);
    }
}
