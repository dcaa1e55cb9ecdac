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
