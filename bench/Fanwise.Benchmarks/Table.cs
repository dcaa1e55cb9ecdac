using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.LinearAlgebra;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Benchmarks;

/// <summary>Every figure of docs/performance.md that is no kernel's, in one run of a minute: what is compared is
/// measured in turn, and the fastest run of each counts. For `bench/table`.</summary>
internal static class Table
{
    public static int Run(ReadOnlySpan<string> parts)
    {
        (string Name, Action Measure)[] all =
        [
            ("cores", Cores),
            ("types", ElementTypes),
            ("memory", Memory),
            ("small", SmallCalls),
            ("jumps", Jumps),
            ("orthogonal", Orthogonals),
        ];
        foreach ((string name, Action measure) in all)
            if (parts.IsEmpty || parts.Contains(name))
                measure();
        return 0;
    }

    /// <summary>2^26 elements of every draw that can be cut, on one core and on all.</summary>
    private static void Cores()
    {
        const int Count = 1 << 26;
        int cores = Environment.ProcessorCount;
        byte[] memory = new byte[Count * sizeof(double)];
        Console.WriteLine($"{cores} cores against one, 2^26 elements:");
        foreach ((string name, Values values) in Draws([Count]))
        {
            Span<byte> Part() => memory.AsSpan(0, Count * values.ElementType.Size());
            double[] times = Fastest(
                12,
                () => values.Fill(0, Part(), new FillOptions { MaxDegreeOfParallelism = 1 }),
                () => values.Fill(0, Part(), new FillOptions { MaxDegreeOfParallelism = cores })
            );
            Line(name, $"{Each(times[0], Count)} and {Each(times[1], Count)}, ratio {times[0] / times[1]:0.00}");
        }
    }

    /// <summary>Every draw whose slices cost no more than their own elements.</summary>
    private static IEnumerable<(string Name, Values Values)> Draws(Shape shape)
    {
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Float64, ElementType.BFloat16 })
        {
            yield return ($"uniform {type.Name()}", Initializers.GlorotUniform(42).ValuesFor(shape, type));
            yield return ($"normal {type.Name()}", Initializers.RandomNormal(42).ValuesFor(shape, type));
            yield return ($"truncated normal {type.Name()}", Initializers.GlorotNormal(42).ValuesFor(shape, type));
        }

        const ElementType Single = ElementType.Float32;
        JaxKey key = JaxKey.Of(42);
        yield return ("jax uniform", Jax.Uniform(key, shape, Single, 0, 1));
        yield return ("jax normal", Jax.Normal(key, shape, Single));
        yield return ("jax truncated normal", Jax.TruncatedNormal(key, shape, Single, -2, 2));
        yield return ("torch uniform", Torch.Uniform(new(42), shape, Single, 0, 1));
        yield return ("torch normal", Torch.Normal(new(42), shape, Single, 0, 1));
        yield return ("numpy uniform", NumPy.Random(new NumPyGenerator(42), shape, Single));
        yield return ("numpy uniform float64", NumPy.Random(new NumPyGenerator(42), shape, ElementType.Float64));
    }

    private static void ElementTypes()
    {
        byte[] memory = new byte[1 << 18];
        Console.WriteLine($"{Dispatch.Best} against one word at a time:");
        foreach (ElementType type in new[] { ElementType.Float64, ElementType.Float16, ElementType.BFloat16 })
        foreach (DrawKind kind in new[] { DrawKind.Uniform, DrawKind.Normal, DrawKind.TruncatedNormal })
        {
            Draw draw = Draw.Standard(kind, type);
            double[] times = Fastest(
                30,
                () => Sampler.Fill(draw, KerasSeeds.Stream(42), 0, memory, VectorWidth.Scalar),
                () => Sampler.Fill(draw, KerasSeeds.Stream(42), 0, memory, Dispatch.Best)
            );
            Line(
                $"{kind} {type.Name()}",
                $"{Each(times[0], memory.Length / type.Size())} and "
                    + $"{Each(times[1], memory.Length / type.Size())}, ratio {times[0] / times[1]:0.0}"
            );
        }
    }

    /// <summary>1 GiB that is used again, against what writing memory costs.</summary>
    private static void Memory()
    {
        float[] memory = new float[1 << 28];
        Values values = Initializers.GlorotUniform(42).ValuesFor([memory.Length], ElementType.Float32);
        int cores = Environment.ProcessorCount;
        double[] times = Fastest(
            7,
            () => memory.AsSpan().Fill(1),
            () => values.Fill(0, memory.AsSpan(), new FillOptions { MaxDegreeOfParallelism = 1 }),
            () => values.Fill(0, memory.AsSpan(), new FillOptions { MaxDegreeOfParallelism = cores })
        );
        string[] names = ["Span.Fill", "uniform, one core", $"uniform, {cores} cores"];
        Console.WriteLine("1 GiB of memory that is used again, against Span.Fill:");
        for (int i = 0; i < names.Length; i++)
            Line(
                names[i],
                $"{(long)memory.Length * sizeof(float) / times[i] / 1e9:0.0} GB/s, ratio {times[0] / times[i]:0.00}"
            );
    }

    /// <summary>A kernel of (3, 3, 3, 32): the whole call, and what it allocates.</summary>
    private static void SmallCalls()
    {
        Shape shape = [3, 3, 3, 32];
        float[] memory = new float[shape.Elements];
        Console.WriteLine($"One call, {shape} float32 into an array:");
        foreach (
            (string name, Initializer initializer) in new (string, Initializer)[]
            {
                ("GlorotUniform", Initializers.GlorotUniform(42)),
                ("GlorotNormal (truncated)", Initializers.GlorotNormal(42)),
            }
        )
        {
            void Thousand()
            {
                for (int i = 0; i < 1000; i++)
                    initializer.Fill<float>(shape, memory);
            }

            double time = Fastest(200, Thousand)[0] / 1000;
            long before = GC.GetAllocatedBytesForCurrentThread();
            Thousand();
            Line(
                name,
                $"{time * 1e6:0.00} microseconds, {(GC.GetAllocatedBytesForCurrentThread() - before) / 1000} "
                    + "bytes allocated"
            );
        }
    }

    /// <summary>The window of MT19937 at a word far away, by the power of t that leads there.</summary>
    private static void Jumps()
    {
        Console.WriteLine($"A jump of MT19937, {Dispatch.Best}:");
        foreach (int bits in new[] { 33, 62, 127 })
        {
            Mt19937Stream stream = new(42);
            BigInteger position = BigInteger.Pow(2, bits) + 123_456_789;
            _ = stream.Jump(position, Dispatch.Best);
            double time = Fastest(20, () => stream.Jump(position, Dispatch.Best))[0];
            Line($"2^{bits}", $"{time * 1e3:0.00} ms");
        }
    }

    private static void Orthogonals()
    {
        foreach ((int rows, int columns) in new[] { (1024, 1024), (4096, 1024) })
            Orthogonal(rows, columns);
    }

    /// <summary>The factor, and the whole initializer, against LAPACK's factor of the same normals.</summary>
    private static void Orthogonal(int rows, int columns)
    {
        float[] normals = new float[rows * columns],
            theirs = new float[rows * columns];
        Sampler.Fill(
            Draw.Standard(DrawKind.Normal, ElementType.Float32),
            KerasSeeds.Stream(42),
            0,
            MemoryMarshal.AsBytes(normals.AsSpan())
        );
        int cores = Environment.ProcessorCount;
        Values values = Initializers.Orthogonal(42).ValuesFor([rows, columns], ElementType.Float32);
        double[] times = Fastest(
            5,
            () =>
            {
                normals.CopyTo(theirs, 0);
                if (Lapack.IsInstalled)
                    Lapack.Orthonormal(theirs, rows, columns);
            },
            () => HouseholderQr.Orthonormal<float>(normals, rows, columns, 1, Dispatch.Best),
            () => HouseholderQr.Orthonormal<float>(normals, rows, columns, cores, Dispatch.Best),
            () => values.Fill(0, theirs.AsSpan(), new FillOptions { MaxDegreeOfParallelism = cores })
        );
        Console.WriteLine(
            $"Orthogonal factor of ({rows}, {columns}) float32, against "
                + $"{(Lapack.IsInstalled ? Lapack.Name : "LAPACK, which is not installed")}:"
        );
        string[] names = ["geqrf and orgqr, one core", "the factor, one core", $"{cores} cores", "the initializer"];
        for (int i = 0; i < names.Length; i++)
            Line(names[i], $"{times[i] * 1e3:0} ms, ratio {times[0] / times[i]:0.00}");
    }

    /// <summary>The fastest run of each, in seconds, one after the other in each round.</summary>
    private static double[] Fastest(int rounds, params Action[] actions)
    {
        double[] times = [.. actions.Select(static _ => double.MaxValue)];
        for (int round = 0; round < rounds; round++)
        for (int i = 0; i < actions.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            actions[i]();
            times[i] = Math.Min(times[i], Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return times;
    }

    private static string Each(double seconds, int elements) =>
        (seconds * 1e9 / elements).ToString("0.000", CultureInfo.InvariantCulture) + " ns";

    private static void Line(string name, string figures) => Console.WriteLine($"  {name, -36} {figures}");
}
