using System.Collections;
using System.CommandLine;
using Fanwise.Models;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Workers;

namespace Fanwise.Cli;

/// <summary>The options of a command that fills a folder with shards, alone or as one of several workers.</summary>
internal sealed class FolderOptions
{
    private const string DefaultShardSize = "5GB",
        Verify = "verify";

    private readonly Option<string> _shardSize = new("--max-shard-size")
    {
        Description =
            $"The most bytes of tensors in one file of a folder, such as 500MB or 4GiB; {DefaultShardSize} by default.",
        HelpName = "SIZE",
    };

    private readonly Option<string> _worker = new("--worker")
    {
        Description =
            "This process's number, from 0, among those that fill the folder together; auto asks the launcher "
            + "(Open MPI, MPICH, Slurm, AWS and Google Batch, torchrun; with --workers also Slurm arrays and "
            + "Kubernetes).",
        HelpName = "I|auto",
    };

    private readonly Option<string> _workers = new("--workers")
    {
        Description = "How many processes fill the folder together.",
        HelpName = "N",
    };

    private readonly Option<string?> _resume = new("--resume")
    {
        Description =
            "Keep the shards that are there: --resume looks at length and header, --resume=verify at every byte.",
        HelpName = Verify,
        Arity = ArgumentArity.ZeroOrOne,
    };

    private Option[] All => [_shardSize, _worker, _workers, _resume];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Add(option);
    }

    /// <summary>What the options ask for, before anything is read or written; null where the output is no folder of
    /// shards.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">The path of the output; null where none is given.</param>
    /// <param name="format">The format that is asked for by name; null where none is.</param>
    /// <param name="hasSeed">Whether a seed is given.</param>
    /// <param name="prefersFolder">Whether an output that does not say what it is is a folder.</param>
    /// <exception cref="CheckpointException">An option is wrong, or several workers would write one file or draw a seed
    /// each.</exception>
    public FolderWork? Read(
        ParseResult parsed,
        string? output,
        CheckpointFormat? format,
        bool hasSeed,
        bool prefersFolder = false
    )
    {
        string? given = Array.Find(All, option => parsed.GetResult(option) is not null)?.Name;
        bool shards = format is null || format == CheckpointFormat.All[0];
        if (given is not null && !shards)
            throw Refuse($"{given} is for folders of safetensors shards; received --format {format!.Name}.");
        if (given is not null && output is not null && !Directory.Exists(output) && NamesFile(output))
            throw Refuse($"{given} is for folders of shards; '{output}' names a file.");

        WorkerChoice choice = WorkerChoice.Of(parsed.GetValue(_worker), parsed.GetValue(_workers), Variables());
        if (choice.Warning is not null)
            Terminal.Say($"warning: {choice.Warning}");
        bool folder =
            shards
            && (
                given is not null
                || (
                    output is not null
                    && (
                        Directory.Exists(output)
                        || Path.EndsInDirectorySeparator(output)
                        || (prefersFolder && !NamesFile(output))
                    )
                )
                || (prefersFolder && output is null)
            );
        if (choice.Worker.Count > 1)
        {
            if (!folder)
                throw Refuse(
                    $"Several workers fill a folder of shards ({choice.Source}); received the output '{output}'."
                );
            if (!hasSeed)
                throw Refuse("Several workers need one --seed; without it each would draw its own.");
        }

        return folder
            ? new(choice, ByteSize.Parse(parsed.GetValue(_shardSize) ?? DefaultShardSize), ReadResume(parsed))
            : null;
    }

    private static bool NamesFile(string output) =>
        CheckpointFormat.All.Any(format =>
            format.Extension.Length > 0 && output.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase)
        );

    private Resume ReadResume(ParseResult parsed) =>
        parsed.GetResult(_resume) is null
            ? Resume.No
            : parsed.GetValue(_resume) switch
            {
                null => Resume.ByHeader,
                Verify => Resume.ByBytes,
                string other => throw Refuse(
                    $"--resume stands alone or is --resume={Verify}; received '{other}' (the model's file comes "
                        + "before it)."
                ),
            };

    private static Dictionary<string, string> Variables() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(
                static entry => (string)entry.Key,
                static entry => entry.Value as string ?? "",
                StringComparer.Ordinal
            );

    private static CheckpointException Refuse(string sentence) => new(FanwiseError.Request, sentence);
}
