using System.Globalization;

namespace Fanwise.Models.Workers;

/// <summary>Which worker this process is, and how that was found out.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Source">What said so: options or variables with their values.</param>
/// <param name="Warning">A sentence about what looks wrong; null where nothing does.</param>
/// <remarks>Options come first, then FANWISE_WORKER and FANWISE_WORKERS, then, only where <c>auto</c> is asked for, the
/// launchers in the order of <see cref="Launcher.All"/>.</remarks>
public sealed record WorkerChoice(Worker Worker, string Source, string? Warning = null)
{
    private const string IndexOption = "--worker",
        CountOption = "--workers",
        IndexVariable = "FANWISE_WORKER",
        CountVariable = "FANWISE_WORKERS",
        Auto = "auto";

    /// <summary>The worker that options and environment say; a pure function of them.</summary>
    /// <param name="worker">The option --worker: a number, <c>auto</c>, or null where it is not given.</param>
    /// <param name="workers">The option --workers: a number, or null where it is not given.</param>
    /// <param name="environment">The process's variables; an empty value counts as none.</param>
    /// <exception cref="CheckpointException">A value is no decimal number or out of range, one of a pair is missing,
    /// two launchers disagree, or <c>auto</c> finds nothing.</exception>
    public static WorkerChoice Of(string? worker, string? workers, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        int? count = workers is null ? null : Number(CountOption, workers);
        if (worker is not null and not Auto)
        {
            int index = Number(IndexOption, worker);
            if (count is null)
                throw CheckpointException.Request(
                    $"{IndexOption} and {CountOption} go together; received only {IndexOption} {index}."
                );
            return new(
                InRange(index, count.Value, $"{IndexOption} {index}, {CountOption} {count}"),
                $"{IndexOption} and {CountOption}"
            );
        }

        if (worker is null && count is not null)
            throw CheckpointException.Request(
                $"{IndexOption} and {CountOption} go together; received only {CountOption} {count} "
                    + $"({IndexOption} {Auto} takes the number from the launcher)."
            );
        if (FromVariables(environment) is { } own)
        {
            if (count is not null && count != own.Worker.Count)
                throw CheckpointException.Request($"{CountOption} {count} and {own.Source} disagree.");
            return own;
        }

        return worker is null
            ? new(Worker.Alone, "no worker was named", SharedWithoutSaying(environment))
            : FromLaunchers(environment, count);
    }

    private static WorkerChoice? FromVariables(IReadOnlyDictionary<string, string> environment)
    {
        string? index = Get(environment, IndexVariable),
            count = Get(environment, CountVariable);
        if (index is null && count is null)
            return null;
        if (index is null || count is null)
            throw CheckpointException.Request(
                $"{IndexVariable} and {CountVariable} go together; only "
                    + $"{(index is null ? CountVariable : IndexVariable)} is set."
            );
        string source = $"{IndexVariable}={Show(index)}, {CountVariable}={Show(count)}";
        return new(InRange(Number(IndexVariable, index), Number(CountVariable, count), source), source);
    }

    private static WorkerChoice FromLaunchers(IReadOnlyDictionary<string, string> environment, int? count)
    {
        List<Sighting> seen = Sightings(environment);
        if (seen.Count == 0)
            throw CheckpointException.Request(NothingFound(environment));

        // A launcher with one task shares nothing out; another around it may.
        List<Sighting> sharing = seen.FindAll(static sighting => sighting.Count != 1);
        if (sharing.Count == 0)
            sharing = seen;
        // mpirun starts its helpers on other nodes through srun, one a node, and their variables are inherited.
        if (
            sharing.Exists(static sighting =>
                sighting.Launcher == Launcher.OpenMpi || sighting.Launcher == Launcher.Pmi
            ) && OneTaskPerNode(environment)
        )
            sharing.RemoveAll(static sighting => sighting.Launcher == Launcher.SlurmStep);

        Sighting chosen = sharing.Find(static sighting => sighting.Count is not null) ?? sharing[0];
        foreach (Sighting other in sharing)
        {
            if (other.Index != chosen.Index || (other.Count ?? chosen.Count) != chosen.Count)
                throw CheckpointException.Request(
                    $"Two launchers disagree, {chosen} and {other}: say which is meant with {IndexOption} and "
                        + $"{CountOption}."
                );
        }

        if (chosen.Count is not null && count is not null && count != chosen.Count)
            throw CheckpointException.Request($"{CountOption} {count} and {chosen} disagree.");
        int number =
            chosen.Count
            ?? count
            ?? throw CheckpointException.Request(
                $"{chosen} does not say how many workers there are: give {CountOption} as well."
            );
        string source = chosen.Count is null ? $"{chosen}, {CountOption} {number}" : chosen.ToString();
        return new(InRange(chosen.Index, number, source), source);
    }

    private static List<Sighting> Sightings(IReadOnlyDictionary<string, string> environment)
    {
        List<Sighting> seen = [];
        foreach (Launcher launcher in Launcher.All)
        {
            if (!launcher.Needs.All(name => Get(environment, name) is not null))
                continue;
            string? countName = launcher.Counts.FirstOrDefault(name => Get(environment, name) is not null);
            string? index = Get(environment, launcher.Index);
            if (index is null && (countName is null || launcher.Needs.Length > 0))
                continue;
            if (index is null)
                throw CheckpointException.Request(
                    $"{launcher.Index} and {countName} go together; only {countName} is set."
                );
            if (countName is null && launcher.Counts.Length > 0)
                throw CheckpointException.Request(
                    $"{launcher.Index} and {launcher.Counts[0]} go together; only {launcher.Index} is set."
                );
            Sighting sighting = new(
                launcher,
                Number(launcher.Index, index),
                countName,
                countName is null ? null : Number(countName, Get(environment, countName)!)
            );
            if (sighting.Count is { } count)
                InRange(sighting.Index, count, sighting.ToString());
            seen.Add(sighting);
        }

        return seen;
    }

    /// <summary>The warning for a process that does everything though a launcher seems to have started
    /// several.</summary>
    private static string? SharedWithoutSaying(IReadOnlyDictionary<string, string> environment)
    {
        List<Sighting> seen;
        try
        {
            seen = Sightings(environment);
        }
        catch (CheckpointException)
        {
            return null; // nobody asked for these variables
        }

        return seen.Find(static sighting => sighting.Count != 1) is { } sighting
            ? $"{sighting} looks like one of several processes, but this one writes everything: {IndexOption} "
                + $"{Auto} shares the work."
            : null;
    }

    private static string NothingFound(IReadOnlyDictionary<string, string> environment)
    {
        string hint =
            Get(environment, "SLURM_PROCID") is not null || Get(environment, "SLURM_NTASKS") is not null
                ? " (SLURM_STEP_ID is not set, so this is Slurm's batch script itself: start the tool with srun)"
            : Get(environment, "RANK") is not null
                ? " (RANK means torchrun only beside WORLD_SIZE, LOCAL_RANK and GROUP_RANK)"
            : "";
        return $"{IndexOption} {Auto} found no launcher's variables{hint}: give {IndexOption} and {CountOption}.";
    }

    private static bool OneTaskPerNode(IReadOnlyDictionary<string, string> environment)
    {
        string? tasks = Get(environment, Launcher.TasksPerNode); // "1" or "1(x4)"
        return tasks is "1"
            || (
                tasks is not null
                && tasks.StartsWith("1(x", StringComparison.Ordinal)
                && tasks.IndexOf(')', StringComparison.Ordinal) == tasks.Length - 1
            );
    }

    private static Worker InRange(int index, int count, string source)
    {
        if (count < 1)
            throw CheckpointException.Request($"There is at least one worker; received {source}.");
        if (index >= count)
            throw CheckpointException.Request(
                $"The numbers of {count} workers are 0 to {count - 1}; received {source}."
            );
        return new(index, count);
    }

    private static int Number(string name, string text) =>
        text.Length is > 0 and <= 9 && text.All(char.IsAsciiDigit)
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : throw CheckpointException.Request(
                $"{name} is a decimal number from 0 to 999999999"
                    + $"{(name == IndexOption ? $" or '{Auto}', which asks the launcher" : "")}; received "
                    + $"'{Show(text)}'."
            );

    private static string? Get(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    private static string Show(string value) =>
        string.Concat(value.Take(40).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))
        + (value.Length > 40 ? "…" : "");

    private sealed record Sighting(Launcher Launcher, int Index, string? CountName, int? Count)
    {
        public override string ToString() =>
            $"{Launcher.Name} ({Launcher.Index}={Index}{(CountName is null ? "" : $", {CountName}={Count}")})";
    }
}
