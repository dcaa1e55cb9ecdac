using System.CommandLine;
using System.CommandLine.Help;
using Fanwise.Cli;
using Fanwise.Cli.Commands;

// Data goes to stdout, everything else to stderr. 0: done; 1: could not be done; 2: the request is wrong.
Command root = new("fanwise", "Fanwise: how neural networks' weights begin. The initial weights that TensorFlow and Keras give in Python, byte for byte.")
{
    new HelpOption(),
    new VersionOption(),
    InitCommand.Create(),
};
return Invocation.Run(root, args);
