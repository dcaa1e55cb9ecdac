using Fanwise.Models.Checkpoints.NumPy;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints;

/// <summary>A kind of file that weights are written to, chosen by name or by a path's ending.</summary>
public sealed class CheckpointFormat
{
    private readonly Func<WeightPlan, FileImage> _image;

    private CheckpointFormat(string name, string extension, string description, Func<WeightPlan, FileImage> image) =>
        (Name, Extension, Description, _image) = (name, extension, description, image);

    /// <summary>Every format; the first is the default.</summary>
    public static IReadOnlyList<CheckpointFormat> All { get; } =
    [
        new("safetensors", ".safetensors", "safetensors, for every framework", static plan => SafetensorsHeader.Image(plan, plan.Metadata)),
        new("npz", ".npz", "NumPy archive of one array per weight", NpzArchive.Image),
        new("npy", ".npy", "NumPy array, for a single weight", static plan => plan.Count == 1
            ? NpyHeader.Image(plan[0])
            : throw CheckpointException.Request($"A .npy file holds one tensor; the plan has {plan.Count}: write .npz instead.")),
    ];

    /// <summary>The format's name, as <c>--format</c> takes it.</summary>
    public string Name { get; }

    /// <summary>How the paths of its files end.</summary>
    public string Extension { get; }

    /// <summary>What it is, in a few words.</summary>
    public string Description { get; }

    /// <summary>The format of this name.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public static CheckpointFormat Parse(string name) => All.FirstOrDefault(format => format.Name == name)
        ?? throw CheckpointException.Request($"A format is one of {string.Join(", ", All.Select(static format => format.Name))}; received '{name}'.");

    /// <summary>The format that a path's ending stands for.</summary>
    /// <exception cref="CheckpointException">It stands for none.</exception>
    public static CheckpointFormat Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return All.FirstOrDefault(format => path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase))
            ?? throw CheckpointException.Request($"A weights file ends in {string.Join(", ", All.Select(static format => format.Extension))}, or its format is given; received '{path}'.");
    }

    /// <summary>Writes a plan.</summary>
    /// <param name="plan">What is written.</param>
    /// <param name="path">Where it will be.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellation">Ends the work; nothing is left.</param>
    /// <exception cref="CheckpointException">The plan does not fit the format, or cannot be written; nothing is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Write(WeightPlan plan, string path, WriteOptions? options = null, CancellationToken cancellation = default) => ImageWriter.Write(_image(plan), path, options ?? new(), cancellation);
}
