using System.CommandLine;
using Fanwise.Generations;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise convert: the same initializer in another generation's JSON.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        Argument<string> initializer = InitializerArguments.Initializer();
        Option<string> source = InitializerArguments.Generation(
                "--as",
                "As whose configuration it is read (without it its form tells)",
                isRequired: false
            ),
            target = InitializerArguments.Generation("--to", "In whose form it is written", isRequired: true);
        ToolCommand command = new(
            "convert",
            "The same initializer in another generation's JSON; what changes is said on stderr.",
            "fanwise convert '{\"class_name\": \"VarianceScaling\", \"config\": {\"distribution\": \"normal\", "
                + "\"dtype\": \"float32\"}}' --to keras"
        )
        {
            initializer,
            source,
            target,
        };
        command.SetAction(parsed =>
        {
            Generation? from = parsed.GetValue(source) is { } name ? Generations.Generation.Parse(name) : null;
            Conversion read = Configuration.Read(InitializerArguments.Text(parsed.GetRequiredValue(initializer)), from);
            Conversion converted = Converter.Convert(
                read.Initializer,
                Generations.Generation.Parse(parsed.GetRequiredValue(target))
            );
            foreach (string note in read.Notes.Concat(converted.Notes))
                Terminal.Say(note);
            Console.Out.WriteLine(converted.Initializer.Serialize().ToJson());
            return Invocation.Done;
        });
        return command;
    }
}
