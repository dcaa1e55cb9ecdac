using Fanwise.Models.Plans;

namespace Fanwise.Models.Signals;

/// <summary>What is noted while a signal is followed through a network.</summary>
/// <param name="samples">So many samples go through it.</param>
internal sealed class SignalRun(int samples)
{
    private readonly List<SignalStep> _steps = [];
    private readonly SortedSet<string> _notFollowed = new(StringComparer.Ordinal);
    private bool _cut,
        _beginsAnew;

    public int Samples => samples;

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

    /// <summary>Notes that of a kernel a part of the outputs was computed.</summary>
    public void NoteCut() => _cut = true;

    /// <summary>Notes a class of layers that was not followed: the signal begins anew behind it.</summary>
    public void NoteNotFollowed(string className)
    {
        _notFollowed.Add(className);
        _beginsAnew = true;
    }

    /// <summary>Notes a step, and gives its outputs.</summary>
    public Cloud Step(PlannedCall call, PlannedWeight weight, double before, Cloud y)
    {
        _steps.Add(new(call.Path, call.ClassName, weight.Name, before, y.Variance, _beginsAnew));
        _beginsAnew = false;
        return y;
    }

    /// <summary>No signal comes out of here. A layer with a matrix has its place in the picture all the same.</summary>
    public Cloud? Gap(PlannedCall call)
    {
        if (call.Matrix is { } weight && (_steps.Count == 0 || _steps[^1].Path != call.Path))
            _steps.Add(new(call.Path, call.ClassName, weight.Name, null, null, true));
        return null;
    }
}
