using System.Diagnostics;
using System.Globalization;
using Fanwise.Models.Plans;
using Fanwise.Models.Programs;

namespace Fanwise.Benchmarks;

/// <summary>A start of a PyTorch model drawn into memory, as bench/transformers.py asks for it.</summary>
internal static class Programs
{
    private const int Chunk = 1 << 22;

    /// <summary>Draws every tensor of a configuration's start on one thread and prints the seconds that each round
    /// took; the first, in which methods are compiled, is left out.</summary>
    /// <param name="arguments">The configuration, the release, the seed and the rounds.</param>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        string config = File.ReadAllText(arguments[0]);
        uint seed = uint.Parse(arguments[2], CultureInfo.InvariantCulture);
        int rounds = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        byte[] memory = new byte[Chunk];
        FillOptions options = new() { MaxDegreeOfParallelism = 1 };
        for (int round = -1; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            foreach (PlannedWeight weight in TransformersPrograms.Plan(config, arguments[1], seed, new()))
                for (long at = 0; at < weight.Values.Bytes; at += Chunk)
                    weight.Values.Fill(
                        at / weight.ElementType.Size(),
                        memory.AsSpan(0, (int)Math.Min(Chunk, weight.Values.Bytes - at)),
                        options
                    );
            if (round >= 0)
                Console.WriteLine(
                    Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("R", CultureInfo.InvariantCulture)
                );
        }

        return 0;
    }
}
