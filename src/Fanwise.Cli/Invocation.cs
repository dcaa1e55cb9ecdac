using System.CommandLine;
using System.CommandLine.Invocation;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;

namespace Fanwise.Cli;

/// <summary>Runs a command line and turns what goes wrong into one sentence on stderr and an exit code.</summary>
internal static class Invocation
{
    public const int Done = 0, CouldNotBeDone = 1, RequestIsWrong = 2;

    /// <summary>After SIGTERM or Ctrl-C work ends in order and removes its temporary files; schedulers kill half a minute later.</summary>
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(25);

    public static int Run(Command root, string[] arguments)
    {
        try
        {
            ParseResult parsed = root.Parse(arguments);
            if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction) return Fail(RequestIsWrong, Sentence(root, parsed));
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToEnd });
        }
        catch (Exception exception) when (exception is InitializerException or ModelException or CheckpointException { Error: not CheckpointError.InputOutput })
        {
            return Fail(RequestIsWrong, exception.Message);
        }
        catch (CheckpointException exception)
        {
            return Fail(CouldNotBeDone, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(CouldNotBeDone, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(CouldNotBeDone, "Cancelled; nothing was left half-written.");
        }
    }

    private static string Sentence(Command root, ParseResult parsed)
    {
        string message = string.Join(' ', parsed.Errors[0].Message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return parsed.CommandResult.Command == root && parsed.UnmatchedTokens is [string word, ..]
            ? $"There is no command '{word}'; there are {string.Join(", ", root.Subcommands.Where(static command => !command.Hidden).Select(static command => command.Name))}."
            : message;
    }

    private static int Fail(int exitCode, string sentence)
    {
        Terminal.Say($"fanwise: {sentence}");
        return exitCode;
    }
}
