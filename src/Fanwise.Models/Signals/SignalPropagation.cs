using Fanwise.Models.Layers;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Signals;

/// <summary>The strength of a signal at one layer with weights.</summary>
/// <param name="Path">The layer.</param>
/// <param name="ClassName">Its class.</param>
/// <param name="Weight">The name of its kernel.</param>
/// <param name="Before">The mean square of its inputs; null where it was not followed.</param>
/// <param name="Variance">The variance of its outputs, before an activation; null where it was not followed.</param>
/// <param name="BeginsAnew">Whether something before it was not followed, so that it does not go on from the step
/// before it.</param>
internal sealed record SignalStep(
    string Path,
    string ClassName,
    string Weight,
    double? Before,
    double? Variance,
    bool BeginsAnew
);

/// <summary>What becomes of random input in a network that has just been initialised, layer by layer.</summary>
/// <remarks>
/// Activations are followed for a few samples with the weights themselves, positions taken as independent (the mean
/// field of He et al. 2015): every tap of a convolution sees another sample.
/// So sizes of images play no part. Batch normalisation works as in training. What cannot be followed (recurrence,
/// attention, custom layers) begins anew after it with variance 1.
/// </remarks>
internal sealed class SignalPropagation
{
    /// <summary>Multiplications that are affordable: a good half second.</summary>
    private const double Budget = 1 << 29;

    private const int MostSamples = 64,
        LeastSamples = 16;

    private readonly List<SignalStep> _steps = [];
    private readonly SortedSet<string> _notFollowed = new(StringComparer.Ordinal);
    private bool _cut,
        _beginsAnew;

    private SignalPropagation(int samples) => Samples = samples;

    public int Samples { get; }

    /// <summary>Of the input; no weight depends on it.</summary>
    public Random Random { get; } = new(20260101);

    public IReadOnlyList<SignalStep> Steps => _steps;

    /// <summary>What was left out, in sentences.</summary>
    public string Note =>
        string.Join(
            ' ',
            new[]
            {
                _notFollowed.Count > 0
                    ? "Not followed: "
                        + $"{string.Join(", ", _notFollowed.Take(8))}{(_notFollowed.Count > 8 ? " and others" : "")}; "
                        + "after them the signal begins anew with variance 1."
                    : null,
                _cut ? "Of very large kernels a part of the outputs was computed." : null,
            }.OfType<string>()
        );

    /// <summary>Follows random input through a plan; null where it holds no calls.</summary>
    public static SignalPropagation? Of(WeightPlan plan)
    {
        if (plan.Calls.Count == 0)
            return null;
        double products = plan.Calls.Sum(static call =>
            call.Weights.Values.Sum(static weight => Math.Min(Products.MaxElements, (double)weight.Shape.Elements))
        );
        SignalPropagation propagation = new((int)Math.Clamp(Budget / Math.Max(1, products), LeastSamples, MostSamples));
        propagation.Run(plan.Calls);
        return propagation;
    }

    /// <summary>Notes that of a kernel a part of the outputs was computed.</summary>
    public void NoteCut() => _cut = true;

    /// <summary>Notes a step, and gives its outputs.</summary>
    public Cloud Step(PlannedCall call, PlannedWeight weight, double before, Cloud y)
    {
        _steps.Add(new(call.Path, call.ClassName, weight.Name, before, y.Variance, _beginsAnew));
        _beginsAnew = false;
        return y;
    }

    private void Run(IReadOnlyList<PlannedCall> calls)
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
            clouds[i] = Call(calls[i], inputs);
            foreach (int input in calls[i].Inputs)
                if (input >= 0 && last[input] == i)
                    clouds[input] = null;
        }
    }

    private Cloud? Call(PlannedCall call, Cloud?[] inputs)
    {
        bool isKnown = inputs.Length > 0 && Array.IndexOf(inputs, null) < 0;
        SignalFlow? flow = LayerClasses.Find(call.ClassName)?.Signal;
        if (!isKnown && flow is not { TakesNoise: true })
            return Gap(call);
        if (flow?.Follow(new(call, inputs, this)) is { } output)
            return output;
        if (inputs.Length == 0)
            return null;
        _notFollowed.Add(call.ClassName);
        _beginsAnew = true;
        return Gap(call);
    }

    /// <summary>No signal comes out of here. A layer with a matrix has its place in the picture all the same.</summary>
    private Cloud? Gap(PlannedCall call)
    {
        if (call.Matrix is { } weight && (_steps.Count == 0 || _steps[^1].Path != call.Path))
            _steps.Add(new(call.Path, call.ClassName, weight.Name, null, null, true));
        return null;
    }
}
