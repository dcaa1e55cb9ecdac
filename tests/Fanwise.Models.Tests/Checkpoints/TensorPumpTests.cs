using System.Collections.Concurrent;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Files;

namespace Fanwise.Models.Tests.Checkpoints;

public class TensorPumpTests
{
    private const int Chunk = ByteSource.ChunkSize;

    [Fact]
    public void OneThreadIsOneThread()
    {
        ConcurrentDictionary<int, bool> threads = [];
        WatchedValues values = new(8 * Chunk, () => threads[Environment.CurrentManagedThreadId] = true);
        TensorPump.Run(
            [
                [new("a", values, 0)],
            ],
            1,
            static (_, _, _, _) => { },
            default
        );
        threads.Keys.ShouldBe([Environment.CurrentManagedThreadId]);
    }

    [Fact]
    public void ThreadsWorkOnFilesOfTheirOwn()
    {
        // Nobody goes on before both have begun: a thread that would enter the other's file leaves the other file
        // without one.
        using Barrier both = new(2);
        int files = 0;
        WatchedValues values = new(Chunk, static () => { });
        TensorPump.Run(
            [
                [new("a", values, 0), new("b", values, Chunk)],
                [new("c", values, 0), new("d", values, Chunk)],
            ],
            2,
            (file, piece, _, _) =>
            {
                if (piece != 0)
                    return;
                Interlocked.Add(ref files, 1 << file);
                both.SignalAndWait(TimeSpan.FromMinutes(1)).ShouldBeTrue();
            },
            default
        );
        files.ShouldBe(3);
    }

    [Fact]
    public void FewFilesWaitForATensorThatNeedsTheWhole()
    {
        // The first file's whole tensor takes until the other thread has gone as far as it goes, or so many files that
        // it never stops.
        const int Files = 100;
        int handed = 0,
            most = 0;
        using ManualResetEventSlim never = new();
        WatchedValues slow = new(1, () => never.Wait(TimeSpan.FromSeconds(1)), Whole: true);
        TensorPiece[][] files =
        [
            .. Enumerable
                .Range(0, Files)
                .Select(i =>
                    new TensorPiece[]
                    {
                        new("w", i == 0 ? slow : new WatchedValues(1, static () => { }, Whole: true), 0),
                        new("s", new WatchedValues(1, static () => { }), 1),
                    }
                ),
        ];
        int[] left = [.. files.Select(static file => file.Length)];
        TensorPump.Run(
            files,
            2,
            (file, _, _, _) =>
            {
                lock (left)
                {
                    left[file]--;
                    int open = left.Count(static count => count == 1);
                    (handed, most) = (handed + 1, Math.Max(most, open));
                }
            },
            default
        );
        handed.ShouldBe(2 * Files);
        most.ShouldBeLessThanOrEqualTo(TensorPump.MostBegun(2) + 2, "and each thread may be at the last of one");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void EveryByteOfEveryFileIsHandedOutOnce(int threads)
    {
        HashedValues whole = new([300_001], ElementType.Float32, Whole: true),
            sliced = new([800_003], ElementType.Float64),
            empty = new([0], ElementType.Float32);
        TensorPiece[][] files =
        [
            [new("s", sliced, 0), new("e", empty, sliced.Bytes)],
            [],
            [new("w", whole, 0, 0, 1000), new("s", sliced, 1000)],
            [new("w", whole, 0, 1000, whole.Bytes - 1000)],
        ];
        byte[][] images = [.. files.Select(static pieces => new byte[pieces.Sum(static piece => piece.Length)])];
        int[][] counts = [.. images.Select(static image => new int[image.Length])];
        TensorPump.Run(
            files,
            threads,
            (file, piece, start, bytes) =>
            {
                int offset = (int)(files[file][piece].Offset + start);
                bytes.CopyTo(images[file].AsSpan(offset));
                foreach (ref int count in counts[file].AsSpan(offset, bytes.Length))
                    Interlocked.Increment(ref count);
            },
            default
        );

        counts.ShouldAllBe(static file => Array.TrueForAll(file, static count => count == 1));
        images[0].ShouldBe(sliced.ToTensor().Bytes.ToArray());
        images[2][1000..].ShouldBe(sliced.ToTensor().Bytes.ToArray());
        ((byte[])[.. images[2][..1000], .. images[3]]).ShouldBe(whole.ToTensor().Bytes.ToArray());
    }

    private sealed record WatchedValues(long Length, Action Watch, bool Whole = false)
        : Values([Length], ElementType.Int8)
    {
        public override bool NeedsWhole => Whole;

        protected override void WriteIdentity(IdentityWriter writer) => writer.Write("watched");

        protected override void FillSlice(long start, Span<byte> destination) => Watch();
    }
}
