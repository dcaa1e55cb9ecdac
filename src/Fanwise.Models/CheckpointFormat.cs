using System.Diagnostics.CodeAnalysis;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Keras;
using Fanwise.Models.Checkpoints.NumPy;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Checkpoints.TensorFlowJs;
using Fanwise.Models.Plans;

namespace Fanwise.Models;

/// <summary>A kind of file that weights are written to, chosen by name or by a path's ending.</summary>
public sealed class CheckpointFormat
{
    private readonly Func<WeightPlan, IReadOnlyList<(FileImage Image, string Name)>> _images;

    private CheckpointFormat(string name, string extension, string description, Func<WeightPlan, FileImage> image)
        : this(name, extension, description, plan => [(image(plan), "")], null) { }

    private CheckpointFormat(
        string name,
        string extension,
        string description,
        Func<WeightPlan, IReadOnlyList<(FileImage Image, string Name)>> images,
        FolderFiles? files
    ) => (Name, Extension, Description, _images, Files) = (name, extension, description, images, files);

    /// <summary>Every format; the first is the default.</summary>
    public static IReadOnlyList<CheckpointFormat> All { get; } =
    [
        new(
            "safetensors",
            ".safetensors",
            "safetensors, for every framework",
            static plan => SafetensorsHeader.Image(plan, plan.Metadata)
        ),
        new("weights.h5", ".weights.h5", "the weights file of Keras 3, for model.load_weights", KerasWeightsFile.Image),
        new(
            "tfjs",
            "",
            "a folder with model.json and shards, for TensorFlow.js",
            TensorFlowJsModel.Images,
            TensorFlowJsFiles.Row
        ),
        new("npz", ".npz", "a NumPy archive of one array per weight", NpzArchive.Image),
        new(
            "npy",
            ".npy",
            "a NumPy array, for a single weight",
            static plan =>
                plan.Count == 1
                    ? NpyHeader.Image(plan[0])
                    : throw CheckpointException.Request(
                        $"A .npy file holds one tensor; the plan has {plan.Count}: write .npz instead."
                    )
        ),
    ];

    /// <summary>The format's name, as <c>--format</c> takes it.</summary>
    public string Name { get; }

    /// <summary>How the paths of its files end; empty for a folder, whose format is named.</summary>
    public string Extension { get; }

    /// <summary>What it is, in a few words.</summary>
    public string Description { get; }

    /// <summary>Whether it is a folder of several files.</summary>
    public bool IsFolder => Files is not null;

    /// <summary>Which files of such a folder are the format's; null for a single file.</summary>
    internal FolderFiles? Files { get; }

    /// <summary>The format of this name.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public static CheckpointFormat Parse(string name) =>
        TryParse(name, out CheckpointFormat? format)
            ? format
            : throw CheckpointException.Request(
                $"A format is one of {string.Join(", ", All.Select(static format => format.Name))}; received "
                    + $"'{name}'{Nearest.End(name, All.Select(static format => format.Name))}"
            );

    /// <summary>The format of this name; false where there is none.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out CheckpointFormat? format)
    {
        format = All.FirstOrDefault(row => row.Name == name);
        return format is not null;
    }

    /// <summary>The format that a path's ending stands for.</summary>
    /// <exception cref="CheckpointException">It stands for none.</exception>
    public static CheckpointFormat Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] extensions =
        [
            .. All.Where(static format => !format.IsFolder).Select(static format => format.Extension),
        ];
        return All.FirstOrDefault(format =>
                !format.IsFolder && path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase)
            )
            ?? throw CheckpointException.Request(
                $"A weights file ends in {string.Join(", ", extensions)}, or its format is named; "
                    + $"received '{path}'{Nearest.End(Path.GetExtension(path), extensions)}"
            );
    }

    /// <summary>Writes a plan.</summary>
    /// <param name="plan">What is written.</param>
    /// <param name="path">Where the file or folder will be.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellation">Ends the work; nothing is left.</param>
    /// <exception cref="CheckpointException">The plan does not fit the format, or cannot be written; nothing is left of
    /// it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Write(
        WeightPlan plan,
        string path,
        WriteOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        options ??= new();
        IReadOnlyList<(FileImage Image, string Name)> images = Images(plan);
        if (Files is null)
        {
            ImageWriter.Write(images[0].Image, path, options, cancellation);
            return;
        }

        using AtomicFolder folder = AtomicFolder.Create(path, Files, options.Overwrite, options.Sync);
        ImageWriter.Write(
            [
                .. images.Select(file => new FileToWrite(
                    file.Image,
                    Path.Combine(folder.TemporaryPath, file.Name),
                    options.Overwrite
                )),
            ],
            options,
            null,
            cancellation
        );
        folder.Commit();
    }

    /// <summary>What the files of a plan will be, with their names in the folder; one without a name for a single
    /// file.</summary>
    /// <exception cref="CheckpointException">The plan does not fit the format.</exception>
    internal IReadOnlyList<(FileImage Image, string Name)> Images(WeightPlan plan) => _images(plan);
}
