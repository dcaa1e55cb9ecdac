using Fanwise.Models.Workers;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Which worker a process is: a pure function of its options and its variables.</summary>
public class WorkerChoiceTests
{
    private const string OpenMpi =
        "OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=0 PMIX_RANK=2";
    private const string Pmi = "PMI_RANK=3 PMI_SIZE=5 MPI_LOCALRANKID=3";
    private const string SlurmStep =
        "SLURM_STEP_ID=0 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=3 SLURM_NTASKS=3 SLURM_STEP_TASKS_PER_NODE=3";
    private const string SlurmBatch = "SLURM_JOB_ID=7 SLURM_PROCID=0 SLURM_NTASKS=3 SLURM_NPROCS=3";
    private const string Aws = "AWS_BATCH_JOB_ARRAY_INDEX=6 AWS_BATCH_JOB_ARRAY_SIZE=10 AWS_BATCH_JOB_ATTEMPT=1";
    private const string Google = "BATCH_TASK_INDEX=0 BATCH_TASK_COUNT=2";
    private const string Torchrun = "RANK=5 WORLD_SIZE=8 LOCAL_RANK=1 GROUP_RANK=1";
    private const string SlurmArray =
        "SLURM_ARRAY_JOB_ID=3 SLURM_ARRAY_TASK_ID=8 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=5 "
        + "SLURM_ARRAY_TASK_MAX=11 SLURM_ARRAY_TASK_STEP=3";
    private const string Kubernetes = "JOB_COMPLETION_INDEX=4";

    [Fact]
    public void OptionsAlwaysWin()
    {
        WorkerChoice choice = Choose("1", "2", $"{OpenMpi} {SlurmStep} FANWISE_WORKER=0 FANWISE_WORKERS=9");
        choice.Worker.ShouldBe(new Worker(1, 2));
        choice.Warning.ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("auto")]
    public void OurOwnVariablesStandAboveLaunchers(string? worker)
    {
        WorkerChoice choice = Choose(worker, null, $"{OpenMpi} FANWISE_WORKER=7 FANWISE_WORKERS=9");
        choice.Worker.ShouldBe(new Worker(7, 9));
        choice.Source.ShouldBe("FANWISE_WORKER=7, FANWISE_WORKERS=9");
    }

    [Theory]
    [InlineData(OpenMpi, 2, 4, "OMPI_COMM_WORLD_RANK=2, OMPI_COMM_WORLD_SIZE=4")]
    [InlineData(Pmi, 3, 5, "PMI_RANK=3, PMI_SIZE=5")]
    [InlineData(SlurmStep, 1, 3, "SLURM_PROCID=1, SLURM_STEP_NUM_TASKS=3")]
    [InlineData("SLURM_STEP_ID=0 SLURM_PROCID=1 SLURM_NTASKS=2", 1, 2, "SLURM_PROCID=1, SLURM_NTASKS=2")]
    [InlineData("SLURM_STEP_ID=1 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2 SLURM_NTASKS=3", 1, 2, "SLURM_STEP_NUM_TASKS=2")]
    [InlineData(Aws, 6, 10, "AWS_BATCH_JOB_ARRAY_INDEX=6, AWS_BATCH_JOB_ARRAY_SIZE=10")]
    [InlineData(Google, 0, 2, "BATCH_TASK_INDEX=0, BATCH_TASK_COUNT=2")]
    [InlineData(Torchrun, 5, 8, "RANK=5, WORLD_SIZE=8")]
    [InlineData("SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1", 0, 1, "SLURM_PROCID=0")]
    public void AutoFindsTheLauncher(string environment, int index, int count, string source)
    {
        WorkerChoice choice = Choose("auto", null, environment);
        choice.Worker.ShouldBe(new Worker(index, count));
        choice.Source.ShouldContain(source);
    }

    [Theory]
    [InlineData("PMIX_RANK=2", 2)]
    [InlineData(SlurmArray, 8)]
    [InlineData($"{SlurmArray} SLURM_PROCID=0", 8)] // what a batch step of an array has
    // srun -n 1 inside of it.
    [InlineData($"{SlurmArray} SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1 " + "SLURM_NTASKS=1", 8)]
    [InlineData(Kubernetes, 4)]
    public void LaunchersThatKnowOnlyTheNumberNeedTheCount(string environment, int index)
    {
        Choose("auto", "12", environment).Worker.ShouldBe(new Worker(index, 12));
        if (!environment.Contains("SLURM_STEP_ID", StringComparison.Ordinal))
            Refused("auto", null, environment).ShouldContain("--workers");
    }

    [Fact]
    public void ABatchScriptOfSlurmIsNoWorker()
    {
        // Trusting SLURM_PROCID and SLURM_NTASKS here would write a third of the model and report success.
        Refused("auto", null, SlurmBatch).ShouldContain("srun");
        Choose(null, null, SlurmBatch).ShouldBe(new WorkerChoice(Worker.Alone, "no worker was named"));
    }

    [Theory]
    [InlineData($"{OpenMpi} {SlurmBatch}")] // mpirun in sbatch: every process inherits SLURM_PROCID=0
    [InlineData($"{OpenMpi} SLURM_PROCID= SLURM_NTASKS=3")] // mpirun in salloc
    [InlineData(
        $"{OpenMpi} SLURM_STEP_ID=0 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2 " + "SLURM_STEP_TASKS_PER_NODE=1(x2)"
    )] // its helper on another node was started by srun
    // srun -n 1 mpirun.
    [InlineData($"{OpenMpi} SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1 " + "SLURM_STEP_TASKS_PER_NODE=1")]
    [InlineData($"{OpenMpi} SLURM_STEP_ID=0 SLURM_PROCID=2 SLURM_STEP_NUM_TASKS=4")] // they agree
    [InlineData($"{OpenMpi} PMI_RANK=2 PMI_SIZE=4")]
    public void MpiStandsAboveSlurm(string environment) =>
        Choose("auto", null, environment).Worker.ShouldBe(new Worker(2, 4));

    [Theory]
    [InlineData(
        $"{OpenMpi} SLURM_STEP_ID=0 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=4 SLURM_STEP_TASKS_PER_NODE=2(x2)",
        "OMPI_COMM_WORLD_RANK=2",
        "SLURM_PROCID=1"
    )]
    [InlineData(
        $"{OpenMpi} SLURM_STEP_ID=0 SLURM_PROCID=2 SLURM_STEP_NUM_TASKS=8",
        "OMPI_COMM_WORLD_SIZE=4",
        "SLURM_STEP_NUM_TASKS=8"
    )]
    [InlineData($"{OpenMpi} {Aws}", "OMPI_COMM_WORLD_RANK=2", "AWS_BATCH_JOB_ARRAY_INDEX=6")]
    [InlineData($"{OpenMpi} {Kubernetes}", "OMPI_COMM_WORLD_RANK=2", "JOB_COMPLETION_INDEX=4")]
    [InlineData($"{SlurmStep} {SlurmArray}", "SLURM_PROCID=1", "SLURM_ARRAY_TASK_ID=8")]
    [InlineData($"{SlurmStep} {Torchrun}", "SLURM_PROCID=1", "RANK=5")]
    [InlineData($"{Torchrun} {Kubernetes}", "RANK=5", "JOB_COMPLETION_INDEX=4")]
    public void LaunchersThatDisagreeAreNamed(string environment, string one, string other)
    {
        string message = Refused("auto", null, environment);
        message.ShouldContain(one);
        message.ShouldContain(other);
        message.ShouldContain("disagree");
    }

    [Theory]
    [InlineData("RANK=1 WORLD_SIZE=4")]
    [InlineData("RANK=1 WORLD_SIZE=4 LOCAL_RANK=1")]
    [InlineData("RANK=1 LOCAL_RANK=1 GROUP_RANK=0")]
    [InlineData("SLURM_JOB_ID=5 SLURM_ARRAY_TASK_COUNT=4")]
    [InlineData("PARALLEL_SEQ=3 SGE_TASK_ID=2 PBS_ARRAY_INDEX=2 LSB_JOBINDEX=2")]
    [InlineData("OMPI_COMM_WORLD_RANK= OMPI_COMM_WORLD_SIZE=")]
    [InlineData("")]
    public void AutoThatFindsNothingIsAnError(string environment) =>
        Refused("auto", null, environment).ShouldContain("found no launcher's variables");

    [Theory]
    [InlineData("1", null, "", "--worker 1")]
    [InlineData(null, "4", "", "--workers 4")]
    [InlineData(null, "4", "FANWISE_WORKER=1", "--workers 4")]
    [InlineData(null, null, "FANWISE_WORKER=1", "FANWISE_WORKERS")]
    [InlineData(null, null, "FANWISE_WORKERS=4", "FANWISE_WORKERS")]
    [InlineData("auto", null, "FANWISE_WORKERS=4", "FANWISE_WORKERS")]
    [InlineData("auto", null, "OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE")]
    [InlineData("auto", "4", "OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE")]
    [InlineData("auto", null, "OMPI_COMM_WORLD_SIZE=4", "OMPI_COMM_WORLD_SIZE")]
    [InlineData("auto", null, "PMI_RANK=0", "PMI_RANK")]
    [InlineData("auto", null, "AWS_BATCH_JOB_ARRAY_INDEX=0", "AWS_BATCH_JOB_ARRAY_SIZE")]
    public void HalfAPairIsRefused(string? worker, string? workers, string environment, string named) =>
        Refused(worker, workers, environment).ShouldContain(named);

    [Theory]
    [InlineData("4", "4", "")]
    [InlineData("0", "0", "")]
    [InlineData(null, null, "FANWISE_WORKER=9 FANWISE_WORKERS=9")]
    [InlineData("auto", null, "OMPI_COMM_WORLD_RANK=4 OMPI_COMM_WORLD_SIZE=4")]
    [InlineData("auto", null, "PMI_RANK=0 PMI_SIZE=0")]
    [InlineData("auto", "8", SlurmArray)]
    [InlineData("auto", "4", Kubernetes)]
    public void ANumberBeyondTheWorkersIsRefused(string? worker, string? workers, string environment) =>
        Refused(worker, workers, environment).ShouldContain("received");

    [Theory]
    [InlineData("5", OpenMpi)]
    [InlineData("5", "FANWISE_WORKER=1 FANWISE_WORKERS=4")]
    [InlineData("4", "SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1")]
    public void ACountThatTheLauncherDeniesIsRefused(string workers, string environment) =>
        Refused("auto", workers, environment).ShouldContain("disagree");

    [Theory]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e0")]
    [InlineData("0x1")]
    [InlineData("one")]
    [InlineData("AUTO")]
    [InlineData("٣")]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999999999")]
    public void NumbersAreDecimal(string number)
    {
        Refused(number, "4", "").ShouldContain(number.Length > 40 ? number[..40] : number);
        Refused("0", number, "").ShouldContain("--workers");
        Should
            .Throw<CheckpointException>(() =>
                WorkerChoice.Of(
                    "auto",
                    null,
                    new Dictionary<string, string> { ["PMI_RANK"] = "0", ["PMI_SIZE"] = number }
                )
            )
            .Message.ShouldContain("PMI_SIZE");
        Should
            .Throw<CheckpointException>(() =>
                WorkerChoice.Of(
                    null,
                    null,
                    new Dictionary<string, string> { ["FANWISE_WORKER"] = number, ["FANWISE_WORKERS"] = "2" }
                )
            )
            .Message.ShouldContain("FANWISE_WORKER");
    }

    [Fact]
    public void HostileValuesAreShownInOneShortLine()
    {
        string message = Should
            .Throw<CheckpointException>(() =>
                WorkerChoice.Of(
                    "auto",
                    null,
                    new Dictionary<string, string>
                    {
                        ["JOB_COMPLETION_INDEX"] = "\u001b[2J\n" + new string('x', 1_000_000),
                    }
                )
            )
            .Message;
        message.Length.ShouldBeLessThan(200);
        message.ShouldNotContain("\n");
        message.ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData(OpenMpi)]
    [InlineData(Pmi)]
    [InlineData(SlurmStep)]
    [InlineData(SlurmArray)]
    [InlineData(Kubernetes)]
    [InlineData(Aws)]
    [InlineData(Torchrun)]
    public void WithoutOptionsAProcessDoesEverythingAndWarnsWhereItSeemsOneOfSeveral(string environment)
    {
        WorkerChoice choice = Choose(null, null, environment);
        choice.Worker.ShouldBe(Worker.Alone);
        choice.Warning.ShouldNotBeNull().ShouldContain("--worker auto");
    }

    [Theory]
    [InlineData("")]
    [InlineData("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1")]
    [InlineData("RANK=0 WORLD_SIZE=2")]
    [InlineData("OMPI_COMM_WORLD_RANK=x")]
    public void WithoutOptionsAndSeveralTasksThereIsNothingToWarnOf(string environment) =>
        Choose(null, null, environment).Warning.ShouldBeNull();

    private static WorkerChoice Choose(string? worker, string? workers, string environment) =>
        WorkerChoice.Of(
            worker,
            workers,
            environment
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(static pair => pair.Split('=', 2))
                .ToDictionary(static pair => pair[0], static pair => pair[1])
        );

    private static string Refused(string? worker, string? workers, string environment)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => Choose(worker, workers, environment));
        error.Code.ShouldBe(FanwiseError.Request);
        return error.Message;
    }
}
