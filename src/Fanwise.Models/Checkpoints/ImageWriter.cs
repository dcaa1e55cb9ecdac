using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>A file that is to be written.</summary>
/// <param name="Image">What it will be.</param>
/// <param name="Path">Where.</param>
/// <param name="Overwrite">Whether it may take the place of another.</param>
internal readonly record struct FileToWrite(FileImage Image, string Path, bool Overwrite);

/// <summary>Writes images to files that appear whole or not at all.</summary>
internal static class ImageWriter
{
    /// <summary>Writes one file, or to what stands for none: a pipe, a device.</summary>
    /// <exception cref="CheckpointException">The file cannot be written; nothing is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left of the file.</exception>
    public static void Write(FileImage image, string path, WriteOptions options, CancellationToken cancellation)
    {
        if (StreamOutput.Is(path))
            StreamOutput.Write(image, path, options, cancellation);
        else
            Write([new(image, path, options.Overwrite)], options, null, cancellation);
    }

    /// <summary>Writes several files. Each gets its name as soon as it is whole, and the open ones are few: at most
    /// three for each thread.</summary>
    /// <param name="files">What they will be, and where.</param>
    /// <param name="options">How they are written.</param>
    /// <param name="isThere">Whether the file of this number, of which another process turns out to have taken the
    /// name, is there as it should be; without it that is an error.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="CheckpointException">A file cannot be written; nothing is left of those that are not
    /// whole.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left of the files that are not
    /// whole.</exception>
    public static void Write(
        IReadOnlyList<FileToWrite> files,
        WriteOptions options,
        Func<int, bool>? isThere,
        CancellationToken cancellation
    )
    {
        OpenFile[] open =
        [
            .. files.Select(
                (file, number) => new OpenFile(file, options, isThere is null ? null : () => isThere(number))
            ),
        ];
        foreach (OpenFile file in open)
            file.Check(); // before anything is drawn
        foreach (IGrouping<string, string> folder in files.Select(static file => file.Path).GroupBy(FolderOf))
        {
            HashSet<string> names = [.. folder.Select(static path => Temporaries.Shortened(Path.GetFileName(path)))];
            Temporaries.RemoveDead(folder.Key, names.Contains);
        }

        Progress progress = new(options.Progress);
        try
        {
            TensorPump.Run(
                [.. files.Select(static file => file.Image.Pieces)],
                OpenFiles.Writers(options.Threads),
                (file, piece, start, bytes) =>
                {
                    open[file].Write(piece, start, bytes, cancellation);
                    progress.Add(bytes.Length);
                },
                cancellation
            );
            foreach (OpenFile file in open)
                file.FinishEmpty(cancellation);
        }
        finally
        {
            foreach (OpenFile file in open)
                file.Dispose();
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>A file that is opened at the first chunk and committed after the last.</summary>
    private sealed class OpenFile(FileToWrite target, WriteOptions options, Func<bool>? isThere) : IDisposable
    {
        private readonly FileImage _image = target.Image;
        private readonly PieceChecksum[]? _checksums = target.Image.NeedsChecksums
            ? [.. target.Image.Pieces.Select(static piece => new PieceChecksum(piece.Length))]
            : null;
        private readonly Lock _lock = new();
        private AtomicFile? _file;
        private bool _isThere;
        private long _left = target.Image.Pieces.Sum(static piece => piece.Length);

        public void Check()
        {
            try
            {
                AtomicFile.CheckTarget(target.Path, target.Overwrite);
            }
            catch (CheckpointException exception) when (IsThere(exception))
            {
                _isThere = true;
            }
        }

        public void Write(int piece, long start, ReadOnlySpan<byte> bytes, CancellationToken cancellation)
        {
            if (Open() is not { } file)
                return;
            file.Write(_image.Pieces[piece].Offset + start, bytes);
            _checksums?[piece].Add(start, bytes);
            if (Interlocked.Add(ref _left, -bytes.Length) == 0)
                Finish(cancellation);
        }

        /// <summary>Writes a file without bytes of tensors, which no chunk has opened.</summary>
        public void FinishEmpty(CancellationToken cancellation)
        {
            if (_file is null)
                Finish(cancellation);
        }

        public void Dispose() => _file?.Dispose();

        /// <summary>The file, opened; none where another process has written it.</summary>
        private AtomicFile? Open()
        {
            lock (_lock)
            {
                try
                {
                    return _isThere
                        ? null
                        : _file ??= AtomicFile.Create(
                            target.Path,
                            _image.Length,
                            target.Overwrite,
                            options.Sync,
                            options.BeforeStep
                        );
                }
                catch (CheckpointException exception) when (IsThere(exception))
                {
                    _isThere = true;
                    return null;
                }
            }
        }

        private void Finish(CancellationToken cancellation)
        {
            if (Open() is not { } file)
                return;
            uint[] sums = _checksums is null ? [] : [.. _checksums.Select(static checksum => checksum.Value)];
            foreach (Literal literal in _image.Literals(sums))
                file.Write(literal.Offset, literal.Bytes.Span);
            cancellation.ThrowIfCancellationRequested();
            try
            {
                file.Commit();
            }
            catch (CheckpointException exception) when (IsThere(exception))
            {
                // Another process was faster, and wrote the same bytes.
            }
        }

        private bool IsThere(CheckpointException exception) =>
            !target.Overwrite && exception.Code == FanwiseError.TargetExists && isThere?.Invoke() == true;
    }

    private sealed class Progress(IProgress<long>? receiver)
    {
        private readonly Lock _lock = new();
        private long _done;

        public void Add(long bytes)
        {
            if (receiver is null)
                return;
            lock (_lock)
                receiver.Report(_done += bytes);
        }
    }
}
