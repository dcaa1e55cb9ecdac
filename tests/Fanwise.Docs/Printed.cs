using System.Runtime.CompilerServices;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>Programs of the pages and what they print. Their tests share one collection: the console and the current
/// folder are the process's.</summary>
internal static class Printed
{
    public const string Collection = "Console";

    /// <summary>Runs a region's program, in a scratch folder with the samples; it prints what its comments say,
    /// <c>Console.WriteLine(x); // this</c> or the lines below.</summary>
    /// <param name="program">The program, a lambda around the region.</param>
    /// <param name="path">The file of the test.</param>
    /// <param name="line">The line of the test; the first region behind it is the program.</param>
    public static void AsItSays(Action program, [CallerFilePath] string path = "", [CallerLineNumber] int line = 0)
    {
        // A path of the compiler's may be one of another machine.
        string[] region =
        [
            .. File.ReadLines(Path.Combine(Golden.Root, "tests", "Fanwise.Docs", Path.GetFileName(path)))
                .Skip(line - 1)
                .SkipWhile(static text => !text.TrimStart().StartsWith("#region", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(static text => !text.TrimStart().StartsWith("#endregion", StringComparison.Ordinal)),
        ];
        Run(program).ShouldBe(Comments(region));
    }

    /// <summary>The lines that a program prints.</summary>
    public static string[] Run(Action program)
    {
        TextWriter before = Console.Out;
        string folder = Environment.CurrentDirectory;
        using ScratchFolder scratch = new();
        using StringWriter output = new();
        Directory.CreateSymbolicLink(scratch.File("samples"), Path.Combine(Golden.Root, "samples"));
        Environment.CurrentDirectory = scratch.Path;
        Console.SetOut(output);
        try
        {
            program();
        }
        finally
        {
            Console.SetOut(before);
            Environment.CurrentDirectory = folder;
        }

        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What the comments of a program say that it prints: behind a <c>Console.WriteLine</c>, and alone on the
    /// lines below it.</summary>
    public static string[] Comments(IEnumerable<string> program)
    {
        List<string> lines = [];
        bool prints = false;
        foreach (string line in program.Select(static line => line.Trim()))
        {
            if (line.StartsWith("Console.WriteLine(", StringComparison.Ordinal))
            {
                int comment = line.LastIndexOf(" // ", StringComparison.Ordinal);
                if (comment >= 0)
                    lines.Add(line[(comment + " // ".Length)..]);
                prints = true;
            }
            else if (prints && line.StartsWith("// ", StringComparison.Ordinal))
            {
                lines.Add(line[3..]);
            }
            else
            {
                prints = false;
            }
        }

        return [.. lines];
    }
}
