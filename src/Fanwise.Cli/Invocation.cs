using System.CommandLine;
using System.CommandLine.Invocation;

namespace Fanwise.Cli;

/// <summary>Runs a command line and turns what goes wrong into one sentence on stderr and an exit code.</summary>
internal static class Invocation
{
    public const int Done = 0,
        CouldNotBeDone = 1,
        RequestIsWrong = 2;

    /// <summary>So many names of a folder are compared with that of a file that is missing.</summary>
    private const int MostNeighbours = 1000;

    /// <summary>How words are taken: each as it stands. By itself the parser would read the words of a file for
    /// <c>@FILE</c>.</summary>
    public static ParserConfiguration Words { get; } = new() { ResponseFileTokenReplacer = null };

    public static int Run(Command root, string[] arguments)
    {
        try
        {
            ParseResult parsed = root.Parse(arguments, Words);
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
        catch (FileNotFoundException exception) when (exception.FileName is { Length: > 0 } path)
        {
            return Fail(CouldNotBeDone, exception.Message.TrimEnd('.') + Nearest.End(Neighbour(path)));
        }
        catch (FanwiseException exception)
        {
            return Fail(
                exception.Code == FanwiseError.InputOutput ? CouldNotBeDone : RequestIsWrong,
                WithOption(exception)
            );
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

    /// <summary>The library's sentence, and the option that would end it.</summary>
    private static string WithOption(FanwiseException exception) =>
        exception.Code switch
        {
            FanwiseError.UnknownName when exception.Suggestion is not null => exception.Message.TrimEnd('.')
                + Nearest.End(exception.Suggestion),
            FanwiseError.MissingSeed when exception is InitializerException { WithoutSeed: { } name } =>
                $"{name} has no seed: --seed gives it one, --global-seed draws it as set_random_seed does.",
            FanwiseError.MissingDeclaration => $"{exception.Message} (--custom FILE gives declarations.)",
            FanwiseError.NeedsProgram =>
                $"{exception.Message} (--as transformers-X.Y gives its exact start, --rules one by rules.)",
            FanwiseError.TargetExists => $"{exception.Message.TrimEnd('.')} (--overwrite).",
            _ => exception.Message,
        };

    /// <summary>The file beside a missing one whose name is nearest; null where none is near, or nobody may
    /// look.</summary>
    private static string? Neighbour(string path)
    {
        try
        {
            return Path.GetDirectoryName(path) is { Length: > 0 } folder
                ? Nearest.Of(
                    Path.GetFileName(path),
                    Directory.EnumerateFiles(folder).Take(MostNeighbours).Select(static file => Path.GetFileName(file))
                )
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Fail(int exitCode, string sentence)
    {
        Terminal.Say($"fanwise: {sentence}");
        return exitCode;
    }
}
