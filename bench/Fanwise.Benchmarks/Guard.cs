using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.LinearAlgebra;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Benchmarks;

/// <summary>The ratio of each draw to its peer in one run: what a change must not lose. Run by hand.</summary>
/// <remarks>A ratio fails when it is a tenth below what bench/ratios.tsv says of this processor; on one that is not
/// there, when it is below half of what others reach. `check record` writes what is reached here.</remarks>
internal static class Guard
{
    private const int Count = 1 << 15;

    /// <summary>What may be lost of a recorded ratio.</summary>
    private const double Kept = 0.9;

    /// <summary>How often a row that falls short is measured: another program may have disturbed it.</summary>
    private const int Attempts = 4;

    /// <summary>One question.</summary>
    /// <param name="Name">What is measured, and against what.</param>
    /// <param name="Bound">What any processor reaches: one that a busy machine holds and a lost vectorization does
    /// not.</param>
    /// <param name="Rounds">How often each side runs; the fastest of each counts.</param>
    /// <param name="Peer">The peer's work.</param>
    /// <param name="Ours">Ours.</param>
    /// <param name="IsRight">Whether the two made what they should.</param>
    private sealed record Row(string Name, double Bound, int Rounds, Action Peer, Action Ours, Func<bool> IsRight);

    public static int Run(ReadOnlySpan<string> arguments)
    {
        bool isRecorded = arguments is ["record"];
        string processor = Ratios.Processor();
        Dictionary<string, double> known = Ratios.Read(processor),
            reached = [];
        Console.WriteLine($"{processor}{(known.Count == 0 ? ", of which nothing is recorded" : "")}:");
        int failures = 0;
        foreach (Row row in Rows())
        {
            double least = known.TryGetValue(row.Name, out double ratio) && !isRecorded ? Kept * ratio : row.Bound,
                peer = double.MaxValue,
                ours = double.MaxValue;
            for (int attempt = 0; attempt < Attempts && (attempt == 0 || isRecorded || peer / ours < least); attempt++)
                Measure(row, ref peer, ref ours);
            bool isRight = row.IsRight(),
                isFast = peer / ours >= least;
            reached[row.Name] = peer / ours;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Name, -42} {peer / ours, 6:0.00} times as fast (at least {least:0.00})"
                )
                    + (isRight ? "" : ", OTHER BITS")
                    + (isFast ? "" : ", TOO SLOW")
            );
            failures += isRight && isFast ? 0 : 1;
        }

        if (isRecorded && failures == 0)
            Ratios.Write(processor, reached);
        return failures == 0 ? 0 : 1;
    }

    private static IEnumerable<Row> Rows()
    {
        foreach (DrawKind kind in new[] { DrawKind.Uniform, DrawKind.Normal, DrawKind.TruncatedNormal })
        {
            foreach (VectorWidth width in Dispatch.Supported)
                yield return Drawn(kind, ElementType.Float32, width, Bound(kind, width));
            foreach (ElementType type in new[] { ElementType.Float64, ElementType.Float16, ElementType.BFloat16 })
                yield return Drawn(kind, type, Dispatch.Best, 1);
        }

        foreach (Row row in OtherFrameworks())
            yield return row;
        if (!Lapack.IsInstalled)
            yield break;
        yield return Factor(1024, 1024);
        yield return Factor(4096, 1024);
    }

    private static double Bound(DrawKind kind, VectorWidth width) =>
        (kind, width) switch
        {
            (DrawKind.Uniform, VectorWidth.Bits512) => 5,
            (DrawKind.Uniform, VectorWidth.Bits256) => 3,
            (DrawKind.Uniform, VectorWidth.Bits128) => 1.5,
            (_, VectorWidth.Bits512) => 6.5,
            (_, VectorWidth.Bits256) => 4,
            (_, VectorWidth.Bits128) => 2,
            _ => 0.5,
        };

    /// <summary>A draw against the C++ peer's of as many float32, whose bits are compared where ours are float32,
    /// too.</summary>
    private static Row Drawn(DrawKind kind, ElementType type, VectorWidth width, double bound)
    {
        PhiloxStream stream = KerasSeeds.Stream(42);
        Draw draw = Draw.Standard(kind, type);
        byte[] ours = new byte[Count * type.Size()];
        float[] twins = new float[Count];
        return new(
            $"{kind} {type.Name()} {width} / C++ float32",
            bound,
            200,
            () => Twin.Fill(kind, stream, twins),
            () => Sampler.Fill(draw, stream, 0, ours, width),
            () => type != ElementType.Float32 || MemoryMarshal.AsBytes(twins.AsSpan()).SequenceEqual(ours)
        );
    }

    /// <summary>The draws of the other frameworks, against the C++ peer's of the same kind.</summary>
    private static IEnumerable<Row> OtherFrameworks()
    {
        Shape shape = [Count];
        const ElementType Single = ElementType.Float32,
            Double = ElementType.Float64;
        JaxKey key = JaxKey.Of(42);
        yield return Other("jax uniform", DrawKind.Uniform, () => Jax.Uniform(key, shape, Single, 0, 1));
        yield return Other("jax normal", DrawKind.Normal, () => Jax.Normal(key, shape, Single));
        yield return Other(
            "jax truncated normal",
            DrawKind.TruncatedNormal,
            () => Jax.TruncatedNormal(key, shape, Single, -2, 2)
        );
        yield return Other("torch uniform", DrawKind.Uniform, () => Torch.Uniform(new(42), shape, Single, 0, 1));
        yield return Other("torch normal", DrawKind.Normal, () => Torch.Normal(new(42), shape, Single, 0, 1));
        yield return Other(
            "numpy uniform",
            DrawKind.Uniform,
            () => NumPy.Random(new NumPyGenerator(42), shape, Double)
        );
        yield return Other(
            "numpy normal",
            DrawKind.Normal,
            () => NumPy.StandardNormal(new NumPyGenerator(42), shape, Double)
        );
    }

    /// <summary>A draw whose bits the peer does not have; new values each time, since some remember where they have
    /// been.</summary>
    private static Row Other(string name, DrawKind kind, Func<Values> values)
    {
        PhiloxStream stream = KerasSeeds.Stream(42);
        FillOptions alone = new() { MaxDegreeOfParallelism = 1 };
        byte[] ours = new byte[Count * values().ElementType.Size()];
        float[] twins = new float[Count];
        return new(
            $"{name} {values().ElementType.Name()} / C++ float32",
            0.7,
            200,
            () => Twin.Fill(kind, stream, twins),
            () => values().Fill(0, ours, alone),
            static () => true
        );
    }

    /// <summary>An orthogonal factor, on one thread, against LAPACK's.</summary>
    private static Row Factor(int rows, int columns)
    {
        float[] normals = new float[rows * columns],
            theirs = new float[rows * columns];
        Sampler.Fill(
            Draw.Standard(DrawKind.Normal, ElementType.Float32),
            KerasSeeds.Stream(42),
            0,
            MemoryMarshal.AsBytes(normals.AsSpan())
        );
        return new(
            $"Orthogonal ({rows}, {columns}) / LAPACK",
            0.5,
            3,
            () =>
            {
                normals.CopyTo(theirs, 0);
                Lapack.Orthonormal(theirs, rows, columns);
            },
            () => HouseholderQr.Orthonormal<float>(normals, rows, columns, 1, Dispatch.Best),
            static () => true
        );
    }

    /// <summary>One after the other, many times: the fastest of each met the same machine.</summary>
    private static void Measure(Row row, ref double peer, ref double ours)
    {
        for (int i = 0; i < row.Rounds; i++)
        {
            peer = Math.Min(peer, Time(row.Peer));
            ours = Math.Min(ours, Time(row.Ours));
        }
    }

    private static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
