using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Fanwise.Cli;

/// <summary>A command whose help ends with examples, which tests run.</summary>
internal sealed class ToolCommand : Command
{
    public ToolCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        HelpOption help = new();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
        Add(help);
    }

    private sealed class HelpWithExamples(HelpAction help, string[] examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            if (examples.Length == 0)
                return Invocation.Done;
            Console.Out.WriteLine("Examples:");
            foreach (string example in examples)
                Console.Out.WriteLine($"  {example}");
            Console.Out.WriteLine();
            return Invocation.Done;
        }
    }
}
