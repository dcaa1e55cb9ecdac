using System.CommandLine;
using System.CommandLine.Invocation;
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

    public static int Run(Command root, string[] arguments)
    {
        try
        {
            ParseResult parsed = root.Parse(arguments, ToolRoot.Words);
            if (parsed.Action is not { ClearsParseErrors: true } && WrongRequest.Sentence(root, parsed) is { } sentence)
                return Fail(RequestIsWrong, sentence);
            InvocationConfiguration configuration = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            // What writes files is asynchronous and can be cancelled; the rest ends at once.
            if (parsed.Action is not AsynchronousCommandLineAction)
                return parsed.Invoke(configuration);
            using Termination termination = new();
            return parsed.InvokeAsync(configuration, termination.Token).GetAwaiter().GetResult();
        }
        catch (InitializerException exception) when (exception.Suggestion is not null)
        {
            return Fail(RequestIsWrong, exception.Message.TrimEnd('.') + Nearest.End(exception.Suggestion));
        }
        catch (ModelException exception) when (exception.AsksForDeclaration)
        {
            return Fail(RequestIsWrong, $"{exception.Message} (--custom FILE gives declarations.)");
        }
        catch (CheckpointException exception) when (exception.AsksToOverwrite)
        {
            return Fail(RequestIsWrong, $"{exception.Message.TrimEnd('.')} (--overwrite).");
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
