using System.CommandLine;
using Fanwise.Cli;
using Fanwise.Cli.Commands;

// Under Open MPI a process's stdout is a pseudo-terminal; for a TERM that it knows, .NET would write control sequences
// to it.
if (Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_RANK") is not null)
    Environment.SetEnvironmentVariable("TERM", null);

// Data goes to stdout, everything else to stderr. 0: done; 1: could not be done; 2: the request is wrong.
ToolCommand root = new(
    "fanwise",
    "Fanwise: how neural networks' weights begin. The initial weights that TensorFlow and Keras give in Python, "
        + "byte for byte.",
    InitCommand.Example,
    DrawCommand.Example,
    ExplainCommand.Example
)
{
    new VersionOption(),
    InitCommand.Create(),
    DrawCommand.Create(),
    ConvertCommand.Create(),
    VerifyCommand.Create(),
    FinishCommand.Create(),
    ExplainCommand.Create(),
    ReportCommand.Create(),
    BenchCommand.Create(),
    FindSeedCommand.Create(),
    RulesCommand.Create(),
    CompletionCommand.Create(),
};
root.Add(CompletionCommand.CreateQuery(root));
return Invocation.Run(root, args);
