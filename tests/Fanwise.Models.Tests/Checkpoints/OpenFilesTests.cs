using Fanwise.Models.Checkpoints;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>A checkpoint may have more files than a process may open.</summary>
public sealed class OpenFilesTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ThreadsThatReadManyFilesAtOnceKeepFewOfThemOpen()
    {
        const int shards = 100,
            threads = 8;
        WeightPlan plan = new(
            Enumerable.Range(0, shards).Select(static number => TestPlans.Weight($"w{number}", [1000 + number]))
        );
        new CheckpointFolder(Fanwise.Models.Checkpoints.Safetensors.ShardPlan.Split(plan, 1), _folder.Path).Write(
            Worker.Alone,
            Resume.No,
            new() { Sync = false }
        );
        using CheckpointReader reader = CheckpointReader.Open(_folder.Path);
        reader.Tensors.Count.ShouldBe(shards);
        int most = 0;
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            thread =>
            {
                Random order = new(thread);
                for (int reading = 0; reading < 500; reading++)
                {
                    StoredTensor tensor = reader.Tensors[order.Next(shards)];
                    byte[] found = new byte[tensor.Values!.Bytes],
                        expected = new byte[tensor.Values.Bytes];
                    tensor.Values.Fill(0, found.AsSpan());
                    plan.First(weight => weight.Name == tensor.Name).Values.Fill(0, expected.AsSpan());
                    if (!found.AsSpan().SequenceEqual(expected))
                        throw new InvalidOperationException($"{tensor.Name} was read wrongly.");
                    if (reading % 50 == 0)
                        lock (_folder)
                            most = Math.Max(most, Open());
                }
            }
        );
        // Each thread may still hold one that another has closed.
        most.ShouldBeLessThanOrEqualTo(FileSource.MostOpen + threads);
    }

    /// <summary>How many files of the folder this process has open; 0 where the system does not say.</summary>
    private int Open() =>
        OperatingSystem.IsLinux()
            ? Directory
                .EnumerateFileSystemEntries("/proc/self/fd")
                .Count(entry =>
                    new FileInfo(entry).LinkTarget?.StartsWith(_folder.Path, StringComparison.Ordinal) == true
                )
            : 0;
}
