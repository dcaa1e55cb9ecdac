using Fanwise.Models.Files;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.Verification;

/// <summary>Reads checkpoints again: well-formed, complete and, given a plan, byte for byte what it gives.</summary>
public static class CheckpointVerifier
{
    /// <summary>Of a file that we wrote, at most so many bytes of names and tables were altered by damage; more are
    /// another writer's.</summary>
    private const int MostDamage = 64;

    /// <summary>Verifies a file or folder.</summary>
    /// <param name="path">A file of any format, an index, or the folder of a sharded checkpoint or of
    /// TensorFlow.js.</param>
    /// <param name="plan">What the weights should be; null to look at the files alone.</param>
    /// <param name="format">The format that its writer gives; null to tell it by the path.</param>
    /// <param name="options">How many threads, and the progress.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The first difference and how many there are.</returns>
    /// <remarks>What this library wrote is compared byte for byte, names and tables included; what others wrote, tensor
    /// by tensor.</remarks>
    /// <exception cref="CheckpointException">A file is missing or cannot be read; it is malformed; the format cannot
    /// hold the plan.</exception>
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
        try
        {
            if (plan is not null && OurImages(path, format ?? FormatOf(path), plan) is { } images)
                return VerifyImages(images, plan, options, cancellation);
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            return VerifyTensors(checkpoint, plan, options, cancellation);
        }
        catch (Exception exception) when (CheckpointException.IsSystems(exception))
        {
            throw CheckpointException.From(exception, "read", path);
        }
    }

    /// <summary>The format of what we write at a path; null where it is none, or safetensors, whose order, metadata and
    /// cut into files are free.</summary>
    private static CheckpointFormat? FormatOf(string path) =>
        CheckpointFormat
            .All.Skip(1)
            .FirstOrDefault(format =>
                format.IsFolder
                    ? File.Exists(Path.Combine(path, TensorFlowJs.TensorFlowJsModel.ModelName))
                    : path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase)
            );

    /// <summary>Tensors by name or place, whatever the order, the metadata and the cut into files.</summary>
    private static CheckpointReport VerifyTensors(
        CheckpointReader checkpoint,
        WeightPlan? plan,
        WriteOptions options,
        CancellationToken cancellation
    )
    {
        checkpoint.Check(cancellation);
        using Comparison comparison = new();
        if (plan is not null)
        {
            StoredNames names = new(plan, checkpoint.Tensors);
            HashSet<PlannedWeight> left = [.. plan];
            foreach (StoredTensor tensor in checkpoint.Tensors)
            {
                string found = $"{tensor.Type} {tensor.Shape}";
                PlannedWeight? weight = names.Find(tensor);
                if (weight is null)
                    comparison.AddStructural(tensor.Name, "no such tensor", found);
                else if (tensor.Type != weight.ElementType.Name() || tensor.Shape != weight.Shape)
                    comparison.AddStructural(tensor.Name, $"{weight.ElementType.Name()} {weight.Shape}", found);
                else if (tensor.Values is not null)
                    comparison.Add(tensor, weight.Values);
                if (weight is not null)
                    left.Remove(weight);
            }

            foreach (PlannedWeight weight in plan.Where(left.Contains))
                if (!names.IsMerged(weight))
                    comparison.AddStructural(
                        weight.Name,
                        $"{weight.ElementType.Name()} {weight.Shape}",
                        "no such tensor"
                    );
            comparison.Run(options, cancellation);
        }

        return Report(
            comparison,
            checkpoint.Files,
            checkpoint.Tensors.Count,
            [.. checkpoint.Warnings, .. MetadataWarnings(checkpoint, plan)]
        );
    }

    /// <summary>Metadata that say something else than the plan; files without any were written by others.</summary>
    private static IEnumerable<string> MetadataWarnings(CheckpointReader checkpoint, WeightPlan? plan)
    {
        foreach ((string path, IReadOnlyDictionary<string, string> metadata) in checkpoint.Labels)
        foreach (
            (string key, string value) in metadata.Count > 0 && plan is not null
                ? plan.Metadata
                : new Dictionary<string, string>()
        )
            if (metadata.GetValueOrDefault(key) is var found && found != value)
            {
                yield return $"The metadata of '{path}' have "
                    + $"{(found is null ? $"no '{key}'" : $"'{found}' as '{key}'")}; "
                    + $"the plan has '{value}'.";
                break;
            }
    }

    /// <summary>The files that the format's writer gives, where these are such: of the same lengths, and with the same
    /// names and tables but for damage; else null.</summary>
    private static List<(FileImage Image, string Path)>? OurImages(
        string path,
        CheckpointFormat? format,
        WeightPlan plan
    )
    {
        if (format is null || format == CheckpointFormat.All[0])
            return null;
        List<(FileImage Image, string Path)> files;
        try
        {
            files =
            [
                .. format
                    .Images(plan)
                    .Select(file => (file.Image, format.IsFolder ? Path.Combine(path, file.Name) : path)),
            ];
        }
        catch (CheckpointException error) when (error.Code == FanwiseError.Request)
        {
            return null; // our writer cannot hold the plan, so that another wrote the file
        }

        return files.TrueForAll(static file => IsOurs(file.Image, file.Path)) ? files : null;
    }

    private static bool IsOurs(FileImage image, string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != image.Length)
            return false;
        using FileSource source = FileSource.Open(path);
        // Checksums are not known yet: all their bytes, which a table has twice, may differ.
        long allowed = MostDamage + (image.NeedsChecksums ? 2L * sizeof(uint) * image.Pieces.Count : 0);
        foreach (Literal literal in image.Literals(new uint[image.Pieces.Count]))
        {
            byte[] found = Read(source, literal);
            for (int i = 0; i < found.Length; i++)
                if (found[i] != literal.Bytes.Span[i] && --allowed < 0)
                    return false;
        }

        return true;
    }

    /// <summary>The very bytes that the format's writer gives.</summary>
    private static CheckpointReport VerifyImages(
        List<(FileImage Image, string Path)> files,
        WeightPlan plan,
        WriteOptions options,
        CancellationToken cancellation
    )
    {
        List<FileSource> sources = [.. files.Select(static file => FileSource.Closed(file.Path, file.Image.Length))];
        using Comparison comparison = new();
        List<PieceChecksum?> checksums = [];
        for (int file = 0; file < files.Count; file++)
            foreach (TensorPiece piece in files[file].Image.Pieces)
            {
                comparison.Add(sources[file], piece);
                checksums.Add(files[file].Image.NeedsChecksums ? new(piece.Length) : null);
            }

        comparison.Run(options, cancellation, (piece, start, bytes) => checksums[piece]?.Add(start, bytes));
        CheckpointReport report = Report(comparison, [.. files.Select(static file => file.Path)], plan.Count, []);
        if (!report.Holds)
            return report; // the checksums in the tables are then other ones, too
        int first = 0;
        for (int file = 0; file < files.Count; file++)
        {
            FileImage image = files[file].Image;
            uint[] sums = image.NeedsChecksums
                ? [.. checksums.Skip(first).Take(image.Pieces.Count).Select(static checksum => checksum!.Value)]
                : [];
            first += image.Pieces.Count;
            using FileSource source = sources[file];
            foreach (Literal literal in image.Literals(sums))
                CheckLiteral(source, literal);
        }

        return report;
    }

    private static void CheckLiteral(FileSource source, Literal literal)
    {
        byte[] found = Read(source, literal);
        int same = literal.Bytes.Span.CommonPrefixLength(found);
        if (same < found.Length)
            throw CheckpointException.Malformed(
                $"The names and tables of '{source.Name}' are not those of this model: they differ at byte "
                    + $"{literal.Offset + same}."
            );
    }

    private static byte[] Read(FileSource source, Literal literal)
    {
        byte[] found = GC.AllocateUninitializedArray<byte>(literal.Bytes.Length);
        source.Read(literal.Offset, found);
        return found;
    }

    private static CheckpointReport Report(
        Comparison comparison,
        IReadOnlyList<string> files,
        int tensors,
        string[] warnings
    ) =>
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
