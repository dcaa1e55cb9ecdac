using System.Diagnostics;
using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Benchmarks;

/// <summary>The ratio of each draw to the C++ peer in one run, against a bound with a wide margin: what a change must
/// not lose. Run by hand.</summary>
internal static class Guard
{
    private const int Count = 1 << 15;

    /// <summary>About half of what is reached: a bound that a busy machine holds and a lost vectorization does
    /// not.</summary>
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

    public static int Run()
    {
        int failures = 0;
        float[] ours = new float[Count],
            twins = new float[Count];
        PhiloxStream stream = KerasSeeds.Stream(42);
        foreach (DrawKind kind in new[] { DrawKind.Uniform, DrawKind.Normal, DrawKind.TruncatedNormal })
        {
            Draw draw = Draw.Standard(kind, ElementType.Float32);
            foreach (VectorWidth width in Dispatch.Supported)
            {
                // One after the other, many times: the fastest of each met the same machine.
                double fastest = double.MaxValue,
                    twin = double.MaxValue;
                for (int i = 0; i < 300; i++)
                {
                    twin = Math.Min(twin, Time(() => Twin.Fill(kind, stream, twins)));
                    fastest = Math.Min(
                        fastest,
                        Time(() => Sampler.Fill(draw, stream, 0, MemoryMarshal.AsBytes(ours.AsSpan()), width))
                    );
                }

                bool same = MemoryMarshal.AsBytes(ours.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(twins.AsSpan())),
                    fast = twin / fastest >= Bound(kind, width);
                Console.WriteLine(
                    $"{kind, -16} {width, -8} {fastest, 7:0.000} ns/element, C++ {twin, 7:0.000}, ratio {twin / fastest, 5:0.0} (at least {Bound(kind, width)}){(same ? "" : ", OTHER BITS")}{(fast ? "" : ", TOO SLOW")}"
                );
                failures += same && fast ? 0 : 1;
            }
        }

        return failures == 0 ? 0 : 1;
    }

    private static double Time(Action fill)
    {
        long start = Stopwatch.GetTimestamp();
        fill();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Count;
    }
}
