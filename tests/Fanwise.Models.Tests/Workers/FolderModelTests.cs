using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Every history of a folder: runs of two seeds and two shard sizes by one worker of one, two or three, fresh,
/// resuming or overwriting, each killed before each change of the disk, and finishing. After each step <c>verify</c>
/// says complete only where every byte is one plan's.</summary>
/// <remarks>Histories that leave the same files are one state, so all of them are walked, however long: the walk ends
/// when no run leads to a new state.</remarks>
public sealed class FolderModelTests : IDisposable
{
    private static readonly ShardPlan[] Plans =
    [
        .. new long[] { 1, 2 }.SelectMany(static seed =>
            new long[] { 24, 40 }.Select(size => ShardPlan.Split(Small(seed), size))
        ),
    ];

    private readonly ScratchFolder _scratch = new();
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal); // by hash
    private readonly HashSet<string> _complete = new(StringComparer.Ordinal);

    public void Dispose() => _scratch.Dispose();

    /// <summary>What one command does.</summary>
    private sealed record Command(ShardPlan? Plan, Worker Worker, Resume Resume, bool Overwrite)
    {
        /// <summary>Runs it; refusals are results like others.</summary>
        public void Run(string folder, BeforeDiskStep? beforeStep)
        {
            try
            {
                if (Plan is null)
                    FolderIndex.Finish(folder, sync: false);
                else
                    new CheckpointFolder(Plan, folder).Write(
                        Worker,
                        Resume,
                        new()
                        {
                            Sync = false,
                            Threads = 1,
                            Overwrite = Overwrite,
                            BeforeStep = beforeStep,
                        }
                    );
            }
            catch (CheckpointException)
            {
                // Refused, or others' files came in between.
            }
        }
    }

    [Fact]
    public void NoHistoryOfOneWorkerMakesAMixtureComplete() => Walk(workers: 1, states: 20);

    [Everything]
    [Theory]
    [InlineData(2, 60)]
    [InlineData(3, 60)]
    public void NoHistoryOfSeveralWorkersMakesAMixtureComplete(int workers, int states) => Walk(workers, states);

    /// <summary>A run that stands still before each of its steps while another run of another plan goes through: the
    /// two of them at once.</summary>
    [Fact]
    public void NoRunInTheMiddleOfAnotherMakesAMixtureComplete()
    {
        Learn();
        Command[] commands = [.. Commands(2)];
        int[] begins = [-1, 0, 2];
        foreach (int begin in begins)
        foreach (
            Command outer in commands.Where(static command => command.Plan is not null && command.Worker.Index == 0)
        )
        foreach (Command inner in commands.Where(command => command.Overwrite && command.Plan != outer.Plan))
            for (int at = 0, steps = 1; at < steps; at++)
            {
                string folder = Fresh();
                if (begin >= 0)
                    new Command(Plans[begin], Worker.Alone, Resume.No, Overwrite: false).Run(folder, null);
                int step = 0;
                outer.Run(
                    folder,
                    (_, _) =>
                    {
                        if (step++ == at)
                            inner.Run(folder, null);
                    }
                );
                steps = Math.Min(step, 12);
                Demand(folder, $"{outer} with {inner} before its step {at}");
            }
    }

    /// <summary>Two runs of other plans at once, one of them killed: the second begins before a step of the first, dies
    /// before a step of its own, and the first goes on. A drawn sample of all of them.</summary>
    [Theory]
    [InlineData(1, 400)]
    public void NoRunThatDiesInTheMiddleOfAnotherMakesAMixtureComplete(int seed, int trials) => Die(seed, trials);

    [Everything]
    [Theory]
    [InlineData(2, 10_000)]
    public void NoneOfTenThousandRunsThatDieInTheMiddleOfAnotherDoes(int seed, int trials) => Die(seed, trials);

    private void Die(int seed, int trials)
    {
        Learn();
        Command[] commands = [.. Commands(3).Where(static command => command.Plan is not null)];
        Random random = new(seed);
        int died = 0,
            complete = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            string folder = Fresh();
            if (random.Next(3) > 0)
                new Command(Plans[random.Next(Plans.Length)], Worker.Alone, Resume.No, Overwrite: false).Run(
                    folder,
                    null
                );
            Command outer = commands[random.Next(commands.Length)],
                inner = commands[random.Next(commands.Length)],
                last = commands[random.Next(commands.Length)];
            int at = random.Next(8),
                end = random.Next(8),
                step = 0;
            outer.Run(
                folder,
                (_, _) =>
                {
                    if (step++ != at)
                        return;
                    int inside = 0;
                    try
                    {
                        inner.Run(folder, (_, _) => inside = inside < end ? inside + 1 : throw new Killed());
                    }
                    catch (Killed)
                    {
                        died++;
                    }
                }
            );
            Demand(folder, $"{outer} with {inner} before its step {at}, which dies before its step {end}");
            last.Run(folder, null);
            complete += Demand(folder, $"{outer}, {inner} from {at} to {end}, then {last}") ? 1 : 0;
        }

        died.ShouldBeGreaterThan(trials / 10);
        complete.ShouldBeGreaterThan(trials / 100);
    }

    /// <summary>A process's end: nothing after it is done.</summary>
    private sealed class Killed : Exception;

    private void Walk(int workers, int states)
    {
        Learn();
        Command[] commands = [.. Commands(workers)];
        Dictionary<string, string> histories = new(StringComparer.Ordinal) { [""] = "an empty folder" };
        Queue<string> left = new([""]);
        while (left.TryDequeue(out string? state))
            foreach (Command command in commands)
            {
                string folder = Fresh();
                Restore(folder, state);
                List<string> seen = [];
                command.Run(folder, (_, _) => seen.Add(State(folder)));
                seen.Add(State(folder));
                foreach (string next in seen)
                {
                    if (!histories.TryAdd(next, $"{histories[state]}, then {command}"))
                        continue;
                    Restore(folder, next);
                    Demand(folder, histories[next]);
                    left.Enqueue(next);
                }
            }

        // The walk saw something: each plan complete, and folders between two plans.
        histories.Count.ShouldBeGreaterThan(states);
        _complete.ShouldBeSubsetOf(histories.Keys);
    }

    /// <summary>What each plan's complete folder is.</summary>
    private void Learn()
    {
        foreach (ShardPlan plan in Plans)
        {
            plan.Shards.Count.ShouldBeGreaterThan(1);
            string folder = Fresh();
            new Command(plan, Worker.Alone, Resume.No, Overwrite: false).Run(folder, null);
            _complete.Add(State(folder));
        }

        _complete.Count.ShouldBe(Plans.Length);
    }

    /// <summary>The one demand: complete by <c>verify</c> means complete by bytes.</summary>
    private bool Demand(string folder, string history)
    {
        bool complete;
        try
        {
            _ = CheckpointVerifier.Verify(folder);
            complete = true;
        }
        catch (CheckpointException)
        {
            complete = false;
        }

        if (complete)
            _complete.ShouldContain(State(folder), $"verify calls a mixture complete: {history}");
        return complete;
    }

    private static IEnumerable<Command> Commands(int workers)
    {
        yield return new(null, Worker.Alone, Resume.No, Overwrite: false);
        for (int count = 1; count <= workers; count++)
        for (int index = 0; index < count; index++)
            foreach (ShardPlan plan in Plans)
            {
                yield return new(plan, new(index, count), Resume.No, Overwrite: false);
                yield return new(plan, new(index, count), Resume.ByHeader, Overwrite: false);
                yield return new(plan, new(index, count), Resume.No, Overwrite: true);
                yield return new(plan, new(index, count), Resume.ByHeader, Overwrite: true);
            }
    }

    private string Fresh()
    {
        string folder = _scratch.File("folder");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Names and contents; a killed run's temporary files are nobody's and are left out.</summary>
    private string State(string folder)
    {
        List<string> files = [];
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (name[0] == '.')
                continue;
            byte[] bytes = File.ReadAllBytes(path);
            string hash = Golden.Hash(bytes);
            _files.TryAdd(hash, bytes);
            files.Add($"{name}={hash}");
        }

        return string.Join(';', files);
    }

    private void Restore(string folder, string state)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
            File.Delete(path);
        foreach (string file in state.Split(';', StringSplitOptions.RemoveEmptyEntries))
            File.WriteAllBytes(Path.Combine(folder, file.Split('=')[0]), _files[file.Split('=')[1]]);
    }

    /// <summary>Four weights of 16 bytes: four files or two.</summary>
    private static WeightPlan Small(long seed) =>
        new(
            Enumerable
                .Range(0, 4)
                .Select(number => new PlannedWeight(
                    $"w{number}",
                    SmallPlans.Normal([4], ElementType.Float32, seed, number)
                ))
        )
        {
            Metadata = new Dictionary<string, string> { ["seed"] = $"{seed}" },
        };
}
