using System.Globalization;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests.Workers;

/// <summary>A real Slurm with two emulated nodes starts the workers: docs/clusters.md has the same lines.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly WorkerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RequiresFact("slurm")]
    public void StepsArraysAndBatchScriptsAreToldApart()
    {
        string script = Path.Combine(Golden.Root, "tests", "Fanwise.Cli.Tests", "Workers", "slurm.sh"),
            cluster = Path.Combine(_folder.Scratch, "slurm");
        (int started, _, string log) = Clients.Start("bash", ["-c", $"'{script}' start '{cluster}' 2 2 > /dev/null"]);
        try
        {
            started.ShouldBe(0, log);

            // Four tasks on two nodes.
            string errors = Succeeds(
                $"srun -N 2 -n 4 dotnet '{Tool.Assembly}' {WorkerFolder.Init} -o out --worker auto"
            );
            for (int task = 0; task < 4; task++)
                errors.ShouldContain(
                    $"worker {task} of 4 (Slurm's srun (SLURM_PROCID={task}, SLURM_STEP_NUM_TASKS=4))"
                );
            Checked();

            // An array of three, whose second task is submitted once more as if it had failed: still worker 1 of 3.
            errors = Succeeds(
                $"""
                init="dotnet '{Tool.Assembly}' {WorkerFolder.Init} -o out --worker auto --workers 3"
                sbatch --wait -o log.%a --array=0,2 --wrap "$init" > /dev/null || exit 1
                sbatch --wait -o log.%a --array=1 --wrap "$init --resume" > /dev/null || exit 1
                cat log.1 >&2
                """
            );
            errors.ShouldContain("worker 1 of 3 (a Slurm array (SLURM_ARRAY_TASK_ID=1), --workers 3)");
            Checked();

            // The batch script itself, outside of srun, has SLURM_PROCID=0 and SLURM_NTASKS=3; it is no worker of
            // three.
            errors = Succeeds(
                $"""
                init="dotnet '{Tool.Assembly}' {WorkerFolder.Init} -o out"
                sbatch --wait -n 3 -o log.trap --wrap "$init --worker auto; echo code \$?" > /dev/null || exit 1
                sbatch --wait -n 3 -o log.whole --wrap "$init" > /dev/null || exit 1
                cat log.trap >&2
                """
            );
            errors.ShouldContain("start the tool with srun");
            errors.ShouldContain("code 2");
            Checked();

            // A job that is cancelled gets SIGTERM, and leaves whole shards only; the next one resumes.
            WorkerFolder.WriteModel(_folder.Scratch, layers: 60, units: 2_000);
            Succeeds(
                $"""
                init="exec dotnet '{Tool.Assembly}' init model.json --seed 42 --max-shard-size 40MB -o out"
                job=$(sbatch --parsable -o log.cancelled --wrap "$init")
                for _ in $(seq 200); do ls out/model-* > /dev/null 2>&1 && break; sleep 0.05; done
                scancel --batch --signal=TERM $job
                for _ in $(seq 200); do [ -z "$(squeue -h -j $job 2> /dev/null)" ] && break; sleep 0.1; done
                """
            );
            WorkerFolder.Temporaries(_folder.Output).ShouldBeEmpty();
            int whole = Directory.GetFiles(_folder.Output).Length;
            Succeeds(
                $"srun -n 2 dotnet '{Tool.Assembly}' init model.json --seed 42 --max-shard-size 40MB -o out "
                    + "--worker auto --resume"
            );
            Directory.GetFiles(_folder.Output, "model*").Length.ShouldBeGreaterThan(whole);
            Succeeds("fanwise finish out").ShouldContain("complete already");
        }
        finally
        {
            Clients.Start("bash", ["-c", $"'{script}' stop '{cluster}' > /dev/null"]);
        }

        string Succeeds(string lines)
        {
            (int code, _, string errors) = _folder.Shell(
                string.Create(CultureInfo.InvariantCulture, $"export SLURM_CONF='{cluster}/slurm.conf'\n{lines}")
            );
            code.ShouldBe(0, errors);
            return errors;
        }

        void Checked()
        {
            _folder.ShouldBeComplete();
            Directory.Delete(_folder.Output, recursive: true);
        }
    }
}
