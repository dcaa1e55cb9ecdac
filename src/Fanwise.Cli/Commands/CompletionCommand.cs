using System.CommandLine;
using System.Globalization;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise completion: a script that lets a shell complete the tool's words; and the hidden command that the
/// script asks.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _fanwise() {
                local IFS=$'\n' words
                words=$(fanwise complete "$COMP_POINT" "$COMP_LINE" 2> /dev/null)
                COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _fanwise fanwise
            """,
        ["zsh"] = """
            _fanwise() {
                local words=("${(@f)$(fanwise complete "$CURSOR" "$BUFFER" 2> /dev/null)}")
                compadd -- $words
                _files
            }
            compdef _fanwise fanwise
            """,
        ["fish"] = """
            complete -c fanwise -a '(fanwise complete (commandline -C) (commandline) 2> /dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName fanwise -ScriptBlock {
                param($word, $line, $position)
                fanwise complete $position "$line" |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public static Command Create()
    {
        Argument<string> shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh." }.OneOf(
            Scripts.Keys
        );
        ToolCommand command = new(
            "completion",
            "Print a script that completes the tool's words in a shell: eval \"$(fanwise completion bash)\".",
            "fanwise completion bash"
        )
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]);
            return Invocation.Done;
        });
        return command;
    }

    /// <summary>The command that the scripts call: what may stand at a position of a line.</summary>
    public static Command CreateQuery(Command root)
    {
        Argument<string> position = new("POSITION"),
            line = new("LINE");
        Command command = new("complete", "What may stand at a position of a line.") { position, line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string text = parsed.GetRequiredValue(line);
            if (
                int.TryParse(
                    parsed.GetRequiredValue(position),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out int at
                )
            )
            {
                // The parser offers words that contain what was typed, and help's forms for other systems.
                string typed = text[..Math.Min(at, text.Length)],
                    word = typed[(typed.LastIndexOf(' ') + 1)..];
                foreach (
                    string offer in root.Parse(typed, Invocation.Words)
                        .GetCompletions(typed.Length)
                        .Select(static item => item.InsertText ?? item.Label)
                        .Distinct()
                )
                    if (offer.StartsWith(word, StringComparison.Ordinal) && offer is not ("/?" or "/h" or "-?"))
                        Console.Out.WriteLine(offer);
            }

            return Invocation.Done;
        });
        return command;
    }
}
