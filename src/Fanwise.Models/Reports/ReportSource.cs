using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Reports;

/// <summary>What a report is about: a plan, or the tensors of files. Files stay open until it is
/// disposed.</summary>
public sealed class ReportSource : IDisposable
{
    private CheckpointReader? _checkpoint;

    private ReportSource(string title) => Title = title;

    /// <summary>The heading.</summary>
    public string Title { get; }

    internal PlanExplanation? Explanation { get; private init; }

    internal List<ReportTensor> Tensors { get; } = [];

    /// <summary>The weights of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="title">The heading: the model's name.</param>
    public static ReportSource Of(WeightPlan plan, string title)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ReportSource source = new(title) { Explanation = plan.Explain() };
        foreach (PlannedWeight weight in plan)
            source.Tensors.Add(new DrawnTensor(weight.Name, weight.Values));
        return source;
    }

    /// <summary>The tensors of a file or folder of any format that is read.</summary>
    /// <exception cref="CheckpointException">A file cannot be read or is not what its format allows, two hold a tensor
    /// of one name, or the folder holds none.</exception>
    public static ReportSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckpointReader checkpoint = CheckpointReader.OpenLoose(path);
        ReportSource source = new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))))
        {
            _checkpoint = checkpoint,
        };
        // A file's order is by type and name; a person's is by name, numbers by their value.
        source.Tensors.AddRange(
            checkpoint
                .Tensors.Select(static tensor => new ReadTensor(tensor))
                .Order(Comparer<ReadTensor>.Create(static (left, right) => NaturalOrder.Compare(left.Name, right.Name)))
        );
        return source;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _checkpoint?.Dispose();
}
