using System.CommandLine;
using Fanwise.Cli;
using Fanwise.Cli.Commands;

// Data goes to stdout, everything else to stderr. 0: done; 1: could not be done; 2: the request is wrong.
ToolCommand root = new("fanwise", "Fanwise: how neural networks' weights begin. The initial weights that TensorFlow and Keras give in Python, byte for byte.", InitCommand.Example)
{
    new VersionOption(),
    InitCommand.Create(),
    DrawCommand.Create(),
    ConvertCommand.Create(),
    ExplainCommand.Create(),
    ReportCommand.Create(),
    CompletionCommand.Create(),
};
root.Add(CompletionCommand.CreateQuery(root));
return Invocation.Run(root, args);
