using System.CommandLine;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Rules;

namespace Fanwise.Cli;

/// <summary>Runs a command line and turns what goes wrong into one sentence on stderr and an exit code.</summary>
internal static class Invocation
{
    public const int Done = 0,
        CouldNotBeDone = 1,
        RequestIsWrong = 2;

    /// <summary>After SIGTERM or Ctrl-C work ends in order and removes its temporary files; schedulers kill half a
    /// minute later.</summary>
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(25);

    public static int Run(Command root, string[] arguments)
    {
        try
        {
            ParseResult parsed = root.Parse(arguments);
            if (parsed.Action is not { ClearsParseErrors: true } && WrongRequest.Sentence(root, parsed) is { } sentence)
                return Fail(RequestIsWrong, sentence);
            return parsed.Invoke(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = TimeToEnd,
                }
            );
        }
        catch (InitializerException exception) when (exception.Suggestion is not null)
        {
            return Fail(RequestIsWrong, exception.Message.TrimEnd('.') + Nearest.End(exception.Suggestion));
        }
        catch (Exception exception)
            when (exception
                    is InitializerException
                        or ModelException
                        or RuleException
                        or CheckpointException { Error: not CheckpointError.InputOutput }
            )
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

    private static int Fail(int exitCode, string sentence)
    {
        Terminal.Say($"fanwise: {sentence}");
        return exitCode;
    }
}
