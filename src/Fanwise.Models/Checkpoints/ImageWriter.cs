namespace Fanwise.Models.Checkpoints;

/// <summary>Writes images to files that appear whole or not at all.</summary>
internal static class ImageWriter
{
    /// <summary>Writes one file.</summary>
    /// <exception cref="CheckpointException">The file cannot be written; nothing is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left of the file.</exception>
    public static void Write(FileImage image, string path, WriteOptions options, CancellationToken cancellation) => Write([(image, path)], options, cancellation);

    /// <summary>Writes several files, each on as many threads as there are; they get their names when all are done.</summary>
    /// <exception cref="CheckpointException">A file cannot be written; nothing is left of any that has no name yet.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left.</exception>
    public static void Write(IReadOnlyList<(FileImage Image, string Path)> files, WriteOptions options, CancellationToken cancellation)
    {
        List<AtomicFile> open = [];
        try
        {
            foreach ((FileImage image, string path) in files) open.Add(AtomicFile.Create(path, image.Length, options.Overwrite, options.Sync));
            List<TensorPiece> pieces = [.. files.SelectMany(static file => file.Image.Pieces)];
            int[] fileOf = [.. files.SelectMany(static (file, index) => Enumerable.Repeat(index, file.Image.Pieces.Count))];
            PieceChecksum?[] checksums = [.. pieces.Select((piece, i) => files[fileOf[i]].Image.NeedsChecksums ? new PieceChecksum(piece.Length) : null)];
            Progress progress = new(options.Progress);
            TensorPump.Run(pieces, options.Threads, (piece, start, bytes) =>
            {
                open[fileOf[piece]].Write(pieces[piece].Offset + start, bytes);
                checksums[piece]?.Add(start, bytes);
                progress.Add(bytes.Length);
            }, cancellation);

            for (int file = 0, first = 0; file < files.Count; first += files[file++].Image.Pieces.Count)
            {
                FileImage image = files[file].Image;
                uint[] sums = image.NeedsChecksums ? [.. checksums.Skip(first).Take(image.Pieces.Count).Select(static sum => sum!.Value)] : [];
                foreach (Literal literal in image.Literals(sums)) open[file].Write(literal.Offset, literal.Bytes.Span);
            }

            cancellation.ThrowIfCancellationRequested();
            foreach (AtomicFile file in open) file.Commit();
        }
        finally
        {
            foreach (AtomicFile file in open) file.Dispose();
        }
    }

    private sealed class Progress(IProgress<long>? receiver)
    {
        private readonly Lock _lock = new();
        private long _done;

        public void Add(long bytes)
        {
            if (receiver is null) return;
            lock (_lock) receiver.Report(_done += bytes);
        }
    }
}
