using Fanwise.Testing;

namespace Fanwise.Cli.Tests.Workers;

/// <summary>The launchers themselves start the workers: docs/clusters.md has the same lines.</summary>
public sealed class LaunchersTests : IDisposable
{
    private readonly WorkerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RequiresFact("openmpi")]
    public void OpenMpiStartsFourWorkers()
    {
        (int code, string output, string errors) = _folder.Shell(
            $"""
            export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
            export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_oob_tcp_if_include=lo TERM=xterm
            mpirun.openmpi -np 4 --bind-to none dotnet '{Tool.Assembly}' {WorkerFolder.Init} -o out --worker auto
            """
        );
        code.ShouldBe(0, errors);
        output.ShouldBeEmpty(
            "Under Open MPI a process's stdout is a terminal; nothing may be written to it all the same."
        );
        for (int rank = 0; rank < 4; rank++)
            errors.ShouldContain(
                $"worker {rank} of 4 (Open MPI (OMPI_COMM_WORLD_RANK={rank}, OMPI_COMM_WORLD_SIZE=4))"
            );
        _folder.ShouldBeComplete();
    }

    [RequiresFact("mpich")]
    public void MpichStartsThreeWorkers()
    {
        (int code, string output, string errors) = _folder.Shell(
            $"mpiexec.mpich -n 3 dotnet '{Tool.Assembly}' {WorkerFolder.Init} -o out --worker auto"
        );
        code.ShouldBe(0, errors);
        output.ShouldBeEmpty();
        errors.ShouldContain("worker 2 of 3 (MPICH or Intel MPI (PMI_RANK=2, PMI_SIZE=3))");
        _folder.ShouldBeComplete();
    }

    [RequiresFact("parallel")]
    public void GnuParallelRunsEightWorkersTwoAtATime()
    {
        (int code, _, string errors) = _folder.Shell(
            $"seq 0 7 | parallel -j 2 dotnet '{Tool.Assembly}' {WorkerFolder.Init} -o out --worker {{}} --workers 8"
        );
        code.ShouldBe(0, errors);
        _folder.ShouldBeComplete();
    }
}
