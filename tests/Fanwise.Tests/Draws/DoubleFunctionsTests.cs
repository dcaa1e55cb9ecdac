using Fanwise.Draws;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Tests.Draws;

/// <summary>The logarithm, sine and cosine of float64 normals: u = k 2^-52, the logarithm of max(u, 1e-7) and sine and
/// cosine of 2 pi u.</summary>
[Trait("Category", "Sampling")]
public unsafe class DoubleFunctionsTests
{
    /// <summary>One input for each branch, and the C library's result.</summary>
    private static readonly (ulong K, string Logarithm)[] LogarithmBranches =
    [
        (0, "-0x1.01e3b843eaa73p+4"),
        (0xfffffffffffff, "-0x1.0000000000001p-52"),
        (0xf000000000000, "-0x1.08598b59e3a07p-4"),
        (0xeffffffffffff, "-0x1.08598b59e3a18p-4"),
        (0x3ba219aa27929, "-0x1.74fba6fe070eep+0"),
        (0xea1eec9c8e510, "-0x1.6df005e78abbbp-4"),
        (0xd68b40cefd895, "-0x1.69ce2f258235ap-3"),
        (0xf552f8c6b8e56, "-0x1.5cf4d65610d8bp-5"),
        (0xf1480e5ce0b25, "-0x1.e5133a9ed2013p-5"),
    ];

    /// <inheritdoc cref="LogarithmBranches"/>
    private static readonly (ulong K, string Sine, string Cosine)[] AngleBranches =
    [
        (0x040bcf1386217, "0x1.9617cc2f040b2p-4", "0x1.fd7a39415ed3p-1"),
        (0x0d1936bb8c110, "0x1.438f40ed56808p-2", "0x1.e5c4ce2c364f3p-1"),
        (0x3b012481910e8, "0x1.fc2808ce1c4eap-1", "0x1.f4f2e4716b077p-4"),
        (0x60668ac517fe2, "0x1.667645629fb93p-1", "-0x1.6d949242de917p-1"),
        (0x76b7f741f1e82, "0x1.ce823c7e6d9a2p-3", "-0x1.f2c5d9654a1d6p-1"),
        (0x84e9c8fee575b, "-0x1.ecbc1ee3448eep-4", "-0x1.fc482798a75e3p-1"),
        (0xc4e6e704083ff, "-0x1.fc4c81ec1018ep-1", "0x1.eb9c6a964536cp-4"),
        (0xd2a4ad61f9e2e, "-0x1.cb542c648d344p-1", "0x1.c4604d1d34e0fp-2"),
        (0xfa6c9a140b2b5, "-0x1.17651d2a24038p-3", "0x1.fb368f47fbcd5p-1"),
        (0xfbae13bb65c90, "-0x1.b17b4c9f85079p-4", "0x1.fd1fec8f77852p-1"),
    ];

    /// <summary>Sums of the bits of all results for k = (j * 0x9E3779B97F4A7C15 mod 2^64) >> 12, j = 1 to 10^6; the
    /// reference's fused ones, checked against glibc 2.36.</summary>
    [Fact]
    public void EveryWidthHasTheReferencesSumsOfAMillionResults()
    {
        ulong[] k = new ulong[1_000_000];
        for (int i = 0; i < k.Length; i++)
            k[i] = (ulong)(i + 1) * 0x9E3779B97F4A7C15 >> 12;
        foreach (VectorWidth width in Dispatch.Supported)
        {
            (double[] logarithm, double[] sine, double[] cosine) = Results(k, width);
            Sum(logarithm).ShouldBe(0x8ef56126f7804d39, $"logarithm, {width}");
            Sum(sine).ShouldBe(0x38b3ddd9926ceaf0UL, $"sine, {width}");
            Sum(cosine).ShouldBe(0xb832cfec24b34a1a, $"cosine, {width}");
        }

        static ulong Sum(double[] results) =>
            results.Aggregate(0UL, static (sum, result) => unchecked(sum + BitConverter.DoubleToUInt64Bits(result)));
    }

    [Fact]
    public void EveryBranchIsTheReferences()
    {
        foreach (VectorWidth width in Dispatch.Supported)
        {
            (double[] logarithm, _, _) = Results(
                [.. LogarithmBranches.Select(static branch => branch.K), 0, 0, 0, 0, 0, 0, 0],
                width
            );
            for (int i = 0; i < LogarithmBranches.Length; i++)
                logarithm[i].ShouldBe(Parse(LogarithmBranches[i].Logarithm), $"{LogarithmBranches[i].K:x}, {width}");
            (_, double[] sine, double[] cosine) = Results(
                [.. AngleBranches.Select(static branch => branch.K), 0, 0, 0, 0, 0, 0],
                width
            );
            for (int i = 0; i < AngleBranches.Length; i++)
            {
                sine[i].ShouldBe(Parse(AngleBranches[i].Sine), $"{AngleBranches[i].K:x}, {width}");
                cosine[i].ShouldBe(Parse(AngleBranches[i].Cosine), $"{AngleBranches[i].K:x}, {width}");
            }

            (sine[^1], cosine[^1]).ShouldBe((0, 1));
        }
    }

    /// <summary>Near every boundary of a branch or a table, for which a million numbers would not do.</summary>
    [Fact]
    public void EveryWidthAgreesWithTheSourcesBranchesAroundTheirBoundaries()
    {
        List<ulong> around = [];
        for (int n = 0; n <= 512; n++)
            foreach (
                double boundary in new[]
                {
                    n / 512.0,
                    n / 256.0 / Math.Tau,
                    (n + 0.5) / 128 / Math.Tau,
                    0.855 / Math.Tau,
                    2.426 / Math.Tau,
                    0.126 / Math.Tau,
                }
            )
                for (int j = -4; j < 4; j++)
                    around.Add((ulong)(boundary * 4503599627370496 + j) & 0xFFFFFFFFFFFFF);
        while (around.Count % 8 != 0)
            around.Add(0);
        foreach (VectorWidth width in Dispatch.Supported)
        {
            (double[] logarithm, double[] sine, double[] cosine) = Results([.. around], width);
            for (int i = 0; i < around.Count; i++)
            {
                double u = around[i] / 4503599627370496.0;
                logarithm[i].ShouldBe(PlainFunctions.Log(Math.Max(u, 1e-7)), $"logarithm, {width}, {around[i]:x}");
                (sine[i], cosine[i]).ShouldBe(PlainFunctions.SinCos(Math.Tau * u), $"{width}, {around[i]:x}");
            }
        }
    }

    private static (double[] Logarithm, double[] Sine, double[] Cosine) Results(ulong[] k, VectorWidth width)
    {
        double[] logarithm = new double[k.Length],
            sine = new double[k.Length],
            cosine = new double[k.Length];
        fixed (ulong* inputs = k)
        fixed (
            double* l = logarithm,
                s = sine,
                c = cosine
        )
            Dispatch.Run(new SomeInputs(inputs, k.Length, l, s, c), width);
        return (logarithm, sine, cosine);
    }

    /// <summary>A number as C's %a prints it.</summary>
    private static double Parse(string text)
    {
        string[] parts = text.TrimStart('-')["0x1".Length..].TrimStart('.').Split('p');
        ulong bits = (ulong)(1023 + int.Parse(parts[1])) << 52 | Convert.ToUInt64(parts[0].PadRight(13, '0'), 16);
        return BitConverter.UInt64BitsToDouble(bits | (text[0] == '-' ? 1UL << 63 : 0));
    }

    private readonly struct SomeInputs(ulong* k, int count, double* logarithm, double* sine, double* cosine)
        : IVectorized
    {
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            for (int i = 0; i < count; i += TLanes.Count)
            {
                TDoubles u = DoubleUniforms<TLanes, TWords, TDoubles>.Unit(
                    TLanes.ShiftRight(TLanes.Load(k + i), 32),
                    TLanes.Load(k + i)
                );
                TLanes.Store(
                    DoubleFunctions<TLanes, TWords, TDoubles>.Log(TLanes.Max(u, TLanes.Double(1e-7))),
                    logarithm + i
                );
                DoubleFunctions<TLanes, TWords, TDoubles>.SinCos(
                    TLanes.Multiply(TLanes.Double(Math.Tau), u),
                    out TDoubles s,
                    out TDoubles c
                );
                TLanes.Store(s, sine + i);
                TLanes.Store(c, cosine + i);
            }
        }
    }
}
