using Fanwise.Testing;

namespace Fanwise.Cli.Tests.Workers;

/// <summary>Several processes fill one folder: the same files as from one.</summary>
public sealed class ProcessesTests : IDisposable
{
    private readonly WorkerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    [Everything]
    public void AnyNumberOfProcessesWritesTheSameFiles(int workers)
    {
        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            index =>
            {
                Tool.Result result = _folder.Run($"{WorkerFolder.Init} -o out --worker {index} --workers {workers}");
                result.ExitCode.ShouldBe(0, result.Error);
                result.Output.ShouldBeEmpty();
                if (workers > 1)
                    result.Error.ShouldStartWith($"worker {index} of {workers} (--worker and --workers): ");
            }
        );
        _folder.ShouldBeComplete();
    }

    [Fact]
    public void ProcessesOfOneNumberAtOnceDoNoHarm()
    {
        for (int trial = 0; trial < 5; trial++)
        {
            Parallel.For(
                0,
                4,
                new ParallelOptions { MaxDegreeOfParallelism = 4 },
                index =>
                {
                    Tool.Result result = _folder.Run(
                        $"{WorkerFolder.Init} -o out --worker {index / 2} --workers 2 --resume --no-sync"
                    );
                    result.ExitCode.ShouldBe(0, result.Error);
                }
            );
            _folder.ShouldBeComplete();
            Directory.Delete(_folder.Output, recursive: true);
        }
    }

    [Fact]
    public void OneProcessThatIsToldNothingWritesEverythingAndWarnsUnderALauncher()
    {
        Tool.Result result = _folder.Run(
            $"{WorkerFolder.Init} -o out",
            ("OMPI_COMM_WORLD_RANK", "1"),
            ("OMPI_COMM_WORLD_SIZE", "4")
        );
        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldStartWith("warning: Open MPI (OMPI_COMM_WORLD_RANK=1, OMPI_COMM_WORLD_SIZE=4)");
        _folder.ShouldBeComplete();
    }

    [Fact]
    public void TheVariablesOfOurOwnNameTheWorker()
    {
        for (int index = 0; index < 2; index++)
        {
            Tool.Result result = _folder.Run(
                $"{WorkerFolder.Init} -o out",
                ("FANWISE_WORKER", $"{index}"),
                ("FANWISE_WORKERS", "2")
            );
            result.ExitCode.ShouldBe(0, result.Error);
            result.Error.ShouldStartWith($"worker {index} of 2 (FANWISE_WORKER={index}, FANWISE_WORKERS=2): ");
        }

        _folder.ShouldBeComplete();
    }

    [Theory]
    [InlineData("-o out --worker auto", "found no launcher's variables")]
    [InlineData("-o out --worker 1", "--workers")]
    [InlineData("-o out --worker 2 --workers 2", "0 to 1")]
    [InlineData("-o out --worker x --workers 2", "'x'")]
    [InlineData("-o out.safetensors --worker 0 --workers 2", "names a file")]
    [InlineData("-o out --worker 0 --workers 2 --format npz", "--format npz")]
    [InlineData("-o out --resume=bytes", "--resume=verify")]
    [InlineData("-o out --max-shard-size 5GBs", "5GBs")]
    public void AWrongOptionIsOneSentence(string options, string words)
    {
        bool hasSize = options.Contains("--max", StringComparison.Ordinal);
        Tool.Result result = _folder.Run($"{(hasSize ? "init model.json --seed 42" : WorkerFolder.Init)} {options}");
        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldStartWith("fanwise: ");
        result.Error.ShouldContain(words);
        result.Error.TrimEnd('\n').ShouldNotContain("\n");
        Directory.Exists(_folder.Output).ShouldBeFalse();
    }

    [Fact]
    public void SeveralWorkersNeedASeed()
    {
        Tool.Result result = _folder.Run("init model.json --max-shard-size 20KB -o out --worker 0 --workers 2");
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("--seed");
    }

    [Fact]
    public void FinishWritesTheIndexAndRemovesWhatKilledWorkersLeft()
    {
        _folder.Run($"{WorkerFolder.Init} -o out").ExitCode.ShouldBe(0);
        File.Delete(Path.Combine(_folder.Output, "model.safetensors.index.json"));
        File.WriteAllText(
            Path.Combine(
                _folder.Output,
                ".model-00001-of-00002.safetensors.host-1-0123456789abcdef0123456789abcdef.tmp"
            ),
            ""
        );
        Tool.Result result = _folder.Run("finish out --clean");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("the index was written");
        _folder.ShouldBeComplete();

        File.Delete(Directory.EnumerateFiles(_folder.Output, "model-00003-*").Single());
        result = _folder.Run("finish out");
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("model-00003-of-");
    }
}
