using System.CommandLine;
using System.CommandLine.Parsing;

namespace Fanwise.Cli;

/// <summary>What is wrong with a command line, in one sentence with the nearest known name.</summary>
internal static class WrongRequest
{
    /// <summary>The sentence; null where nothing is wrong.</summary>
    public static string? Sentence(Command root, ParseResult parsed)
    {
        CommandResult result = parsed.CommandResult;
        Command command = result.Command;
        if (UnknownOption(parsed) is { } option)
        {
            IEnumerable<string> names = command.Options.SelectMany(static known => known.Aliases.Append(known.Name));
            return $"{command.Name} has no option '{option}'{Nearest.End(option, names)}";
        }

        if (parsed.Errors.Count == 0)
            return null;

        if (command == root)
            return NoCommand(root, parsed);
        if (parsed.UnmatchedTokens is [string word, ..])
        {
            IEnumerable<string> names = command.Arguments.Select(static argument => $"one {argument.Name}");
            string known = command.Arguments.Count == 0 ? "options only" : string.Join(" and ", names);
            return $"{command.Name} takes {known}; received '{word}' besides.";
        }

        if (
            result.Children.OfType<ArgumentResult>().FirstOrDefault(static argument => argument.Tokens.Count == 0)
                is { } missing
            && parsed.Errors[0].SymbolResult == missing
        )
            return $"{command.Name} needs {missing.Argument.Name}; {root.Name} {command.Name} --help says what it is.";
        return string.Join(
            ' ',
            parsed.Errors[0].Message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)
        );
    }

    private static string NoCommand(Command root, ParseResult parsed)
    {
        string[] known =
        [
            .. root.Subcommands.Where(static command => !command.Hidden).Select(static command => command.Name),
        ];
        string list = string.Join(", ", known);
        if (parsed.UnmatchedTokens is not [string word, ..])
            return $"Which command? There are {list}; {root.Name} --help shows examples.";
        string? near =
            root.Options.FirstOrDefault(option => option.Name == "--" + word)?.Name ?? Nearest.Of(word, known);
        return near is not null
            ? $"There is no command '{word}'{Nearest.End(near)}"
            : $"There is no command '{word}'; there are {list}.";
    }

    /// <summary>A word that looks like an option and is none; what stands behind a -- never does.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        if (parsed.Tokens.Any(static token => token.Type == TokenType.DoubleDash))
            return null;
        IEnumerable<string> words = parsed
            .CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(static argument => argument.Tokens)
            .Select(static token => token.Value)
            .Concat(parsed.UnmatchedTokens);
        return words
            .FirstOrDefault(static word => word is ['-', '-' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ..])
            ?.Split('=')[0];
    }
}
