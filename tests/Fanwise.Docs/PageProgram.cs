using System.Reflection;
using System.Text.RegularExpressions;
using Fanwise.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fanwise.Docs;

/// <summary>A C# block of a page, compiled and run as a reader would who pastes it into a new console
/// project.</summary>
internal static class PageProgram
{
    /// <summary>The <c>using</c> lines that a project of the SDK has by itself.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The lines that the program prints, in a scratch folder with the samples.</summary>
    public static string[] Run(string text)
    {
        MethodInfo entry = Compile(text).EntryPoint!;
        return Printed(() => entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()]));
    }

    /// <summary>What the comments of a program say that it prints: behind a <c>Console.WriteLine(…);</c>, and alone on
    /// the lines below it.</summary>
    public static string[] Promised(string text)
    {
        List<string> lines = [];
        bool prints = false;
        bool ended = false;
        foreach (string line in text.Split('\n').Select(static line => line.Trim()))
        {
            if (line.StartsWith("Console.WriteLine(", StringComparison.Ordinal))
            {
                prints = true;
                ended = false;
            }
            else if (prints && ended && line.StartsWith("// ", StringComparison.Ordinal))
            {
                lines.Add(line[3..]);
                continue;
            }
            else if (ended)
            {
                prints = false;
            }

            Match comment = Regex.Match(line, @";\s+// (.*)$");
            if (prints && !ended && comment.Success)
                lines.Add(comment.Groups[1].Value);
            ended = ended || comment.Success || line.EndsWith(';');
        }

        return [.. lines];
    }

    private static Assembly Compile(string text)
    {
        CSharpParseOptions language = new(LanguageVersion.CSharp14);
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Page{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, language), CSharpSyntaxTree.ParseText(text, language)],
            References,
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
        );
        using MemoryStream image = new();
        string[] errors =
        [
            .. compilation
                .Emit(image)
                .Diagnostics.Where(static message => message.Severity >= DiagnosticSeverity.Warning)
                .Select(static message => message.ToString()),
        ];
        errors.ShouldBeEmpty();
        return Assembly.Load(image.ToArray());
    }

    private static string[] Printed(Action program)
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
}
