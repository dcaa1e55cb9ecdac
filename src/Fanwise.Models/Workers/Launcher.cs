namespace Fanwise.Models.Workers;

/// <summary>What one launcher of parallel jobs tells its processes through their environment.</summary>
/// <param name="Name">The launcher.</param>
/// <param name="Index">The variable that numbers the process, from 0.</param>
/// <param name="Counts">The variables that say how many processes there are; the first that is set counts. None where
/// the launcher does not say.</param>
/// <param name="Needs">Further variables without which the others prove nothing.</param>
/// <remarks>
/// Sources: the launchers' documentation and what Open MPI 4.1, MPICH 4.0, Slurm 22.05 and Kubernetes were seen to set.
/// Traps, each a test:
/// in a batch script of Slurm, outside of srun, SLURM_PROCID is 0 and SLURM_NTASKS is the allocation's: only
/// SLURM_STEP_ID tells a step;
/// under mpirun inside sbatch every process inherits those, so MPI stands above Slurm; SLURM_ARRAY_TASK_COUNT counts
/// this submission, not the world;
/// RANK and WORLD_SIZE are anybody's names, and mean torchrun only beside LOCAL_RANK and GROUP_RANK.
/// </remarks>
internal sealed record Launcher(string Name, string Index, string[] Counts, params string[] Needs)
{
    public static readonly Launcher OpenMpi = new("Open MPI", "OMPI_COMM_WORLD_RANK", ["OMPI_COMM_WORLD_SIZE"]);
    public static readonly Launcher Pmi = new("MPICH or Intel MPI", "PMI_RANK", ["PMI_SIZE"]);
    public static readonly Launcher SlurmStep = new(
        "Slurm's srun",
        "SLURM_PROCID",
        ["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"],
        "SLURM_STEP_ID"
    );

    /// <summary>Every launcher, the one that is asked first first.</summary>
    public static readonly Launcher[] All =
    [
        OpenMpi,
        Pmi,
        new("PMIx", "PMIX_RANK", []),
        SlurmStep,
        new("AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", ["AWS_BATCH_JOB_ARRAY_SIZE"]),
        new("Google Batch", "BATCH_TASK_INDEX", ["BATCH_TASK_COUNT"]),
        new("torchrun", "RANK", ["WORLD_SIZE"], "LOCAL_RANK", "GROUP_RANK", "WORLD_SIZE"),
        new("a Slurm array", "SLURM_ARRAY_TASK_ID", []),
        new("a Kubernetes indexed Job", "JOB_COMPLETION_INDEX", []),
    ];

    /// <summary>The Slurm step's tasks on each node: 1 everywhere where an MPI launcher started its own helpers through
    /// srun, one a node.</summary>
    public const string TasksPerNode = "SLURM_STEP_TASKS_PER_NODE";
}
