using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fanwise.Measuring;

namespace Fanwise.Cli;

/// <summary>fanwise --version, and with --verbose all that a report of an error needs.</summary>
internal sealed class VersionAction(Option<bool> verbose) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    private static string Build { get; } =
        typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>Whether the program was compiled ahead of time: then it has no folder of assemblies.</summary>
    private static string Form =>
        System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported
            ? "compiled as it runs"
            : "compiled ahead of time";

    private static int ProcessorBits =>
        Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 0;

    public override int Invoke(ParseResult parseResult)
    {
        if (!parseResult.GetValue(verbose))
        {
            Console.Out.WriteLine(Build);
            return Invocation.Done;
        }

        foreach ((string name, string value) in Facts())
            Console.Out.WriteLine($"{name, -10} {Terminal.Printable(value)}");
        return Invocation.Done;
    }

    private static IEnumerable<(string Name, string Value)> Facts()
    {
        yield return ("fanwise", $"{Build}, {Form}");
        yield return (
            "runtime",
            $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}"
        );
        yield return ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}");
        yield return (
            "processor",
            $"{Terminal.Count(Environment.ProcessorCount, "core")} for this process, "
                + (ProcessorBits == 0 ? "no vectors" : $"vectors of {ProcessorBits} bits")
        );
        yield return ("draws use", Throughput.Width);
        yield return ("memory", $"{Terminal.Size(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} for this process");
        yield return ("program", Environment.ProcessPath ?? "unknown");
    }
}
