using System.Collections.Concurrent;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints;

namespace Fanwise.Models.Tests.Checkpoints;

public class TensorPumpTests
{
    private const int Chunk = TensorPump.ChunkSize;

    [Fact]
    public void OneThreadIsOneThread()
    {
        ConcurrentDictionary<int, bool> threads = [];
        WatchedValues values = new(8 * Chunk, () => threads[Environment.CurrentManagedThreadId] = true);
        TensorPump.Run([[new("a", values, 0)]], 1, static (_, _, _, _) => { }, default);
        threads.Keys.ShouldBe([Environment.CurrentManagedThreadId]);
    }

    [Fact]
    public void ThreadsWorkOnFilesOfTheirOwn()
    {
        // Nobody goes on before both have begun: a thread that would enter the other's file leaves the other file without one.
        using Barrier both = new(2);
        int files = 0;
        WatchedValues values = new(Chunk, static () => { });
        TensorPump.Run([[new("a", values, 0), new("b", values, Chunk)], [new("c", values, 0), new("d", values, Chunk)]], 2, (file, piece, _, _) =>
        {
            if (piece != 0) return;
            Interlocked.Add(ref files, 1 << file);
            both.SignalAndWait(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        }, default);
        files.ShouldBe(3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void EveryByteOfEveryFileIsHandedOutOnce(int threads)
    {
        HashedValues whole = new([300_001], ElementType.Float32, Whole: true), sliced = new([800_003], ElementType.Float64), empty = new([0], ElementType.Float32);
        TensorPiece[][] files = [[new("s", sliced, 0), new("e", empty, sliced.Bytes)], [], [new("w", whole, 0, 0, 1000), new("s", sliced, 1000)], [new("w", whole, 0, 1000, whole.Bytes - 1000)]];
        byte[][] images = [.. files.Select(static pieces => new byte[pieces.Sum(static piece => piece.Length)])];
        int[][] counts = [.. images.Select(static image => new int[image.Length])];
        TensorPump.Run(files, threads, (file, piece, start, bytes) =>
        {
            int offset = (int)(files[file][piece].Offset + start);
            bytes.CopyTo(images[file].AsSpan(offset));
            foreach (ref int count in counts[file].AsSpan(offset, bytes.Length)) Interlocked.Increment(ref count);
        }, default);

        counts.ShouldAllBe(static file => Array.TrueForAll(file, static count => count == 1));
        images[0].ShouldBe(sliced.ToTensor().Bytes.ToArray());
        images[2][1000..].ShouldBe(sliced.ToTensor().Bytes.ToArray());
        ((byte[])[.. images[2][..1000], .. images[3]]).ShouldBe(whole.ToTensor().Bytes.ToArray());
    }

    private sealed record WatchedValues(long Length, Action Watch) : Values([Length], ElementType.Int8)
    {
        protected override void FillSlice(long start, Span<byte> destination) => Watch();
    }
}
