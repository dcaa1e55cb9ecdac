using System.Diagnostics;

namespace Fanwise.Testing;

/// <summary>The command-line tool as a process, as a user's shell runs it.</summary>
internal static class Tool
{
    /// <summary>The tool's assembly; the build makes it before any test runs.</summary>
    public static string Assembly { get; } =
        Path.Combine(
            Golden.Root,
            "artifacts",
            "bin",
            "Fanwise.Cli",
            AppContext.BaseDirectory.Contains(
                $"{Path.DirectorySeparatorChar}debug{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal
            )
                ? "debug"
                : "release",
            "Fanwise.Cli.dll"
        );

    /// <summary>Runs the tool in a folder, with arguments quoted as in a shell (double or single quotes).</summary>
    public static Result Run(string folder, string arguments) => Run(folder, Split(arguments));

    /// <summary>Runs the tool in a folder with these arguments.</summary>
    public static Result Run(string folder, params IEnumerable<string> arguments)
    {
        using Process process = Start(folder, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    /// <summary>Starts the tool without waiting for it.</summary>
    public static Process Start(string folder, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
    }

    private static IEnumerable<string> Split(string arguments)
    {
        System.Text.StringBuilder word = new();
        char quote = '\0';
        bool any = false;
        foreach (char c in arguments)
        {
            if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
                any = true;
            }
            else if (c == ' ' && quote == '\0')
            {
                if (any)
                    yield return word.ToString();
                word.Clear();
                any = false;
            }
            else
            {
                word.Append(c);
                any = true;
            }
        }

        if (any)
            yield return word.ToString();
    }

    /// <summary>How a run ended and what it printed.</summary>
    public sealed record Result(int ExitCode, string Output, string Error);
}
