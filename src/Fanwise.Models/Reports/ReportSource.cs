using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Reports;

/// <summary>What a report is about: a plan, or the tensors of safetensors files. Files stay open until it is
/// disposed.</summary>
public sealed class ReportSource : IDisposable
{
    private readonly List<SafeFileHandle> _handles = [];

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

    /// <summary>The tensors of a safetensors file, or of all such files of a folder: those that its index names, where
    /// it has one.</summary>
    /// <exception cref="CheckpointException">A file cannot be read or is not what the format allows, two hold a tensor
    /// of one name, or the folder holds none.</exception>
    public static ReportSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReportSource source = new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))));
        try
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (string file in Files(path))
            {
                SafetensorsFile read = SafetensorsFile.Read(file);
                SafeFileHandle handle = File.OpenHandle(file);
                source._handles.Add(handle);
                foreach (SafetensorsEntry entry in read.Tensors)
                {
                    if (!names.Add(entry.Name))
                        throw CheckpointException.Malformed(
                            "A folder's files must hold tensors of different names; "
                                + $"'{VisibleText.Of(entry.Name)}' is in '{file}' and in another."
                        );
                    source.Tensors.Add(new StoredTensor(entry, handle, read.DataOffset, file));
                }
            }

            // A file's order is by type and name; a person's is by name, numbers by their value.
            source.Tensors.Sort(static (left, right) => NaturalOrder.Compare(left.Name, right.Name));
            return source;
        }
        catch (Exception exception)
        {
            source.Dispose();
            if (CheckpointException.IsSystems(exception))
                throw CheckpointException.From(exception, "read", path);
            throw;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles)
            handle.Dispose();
    }

    private static string[] Files(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        string[] indexes = Directory.GetFiles(path, "*.safetensors.index.json");
        string[] files =
            indexes.Length == 1
                ?
                [
                    .. SafetensorsIndex
                        .Read(indexes[0])
                        .WeightMap.Values.Distinct(StringComparer.Ordinal)
                        .Order(StringComparer.Ordinal)
                        .Select(name => Path.Combine(path, name)),
                ]
                : [.. Directory.GetFiles(path, "*.safetensors").Order(StringComparer.Ordinal)];
        return files.Length > 0
            ? files
            : throw CheckpointException.Request($"The folder '{path}' must hold .safetensors files; it holds none.");
    }
}
