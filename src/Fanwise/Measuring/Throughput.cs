using System.Diagnostics;
using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.Draws.Pcg;
using Fanwise.Draws.Twister;
using Fanwise.Draws.Xla;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Measuring;

/// <summary>How fast one draw is on this machine.</summary>
/// <param name="Draw">What was drawn, or <c>Span.Fill</c>, with which to compare.</param>
/// <param name="Width">The vector width: <c>512 bits</c> or <c>scalar</c>.</param>
/// <param name="Threads">How many at a time.</param>
/// <param name="ElementsPerSecond">The best of several runs.</param>
/// <param name="BytesPerSecond">The same in bytes.</param>
public sealed record ThroughputRow(
    string Draw,
    string Width,
    int Threads,
    double ElementsPerSecond,
    double BytesPerSecond
);

/// <summary>Measures this machine: every draw at every width that it has, on one core and on all.</summary>
/// <remarks>Each thread fills 256 KiB of its own again and again, so that it is the processor that is measured and not
/// the memory.</remarks>
public static class Throughput
{
    private const int Bytes = 1 << 18;

    private static readonly PhiloxStream Stream = KerasSeeds.Stream(42);
    private static readonly ThreefryStream Key = new(0, 42, Original: false);
    private static readonly FillOptions Alone = new() { MaxDegreeOfParallelism = 1 };

    /// <summary>The width that draws use on this machine.</summary>
    public static string Width => Name(Dispatch.Effective);

    /// <summary>The rows one after the other, each measured when it is asked for.</summary>
    /// <param name="time">How long each row may take.</param>
    /// <exception cref="InitializerException">The time is not positive.</exception>
    public static IEnumerable<ThroughputRow> Measure(TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
            throw new InitializerException($"A measurement needs time; received {time}.");
        return Rows(time);
    }

    private static IEnumerable<ThroughputRow> Rows(TimeSpan time)
    {
        int[] threadCounts = Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];
        foreach (int threads in threadCounts)
            yield return Row(
                "Span.Fill",
                "",
                sizeof(float),
                threads,
                time,
                static memory => MemoryMarshal.Cast<byte, float>(memory.AsSpan()).Fill(1)
            );
        foreach ((DrawKind kind, ElementType type) in Kinds())
        {
            Draw draw = Draw.Standard(kind, type);
            foreach (VectorWidth width in Dispatch.Supported)
            foreach (int threads in width == Dispatch.Best ? threadCounts : [1])
                yield return Row(
                    $"{Name(kind)} {type.Name()}",
                    Name(width == Dispatch.Best ? Dispatch.Effective : width),
                    type.Size(),
                    threads,
                    time,
                    memory => Sampler.Fill(draw, Stream, 0, memory, width)
                );
        }

        foreach (XlaDraw draw in XlaDraws())
        foreach (VectorWidth width in Dispatch.Supported)
        foreach (int threads in width == Dispatch.Best ? threadCounts : [1])
            yield return Row(
                $"jax {Name(draw.Kind)} {draw.Type.Name()}",
                Name(width),
                draw.Type.Size(),
                threads,
                time,
                memory => XlaSampler.Fill(draw, Key, Bytes, 0, memory, width)
            );
        foreach ((string name, Func<Values> values) in PcgDraws().Concat(TwisterDraws()))
            yield return Row(name, "", values().ElementType.Size(), 1, time, memory => values().Fill(0, memory, Alone));
    }

    private static IEnumerable<XlaDraw> XlaDraws() =>
        [
            XlaDraw.Uniform(ElementType.Float32, 0, 1),
            XlaDraw.Normal(ElementType.Float32),
            XlaDraw.TruncatedNormal(ElementType.Float32, -2, 2),
        ];

    /// <summary>NumPy's draws, new ones each time, since normals remember where they have been.</summary>
    private static IEnumerable<(string Name, Func<Values> Values)> PcgDraws()
    {
        Shape shape = [Bytes];
        Pcg64 generator = Pcg64.Of([42]);
        return
        [
            ("numpy uniform float64", () => new PcgUniforms(shape, ElementType.Float64, 0, 1, generator)),
            ("numpy uniform float32", () => new PcgSingles(shape, generator)),
            ("numpy normal float64", () => new PcgNormals(shape, ElementType.Float64, -0.0, 1, null, generator)),
            ("numpy normal float32", () => new PcgSingleNormals(shape, generator)),
        ];
    }

    /// <summary>PyTorch's draws from the beginning of a generator.</summary>
    private static IEnumerable<(string Name, Func<Values> Values)> TwisterDraws()
    {
        Shape shape = [Bytes];
        TorchState generator = TorchState.Seeded(42);
        return
        [
            ("torch uniform float32", () => generator.Uniform(shape, ElementType.Float32, 0, 1)),
            ("torch normal float32", () => generator.Normal(shape, ElementType.Float32, 0, 1)),
            ("torch normal float64", () => generator.Normal(shape, ElementType.Float64, 0, 1)),
        ];
    }

    private static IEnumerable<(DrawKind Kind, ElementType Type)> Kinds() =>
        from type in new[] { ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16 }
        from kind in new[] { DrawKind.Uniform, DrawKind.Normal, DrawKind.TruncatedNormal }
        select (kind, type);

    private static ThroughputRow Row(
        string name,
        string width,
        int size,
        int threads,
        TimeSpan time,
        Action<byte[]> fill
    )
    {
        byte[][] memory = new byte[threads][];
        for (int i = 0; i < threads; i++)
        {
            memory[i] = new byte[Bytes];
            fill(memory[i]); // compiles, and touches the memory
        }

        int repetitions = threads == 1 ? 1 : 8; // starting threads takes some microseconds
        double best = double.MaxValue;
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        do
        {
            long start = Stopwatch.GetTimestamp();
            if (threads == 1)
                Repeat(0);
            else
                Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Repeat);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / repetitions);

            void Repeat(int thread)
            {
                for (int i = 0; i < repetitions; i++)
                    fill(memory[thread]);
            }
        } while (Stopwatch.GetTimestamp() < end);
        double bytes = (double)Bytes * threads / best;
        return new(name, width, threads, bytes / size, bytes);
    }

    private static string Name(VectorWidth width) =>
        width == VectorWidth.Scalar ? "scalar" : $"{width.ToString()["Bits".Length..]} bits";

    private static string Name(DrawKind kind) =>
        kind switch
        {
            DrawKind.Uniform => "uniform",
            DrawKind.Normal => "normal",
            _ => "truncated normal",
        };
}
