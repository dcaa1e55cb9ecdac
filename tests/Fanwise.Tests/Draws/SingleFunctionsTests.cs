using System.Runtime.InteropServices;
using Fanwise.Functions;
using Fanwise.Simd;
using Fanwise.Testing;

namespace Fanwise.Tests.Draws;

/// <summary>The logarithm, sine and cosine of all 2^23 numbers that a float32 normal can meet.</summary>
[Trait("Category", "Sampling")]
public unsafe class SingleFunctionsTests
{
    private const int Inputs = 1 << 23;

    /// <summary>SHA-256 of the C library's results for k = 0, 1, ...: logf(max(k 2^-23, 1e-7)), sinf and cosf of
    /// float(2 pi k 2^-23); little-endian.</summary>
    private const string Logarithms = "207fef8ffa8c82caf82c478ee40c5bdbcc5d64d385cd8a1ce60d832fcf03b59b",
        Sines = "c718616d24ba03d8eb34fe59f6febc3b383c7d947dec50bdf58c10fbf51946b5",
        Cosines = "b085eb29bc0360f27b736db7ccc9c80d33b0e35e0b810174d45e42383540001c";

    [Fact]
    public void EveryWidthGivesTheCLibrarysBits()
    {
        foreach (VectorWidth width in Dispatch.Supported)
        {
            float[] logarithm = new float[Inputs],
                byLookup = new float[Inputs],
                sine = new float[Inputs],
                cosine = new float[Inputs];
            fixed (
                float* l = logarithm,
                    b = byLookup,
                    s = sine,
                    c = cosine
            )
                Dispatch.Run(new AllInputs(l, b, s, c), width);
            Hash(logarithm).ShouldBe(Logarithms, $"logarithm, {width}");
            Hash(byLookup).ShouldBe(Logarithms, $"logarithm by lookup, {width}");
            Hash(sine).ShouldBe(Sines, $"sine, {width}");
            Hash(cosine).ShouldBe(Cosines, $"cosine, {width}");
        }
    }

    /// <summary>On Linux with glibc, the library that the checksums come from is there to be asked.</summary>
    [Fact]
    public void TheChecksumsAreTheCLibrarys()
    {
        if (
            !OperatingSystem.IsLinux()
            || RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !NativeLibrary.TryLoad("libm.so.6", out nint library)
        )
            return;
        var logf = (delegate* unmanaged<float, float>)NativeLibrary.GetExport(library, "logf");
        var sincosf = (delegate* unmanaged<float, float*, float*, void>)NativeLibrary.GetExport(library, "sincosf");
        float[] logarithm = new float[Inputs],
            sine = new float[Inputs],
            cosine = new float[Inputs];
        for (int k = 0; k < Inputs; k++)
        {
            float u = k / 8388608f;
            logarithm[k] = logf(Math.Max(u, 1e-7f));
            fixed (
                float* s = &sine[k],
                    c = &cosine[k]
            )
                sincosf((float)(2 * Math.PI * u), s, c);
        }

        Hash(logarithm).ShouldBe(Logarithms);
        Hash(sine).ShouldBe(Sines);
        Hash(cosine).ShouldBe(Cosines);
    }

    private static string Hash(float[] values) => Golden.Hash(MemoryMarshal.AsBytes(values.AsSpan()));

    private readonly struct AllInputs(float* logarithm, float* byLookup, float* sine, float* cosine) : IVectorized
    {
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            ulong* memory = stackalloc ulong[2 * TLanes.Count + Scratch.Slack],
                places = Scratch.Align(memory);
            TWords garbage = TLanes.Word(0xDEADBEEF_FF800000); // only the low 23 bits count
            for (int k = 0; k < Inputs; k += 2 * TLanes.Count)
            {
                TWords first = TLanes.Or(TLanes.Add(TLanes.Word((ulong)k), TLanes.Ascending), garbage),
                    second = TLanes.Or(TLanes.Add(TLanes.Word((ulong)(k + TLanes.Count)), TLanes.Ascending), garbage);
                TDoubles k0 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Fraction(first),
                    k1 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Fraction(second);
                TDoubles u0 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.AtLeastLeast(k0),
                    u1 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.AtLeastLeast(k1);
                TLanes.Store(SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Place(u0), places);
                TLanes.Store(SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Place(u1), places + TLanes.Count);
                TSingles minusTwice = TLanes.Narrow(
                    SingleFunctions<TLanes, TWords, TDoubles, TSingles>.MinusTwiceLog(
                        SingleTables.Logarithm,
                        u0,
                        places
                    ),
                    SingleFunctions<TLanes, TWords, TDoubles, TSingles>.MinusTwiceLog(
                        SingleTables.Logarithm,
                        u1,
                        places + TLanes.Count
                    )
                );
                TLanes.Store(TLanes.Multiply(minusTwice, TLanes.Single(-0.5f)), logarithm + k);
                SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LogTerms terms = new();
                TDoubles log0 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LogByLookup(
                        SingleTables.Logarithm,
                        first,
                        terms,
                        out TDoubles sum0
                    ),
                    log1 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.LogByLookup(
                        SingleTables.Logarithm,
                        second,
                        terms,
                        out TDoubles sum1
                    );
                SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Log(ref log0, sum0, ref log1, sum1, terms);
                minusTwice = TLanes.Narrow(log0, log1);
                TLanes.Store(TLanes.Multiply(minusTwice, TLanes.Single(-0.5f)), byLookup + k);
                TDoubles x0 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Reduce(k0, out TWords quadrant0),
                    x1 = SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Reduce(k1, out TWords quadrant1);
                SingleFunctions<TLanes, TWords, TDoubles, TSingles>.SinCos(
                    x0,
                    new(),
                    out TDoubles sine0,
                    out TDoubles cosine0
                );
                SingleFunctions<TLanes, TWords, TDoubles, TSingles>.SinCos(
                    x1,
                    new(),
                    out TDoubles sine1,
                    out TDoubles cosine1
                );
                TSingles s = TLanes.Narrow(sine0, sine1),
                    c = TLanes.Narrow(cosine0, cosine1);
                SingleFunctions<TLanes, TWords, TDoubles, TSingles>.Turn(
                    TLanes.NarrowWords(quadrant0, quadrant1),
                    ref s,
                    ref c
                );
                TLanes.Store(s, sine + k);
                TLanes.Store(c, cosine + k);
            }
        }
    }
}
