using System.CommandLine;
using Fanwise.Rules;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise rules: the text of a preset.</summary>
internal static class RulesCommand
{
    private const string Example = "fanwise rules gpt2";

    public static Command Create()
    {
        Argument<string> name = new Argument<string>("NAME")
        {
            Description = $"One of {string.Join(", ", RuleSet.Presets)}.",
        }.OneOf(RuleSet.Presets);
        ToolCommand command = new("rules", "Prints a preset of rules: a YAML file to read, change and use.", Example)
        {
            name,
        };
        command.SetAction(parsed =>
        {
            Console.Out.Write(RuleSet.PresetText(parsed.GetRequiredValue(name)));
            return Invocation.Done;
        });
        return command;
    }
}
