namespace Fanwise.Models.Checkpoints;

/// <summary>Writes images to files that appear whole or not at all.</summary>
internal static class ImageWriter
{
    /// <summary>Writes one file.</summary>
    /// <exception cref="CheckpointException">The file cannot be written; nothing is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left of the file.</exception>
    public static void Write(FileImage image, string path, WriteOptions options, CancellationToken cancellation) => Write([(image, path)], options, cancellation);

    /// <summary>Writes several files. Each gets its name as soon as it is whole, and no more are open than the threads work on.</summary>
    /// <exception cref="CheckpointException">A file cannot be written; nothing is left of those that are not whole.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left of the files that are not whole.</exception>
    public static void Write(IReadOnlyList<(FileImage Image, string Path)> files, WriteOptions options, CancellationToken cancellation)
    {
        foreach ((_, string path) in files) AtomicFile.CheckTarget(path, options.Overwrite); // before anything is drawn
        OpenFile[] open = [.. files.Select(file => new OpenFile(file.Image, file.Path, options))];
        List<TensorPiece> pieces = [];
        List<(int File, int Piece)> places = [];
        for (int file = 0; file < files.Count; file++)
            foreach ((int piece, TensorPiece stretch) in files[file].Image.Pieces.Index())
            {
                pieces.Add(stretch);
                places.Add((file, piece));
            }

        Progress progress = new(options.Progress);
        try
        {
            TensorPump.Run(pieces, options.Threads, (piece, start, bytes) =>
            {
                (int file, int own) = places[piece];
                open[file].Write(own, start, bytes, cancellation);
                progress.Add(bytes.Length);
            }, cancellation);
            foreach (OpenFile file in open) file.FinishEmpty(cancellation);
        }
        finally
        {
            foreach (OpenFile file in open) file.Dispose();
        }
    }

    /// <summary>A file that is opened at the first chunk and committed after the last.</summary>
    private sealed class OpenFile(FileImage image, string path, WriteOptions options) : IDisposable
    {
        private readonly PieceChecksum[]? _checksums = image.NeedsChecksums ? [.. image.Pieces.Select(static piece => new PieceChecksum(piece.Length))] : null;
        private readonly Lock _lock = new();
        private AtomicFile? _file;
        private long _left = image.Pieces.Sum(static piece => piece.Length);

        public void Write(int piece, long start, ReadOnlySpan<byte> bytes, CancellationToken cancellation)
        {
            Open().Write(image.Pieces[piece].Offset + start, bytes);
            _checksums?[piece].Add(start, bytes);
            if (Interlocked.Add(ref _left, -bytes.Length) == 0) Finish(cancellation);
        }

        /// <summary>Writes a file without bytes of tensors, which no chunk has opened.</summary>
        public void FinishEmpty(CancellationToken cancellation)
        {
            if (_file is null) Finish(cancellation);
        }

        public void Dispose() => _file?.Dispose();

        private AtomicFile Open()
        {
            lock (_lock) return _file ??= AtomicFile.Create(path, image.Length, options.Overwrite, options.Sync);
        }

        private void Finish(CancellationToken cancellation)
        {
            AtomicFile file = Open();
            uint[] sums = _checksums is null ? [] : [.. _checksums.Select(static checksum => checksum.Value)];
            foreach (Literal literal in image.Literals(sums)) file.Write(literal.Offset, literal.Bytes.Span);
            cancellation.ThrowIfCancellationRequested();
            file.Commit();
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
