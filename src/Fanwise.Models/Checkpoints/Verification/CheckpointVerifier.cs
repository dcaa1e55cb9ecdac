using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Microsoft.Win32.SafeHandles;

namespace Fanwise.Models.Checkpoints.Verification;

/// <summary>Reads checkpoints again: well-formed, complete and, given a plan, byte for byte what it gives.</summary>
public static class CheckpointVerifier
{
    /// <summary>Verifies a file or folder.</summary>
    /// <param name="path">A file of any format, an index, or the folder of a sharded checkpoint or of
    /// TensorFlow.js.</param>
    /// <param name="plan">What the weights should be; null to look at the files alone, which safetensors allow.</param>
    /// <param name="format">The format; null to tell it by the path, or by what a folder holds.</param>
    /// <param name="options">How many threads, and the progress.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The first difference and how many there are.</returns>
    /// <exception cref="CheckpointException">A file is missing or cannot be read; it is malformed; the format cannot be
    /// verified without a plan, or cannot hold it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CheckpointReport Verify(
        string path,
        WeightPlan? plan = null,
        CheckpointFormat? format = null,
        WriteOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        format ??= FormatOf(path);
        try
        {
            if (format == CheckpointFormat.All[0])
                return VerifySafetensors(SafetensorsFolder.Read(path), plan, options, cancellation);
            return VerifyImages(
                path,
                format,
                plan
                    ?? throw CheckpointException.Request(
                        $"A file of the format {format.Name} is verified against a model and seed; received none."
                    ),
                options,
                cancellation
            );
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    private static CheckpointFormat FormatOf(string path) =>
        Directory.Exists(path)
            ? File.Exists(Path.Combine(path, TensorFlowJs.TensorFlowJsModel.ModelName))
                ? CheckpointFormat.Parse("tfjs")
                : CheckpointFormat.All[0]
            : path.EndsWith(".json", StringComparison.Ordinal)
                ? CheckpointFormat.All[0]
                : CheckpointFormat.Of(path);

    /// <summary>Tensors by name, whatever the order, the metadata and the cut into files.</summary>
    private static CheckpointReport VerifySafetensors(
        SafetensorsFolder folder,
        WeightPlan? plan,
        WriteOptions options,
        CancellationToken cancellation
    )
    {
        using Comparison comparison = new();
        if (plan is not null)
        {
            Dictionary<string, PlannedWeight> left = plan.ToDictionary(
                static weight => weight.Name,
                StringComparer.Ordinal
            );
            foreach ((string path, SafetensorsFile file) in folder.Files)
            foreach (SafetensorsEntry tensor in file.Tensors)
            {
                string found = $"{tensor.Type.ElementType?.Name() ?? tensor.Type.Name} {tensor.Shape}";
                if (!left.Remove(tensor.Name, out PlannedWeight? weight))
                    comparison.AddStructural(tensor.Name, "no such tensor", found);
                else if (tensor.Type.ElementType != weight.ElementType || tensor.Shape != weight.Shape)
                    comparison.AddStructural(tensor.Name, $"{weight.ElementType.Name()} {weight.Shape}", found);
                else
                    comparison.Add(path, new(tensor.Name, weight.Values, file.DataOffset + tensor.Begin));
            }

            foreach (PlannedWeight weight in plan.Where(weight => left.ContainsKey(weight.Name)))
                comparison.AddStructural(weight.Name, $"{weight.ElementType.Name()} {weight.Shape}", "no such tensor");
            comparison.Run(options, cancellation);
        }

        return Report(
            comparison,
            [.. folder.Files.Select(static file => file.Path)],
            folder.Files.Sum(static file => file.File.Tensors.Count),
            [
                .. folder.Files.SelectMany(static file => file.File.Warnings),
                .. folder.Files.Select(file => MetadataWarning(file.Path, file.File, plan)).OfType<string>(),
            ]
        );
    }

    /// <summary>Metadata that say something else than the plan; files without any were written by others.</summary>
    private static string? MetadataWarning(string path, SafetensorsFile file, WeightPlan? plan)
    {
        foreach (
            (string key, string value) in file.Metadata.Count > 0 && plan is not null
                ? plan.Metadata
                : new Dictionary<string, string>()
        )
            if (file.Metadata.GetValueOrDefault(key) is var found && found != value)
                return $"The metadata of '{path}' have {(found is null ? $"no '{key}'" : $"'{found}' as '{key}'")}; the plan has '{value}'.";
        return null;
    }

    /// <summary>The very bytes that the format's writer gives.</summary>
    private static CheckpointReport VerifyImages(
        string path,
        CheckpointFormat format,
        WeightPlan plan,
        WriteOptions options,
        CancellationToken cancellation
    )
    {
        using Comparison comparison = new();
        IReadOnlyList<(FileImage Image, string Name)> images = format.Images(plan);
        List<(FileImage Image, string Path)> files =
        [
            .. images.Select(file => (file.Image, format.IsFolder ? Path.Combine(path, file.Name) : path)),
        ];
        List<PieceChecksum?> checksums = [];
        foreach ((FileImage image, string file) in files)
        {
            if (!File.Exists(file))
                throw new CheckpointException(CheckpointError.InputOutput, $"'{file}' is missing.");
            long length = new FileInfo(file).Length;
            if (length != image.Length)
                throw CheckpointException.Malformed(
                    $"'{file}' must have {image.Length} bytes for this model; it has {length}."
                );
            foreach (TensorPiece piece in image.Pieces)
            {
                comparison.Add(file, piece);
                checksums.Add(image.NeedsChecksums ? new(piece.Length) : null);
            }
        }

        comparison.Run(options, cancellation, (piece, start, bytes) => checksums[piece]?.Add(start, bytes));
        int first = 0;
        foreach ((FileImage image, string file) in files)
        {
            uint[] sums = image.NeedsChecksums
                ? [.. checksums.Skip(first).Take(image.Pieces.Count).Select(static checksum => checksum!.Value)]
                : [];
            first += image.Pieces.Count;
            using SafeFileHandle handle = File.OpenHandle(file);
            foreach (Literal literal in image.Literals(sums))
                CheckLiteral(handle, literal, file);
        }

        return Report(comparison, [.. files.Select(static file => file.Path)], plan.Count, []);
    }

    private static void CheckLiteral(SafeFileHandle handle, Literal literal, string path)
    {
        byte[] found = GC.AllocateUninitializedArray<byte>(literal.Bytes.Length);
        Comparison.Read(handle, literal.Offset, found, path);
        int same = literal.Bytes.Span.CommonPrefixLength(found);
        if (same < found.Length)
            throw CheckpointException.Malformed(
                $"The names and tables of '{path}' are not those of this model: they differ at byte "
                    + $"{literal.Offset + same}."
            );
    }

    private static CheckpointReport Report(Comparison comparison, string[] files, int tensors, string[] warnings) =>
        new()
        {
            Files = files,
            Tensors = tensors,
            ComparedBytes = comparison.ComparedBytes,
            FirstDifference = comparison.First,
            DifferentTensors = comparison.Tensors,
            DifferentElements = comparison.Elements,
            Warnings = warnings,
        };
}
