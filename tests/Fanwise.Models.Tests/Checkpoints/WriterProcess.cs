using System.Globalization;
using Fanwise.Draws;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>A process that writes a plan of a given size and prints its greatest memory: <c>FORMAT PATH MEBIBYTES
/// [sync]</c>. Exit codes are those of the tool.</summary>
internal static class WriterProcess
{
    private const long Mebibyte = 1 << 20;

    /// <summary>The first argument that asks for this process and not for the tests.</summary>
    public const string Command = "write-plan";

    public static int Main(string[] arguments) =>
        arguments is [Command, .. string[] rest]
            ? Write(rest)
            : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(arguments).GetAwaiter().GetResult();

    private static int Write(string[] arguments)
    {
        try
        {
            CheckpointFormat format = CheckpointFormat.Parse(arguments[0]);
            format.Write(
                Plan(format, long.Parse(arguments[2], CultureInfo.InvariantCulture)),
                arguments[1],
                new() { Sync = arguments.Contains("sync", StringComparer.Ordinal), Overwrite = true }
            );
        }
        catch (CheckpointException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return exception.Code == FanwiseError.InputOutput ? 1 : 2;
        }

        Console.WriteLine(PeakMebibytes());
        return 0;
    }

    /// <summary>Uniform draws in layers of 64 MiB at most, with constants between them; for .npy one tensor.</summary>
    public static WeightPlan Plan(CheckpointFormat format, long mebibytes)
    {
        IEnumerable<(string, long)> sizes =
            format.Name == "npy"
                ? [("kernel", mebibytes)]
                : Enumerable
                    .Range(0, (int)((mebibytes + 63) / 64))
                    .Select(i => ($"dense_{i}/kernel", Math.Min(64, mebibytes - (64L * i))));
        return new(
            sizes.Select(
                static (size, i) =>
                    new PlannedWeight(
                        size.Item1,
                        i % 2 == 0
                            ? Initializers
                                .RandomUniform(seed: i)
                                .ValuesFor([size.Item2 * Mebibyte / 4], ElementType.Float32)
                            : new ConstantValues([size.Item2 * Mebibyte / 4], ElementType.Float32, i)
                    )
                    {
                        StorePaths = [$"layers/dense_{i}/vars/0"],
                    }
            )
        )
        {
            Topology = TestPlans.Json(
                """{"class_name":"Sequential","config":{"name":"s","layers":[]}"""
                    + ""","keras_version":"2.15.0","backend":"tensorflow"}"""
            ),
        };
    }

    /// <summary>The most memory that the process has held, as Linux counts it.</summary>
    private static long PeakMebibytes() =>
        long.Parse(
            File.ReadLines("/proc/self/status")
                .First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .AsSpan(6)
                .Trim()
                .TrimEnd("kB"),
            CultureInfo.InvariantCulture
        ) / 1024;
}
