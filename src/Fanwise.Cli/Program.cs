using Fanwise.Cli;
using Fanwise.Cli.Commands;

// Under Open MPI a process's stdout is a pseudo-terminal; for a TERM that it knows, .NET would write control sequences
// to it.
if (Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_RANK") is not null)
    Environment.SetEnvironmentVariable("TERM", null);

// Data goes to stdout, everything else to stderr. 0: done; 1: could not be done; 2: the request is wrong.
return Invocation.Run(ToolRoot.Create(), args);
