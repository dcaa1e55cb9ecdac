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

    /// <summary>What a file says of itself, or else the plan.</summary>
    internal IReadOnlyDictionary<string, string> Metadata =>
        _checkpoint?.Metadata ?? Explanation?.Plan.Metadata ?? new SortedDictionary<string, string>();

    /// <summary>What was found in tensors by whoever judged them; null where the page judges by itself.</summary>
    internal ILookup<string, ReportNote>? Notes { get; private init; }

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

    /// <summary>The tensors of a file or folder, held against what they should begin as.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="expected">What each tensor should be; only its distributions are looked at, not its seed.</param>
    /// <param name="notes">What was found wrong.</param>
    /// <inheritdoc cref="Open(string)"/>
    public static ReportSource Open(string path, WeightPlan expected, IEnumerable<ReportNote> notes)
    {
        ArgumentNullException.ThrowIfNull(expected);
        using ReportSource file = Open(path);
        Dictionary<string, ReportTensor> stored = file.Tensors.ToDictionary(
            static tensor => tensor.Name,
            StringComparer.Ordinal
        );
        WeightPlan present = expected.Only(weight => stored.ContainsKey(weight.Name));
        ReportSource source = new(file.Title)
        {
            _checkpoint = file._checkpoint,
            Explanation = present.Explain(),
            Notes = notes.ToLookup(static note => note.Tensor, StringComparer.Ordinal),
        };
        file._checkpoint = null; // the new source's to close
        foreach (PlannedWeight weight in present)
        {
            source.Tensors.Add(((ReadTensor)stored[weight.Name]).Expecting(DeclaredDistribution.Of(weight.Values)));
            stored.Remove(weight.Name);
        }

        source.Tensors.AddRange(file.Tensors.Where(tensor => stored.ContainsKey(tensor.Name)));
        return source;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _checkpoint?.Dispose();
}

/// <summary>Something that was found in a tensor.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Code">A short name of what was looked at.</param>
/// <param name="Sentence">What is wrong.</param>
public sealed record ReportNote(string Tensor, string Code, string Sentence);
