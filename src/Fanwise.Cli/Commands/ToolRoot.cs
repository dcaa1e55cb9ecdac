using System.CommandLine;

namespace Fanwise.Cli.Commands;

/// <summary>The tool's commands.</summary>
internal static class ToolRoot
{
    /// <summary>The command with all others below it.</summary>
    public static ToolCommand Create()
    {
        Option<bool> verbose = new("--verbose")
        {
            Description =
                "With --version: build, runtime, system, processor and vector width, for a report of an error.",
        };
        ToolCommand root = new(
            "fanwise",
            "Fanwise: how neural networks' weights begin. The initial weights that Keras (on TensorFlow, JAX, PyTorch, "
                + "NumPy) and PyTorch give in Python, "
                + "byte for byte.",
            InitCommand.Example,
            DrawCommand.Example,
            ExplainCommand.Example
        )
        {
            new VersionOption { Action = new VersionAction(verbose) },
            verbose,
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
        return root;
    }
}
